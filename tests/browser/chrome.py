# SPDX-License-Identifier: EUPL-1.2
"""Chromium as the tests drive it. It keeps what it was told to do against the rules: requests to any
other host, what the content security policy refused, errors on the console."""
import json
import os
import time
import urllib.parse

import build
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

FLAGS = ("--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-dev-shm-usage "
         "--disable-background-networking --disable-component-update --disable-sync --disable-default-apps "
         "--force-prefers-reduced-motion --hide-scrollbars --lang=en").split()
RESOLVER = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
AXE = build.BUILD / "node_modules/axe-core/axe.min.js"
OWN_SCHEMES = ("data", "chrome", "about", "chrome-extension", "devtools")


def options(folder, width=1280, height=900):
    made = webdriver.ChromeOptions()
    made.binary_location = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    for flag in (*FLAGS, RESOLVER, f"--user-data-dir={folder}", f"--window-size={width},{height}"):
        made.add_argument(flag)
    made.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    made.set_capability("pageLoadStrategy", "normal")
    return made


def is_gone(element):
    """Is this element's page no longer shown? In the moment between two pages the driver has another word."""
    try:
        element.is_enabled()
    except StaleElementReferenceException:
        return True
    except WebDriverException as error:
        if "does not belong to the document" in str(error.msg):
            return True
        raise
    return False


class Chrome:
    """A window on the site. Addresses are given below the site's base."""

    def __init__(self, site, folder, scripts=True):
        self.site, self.home = site, site.origin + site.base
        self.driver = webdriver.Chrome(service=Service(os.environ.get("CHROMEDRIVER", "/usr/bin/chromedriver")),
                                       options=options(folder))
        self.driver.set_page_load_timeout(30)
        # what a page of ours does against its policy is told by the event, also where the console is silent
        self.command("Page.addScriptToEvaluateOnNewDocument", source="""
            addEventListener('securitypolicyviolation', e => console.error(
                'policy refused ' + e.effectiveDirective + ' ' + e.blockedURI + ' ' + e.sourceFile), true);""")
        self.command("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.driver.get_log("performance")

    def close(self):
        self.driver.quit()

    # --- what must hold of every visit --------------------------------------------------------------
    def foreign(self):
        """Requests to other hosts since the last question."""
        own, found = urllib.parse.urlsplit(self.home), []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] not in ("Network.requestWillBeSent", "Network.webSocketCreated"):
                continue
            params = message["params"]
            url = urllib.parse.urlsplit(params.get("url") or params["request"]["url"])
            if url.scheme not in OWN_SCHEMES and url.netloc != own.netloc:
                found.append(url.geturl())
        return found

    def complaints(self):
        """What the console says, which is where refusals of the policy stand too, those of the browser and
        those of the event. That an address answered 404 or 422 is said by the answer itself."""
        return [entry["message"] for entry in self.driver.get_log("browser")
                if "Failed to load resource: the server responded" not in entry["message"]
                and entry["level"] in ("SEVERE", "WARNING")]

    def check(self):
        foreign, complaints = self.foreign(), self.complaints()
        assert not foreign and not complaints, (self.driver.current_url, foreign, complaints)

    # --- moving about ---------------------------------------------------------------------------------
    def open(self, path):
        self.driver.get(path if path.startswith("http") else self.home + path)
        self.check()
        return self

    @property
    def path(self):
        return self.driver.current_url.removeprefix(self.home)

    @property
    def words(self):
        """The text of the main part as it is seen."""
        return self.one("main").text

    def all(self, css):
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def one(self, css):
        found = self.all(css)
        assert len(found) == 1, f"{len(found)} of {css} on {self.path}"
        return found[0]

    def leave(self, act, *arguments):
        """Does something that leads to another page, and waits for that page."""
        old = self.one("html")
        act(*arguments)
        WebDriverWait(self.driver, 20).until(lambda driver: is_gone(old))
        WebDriverWait(self.driver, 20, ignored_exceptions=[WebDriverException]).until(
            lambda driver: driver.find_elements(By.CSS_SELECTOR, "footer"))
        self.check()

    def until(self, path, words):
        """Opens a public page until it says this: the web server may keep pages for some seconds."""
        for _ in range(40):
            self.open(path)
            if words in self.words:
                return self
            time.sleep(0.25)
        raise AssertionError(f"{words!r} is not on {path}: {self.words}")

    def is_seen(self, element):
        """Also false within a closed group, which WebDriver takes for seen."""
        return self.script("return arguments[0].checkVisibility()", element)

    def click(self, css):
        self.one(css).click()
        self.check()

    def follow(self, text):
        """The only link with this text."""
        found = self.driver.find_elements(By.LINK_TEXT, text)
        assert len(found) == 1, f"{len(found)} links {text!r} on {self.path}"
        self.leave(found[0].click)

    def field(self, name):
        """A field of a form; a closed group around it is opened as a reader would."""
        found = self.one(f'[name="{name}"]')
        for details in reversed(found.find_elements(By.XPATH, "ancestor::details[not(@open)]")):
            details.find_element(By.CSS_SELECTOR, "summary").click()
        return found

    def fill(self, **values):
        """Names with dots and hyphens are given with __ and _: title__en, legal_form."""
        for key, value in values.items():
            name = key.replace("__", ".").replace("_", "-")
            found = self.field(name)
            if found.tag_name == "select":
                Select(found).select_by_value(value)
            elif found.get_attribute("type") == "checkbox":
                if found.is_selected() != bool(value):
                    found.click()
            else:
                found.clear()
                found.send_keys(value)
        return self

    def send(self, label):
        """Presses the one button of the main part that says so."""
        found = [b for b in self.all("main form button:not(.visually-hidden)") if b.text.split("\n")[0] == label and b.is_displayed()]
        assert len(found) == 1, f"{[b.text for b in self.all('main form button')]} on {self.path}"
        self.leave(found[0].click)
        return self

    def key(self, *keys):
        webdriver.ActionChains(self.driver).send_keys(*keys).perform()

    def tab(self, back=False):
        actions = webdriver.ActionChains(self.driver)
        if back:
            actions.key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT)
        else:
            actions.send_keys(Keys.TAB)
        actions.perform()

    def script(self, text, *arguments):
        """Runs through the driver, which no policy of the page stops."""
        return self.driver.execute_script(text, *arguments)

    def command(self, name, **params):
        return self.driver.execute_cdp_cmd(name, params)

    def sign_in(self, login, lang="en"):
        self.open(f"/{lang}/sign-in")
        self.fill(login=login, password=f"{login}-secret-1")
        self.leave(self.one("main form.cc-form button[type=submit]").click)
        assert "/sign-in" not in self.path, self.words
        return self

    # --- looking --------------------------------------------------------------------------------------
    def width(self, pixels, height=900):
        self.command("Emulation.setDeviceMetricsOverride", width=pixels, height=height, deviceScaleFactor=1,
                     mobile=False)

    def overflow(self):
        """What sticks out sideways, as a list of elements; what scrolls by itself may."""
        return self.script("""
            const wide = document.documentElement.clientWidth, out = [];
            if (document.documentElement.scrollWidth <= wide) return out;
            for (const e of document.body.querySelectorAll('*')) {
                const r = e.getBoundingClientRect();
                if ((r.right > wide + 1 || r.left < -1) && !e.closest('.table-responsive, .cc-skip, .visually-hidden, pre'))
                    out.push(e.tagName + '.' + e.className + ' ' + Math.round(r.left) + '..' + Math.round(r.right));
            }
            return out.length ? out : ['the page itself: ' + document.documentElement.scrollWidth];""")

    def axe(self):
        """Serious and critical findings of axe-core, one line each."""
        self.script(AXE.read_text(encoding="utf-8"))
        found = self.driver.execute_async_script("""
            const done = arguments[arguments.length - 1];
            axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations), e => done(String(e)));""")
        assert isinstance(found, list), found
        return [f"{v['id']}: {v['help']}: {[n['html'][:160] for n in v['nodes'][:3]]}" for v in found
                if v["impact"] in ("serious", "critical")]

    def picture(self, path):
        """The whole page as PNG."""
        height = self.script("return document.documentElement.scrollHeight")
        width = self.script("return window.innerWidth")
        self.width(width, min(height, 6000))
        self.driver.save_screenshot(str(path))
        self.width(width)
