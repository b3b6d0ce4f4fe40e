# SPDX-License-Identifier: EUPL-1.2
"""Workers and the database are killed while people write and publish: what was acknowledged is there, nothing is there twice,
and the seals hold."""
import pathlib
import random
import tempfile
import threading
import time

import cluster as pg
from slapd import Slapd
from stack import Stack
from world import World

WRITERS = 3
PAUSE = 1.5  # seconds between two blows


class Battered(Stack):
    """A stack whose answers may be cut short; whole ones are checked as always."""

    def check(self, uri, answer, has_cookie):
        if answer.complete:
            super().check(uri, answer, has_cookie)


class Writer:
    """Changes one partnership of its own again and again: a year that goes up, and every time a revision."""

    def __init__(self, world, number):
        self.world = world
        self.browser = world.stack.sign_in("fatima")
        self.record = world.partnership(f"Battered {number}")
        self.year, self.saved, self.unsure, self.acknowledged, self.wrong = 1800, 1800, set(), 0, []
        self.edit = f"/en/records/{self.record}/edit/dates"

    def get(self, uri):
        page = self.browser.get(uri)
        if page.status != 200:
            raise OSError(f"{page.status}")
        return page

    def turn(self):
        form = self.get(self.edit).form("/edit/dates$")
        shown = int(form.value("founded") or 1800)
        if shown != self.saved and shown not in self.unsure:
            self.wrong.append(f"{self.record} holds {shown}; {self.saved} was acknowledged last, {sorted(self.unsure)} may be")
        self.saved, self.unsure = shown, set()
        self.year += 1
        self.unsure = {self.year}
        answer = self.browser.submit(form, {"founded": str(self.year)})
        if answer.status == 303:
            self.saved, self.unsure = self.year, set()
            self.acknowledged += 1
        elif answer.status not in (0, 503):
            self.wrong.append(f"{self.record}: {answer.status} {answer.words[:300]}")
        form = self.get(f"/en/records/{self.record}/publish").form("/publish$")
        answer = self.browser.submit(form, {"note": f"Year {self.year}."})
        if answer.status not in (0, 303, 503):
            self.wrong.append(f"{self.record}: publishing answered {answer.status} {answer.words[:300]}")

    def work(self, running):
        while running.is_set():
            try:
                self.turn()
            except OSError:
                time.sleep(0.05)  # nobody there, or a page that says so: what was sent is unsure
            except (AssertionError, KeyError) as error:
                if "0 forms for" not in str(error):  # nothing has changed, so nothing to publish
                    self.wrong.append(str(error)[:500])


def blow(stack, cluster, dice):
    """One of: a worker is killed, the database is stopped at once, or in good order."""
    kind = dice.choice(["worker", "worker", "immediate", "fast"])
    if kind == "worker":
        worker = stack.workers["page"]
        worker.process.kill()
        worker.process.wait()
        pathlib.Path(worker.socket).unlink(missing_ok=True)
        stack.workers["page"] = stack.worker("page")
    else:
        cluster.restart(kind)
    return kind


def kills(minutes):
    with tempfile.TemporaryDirectory(prefix="concord-soak-") as folder:
        folder = pathlib.Path(folder)
        cluster, directory = pg.Cluster({"listen_addresses": ""}), Slapd(folder / "slapd").create()
        try:
            cluster.template()
            with Battered(cluster, directory, folder, worker_max_requests="1000000000") as stack:
                world = World(stack)
                writers = [Writer(world, n) for n in range(WRITERS)]
                running, dice, blows = threading.Event(), random.Random(), {}
                running.set()
                threads = [threading.Thread(target=w.work, args=(running,)) for w in writers]
                for thread in threads:
                    thread.start()
                end = time.monotonic() + minutes * 60
                while time.monotonic() < end:
                    time.sleep(PAUSE * dice.random() * 2)
                    kind = blow(stack, cluster, dice)
                    blows[kind] = blows.get(kind, 0) + 1
                running.clear()
                for thread in threads:
                    thread.join(60)
                for writer in writers:
                    writer.turn()
                wrong = [text for writer in writers for text in writer.wrong]
                twice = stack.database.one("SELECT count(*) FROM (SELECT FROM revision WHERE content IS NOT NULL GROUP BY record_id,"
                                           " content_sha256 HAVING count(*) > 1) twice")
                told = stack.database.concord("verify", check=False).stdout.splitlines()[-1]
                revisions = stack.database.one("SELECT count(*) FROM revision")
        finally:
            directory.stop()
            cluster.close()
    saved = sum(writer.acknowledged for writer in writers)
    text = (f"{', '.join(f'{n} times {kind}' for kind, n in sorted(blows.items()))} (a worker killed, the database stopped at once or "
            f"in order), fsync on, beside {WRITERS} people: {saved} changes acknowledged and all there, {revisions} revisions, "
            f"{twice} published twice, verify: {told}")
    return not wrong and twice == 0 and told == "0 findings", text + "".join(f"; {w}" for w in wrong[:5])
