# SPDX-License-Identifier: EUPL-1.2
"""A small registry for black-box tests, made through the real forms: two organisations and a
partnership of the first, and people of the demo directory with their rights.

    sara       secretariat                   fatima   focal point of organisation A
    adam       administrator                 george   focal point of organisation B
    harvester  partner system                erin     editor of organisation A
    olga       no rights at all              rui      reader of organisation A
"""
import urllib.parse

ORGANISATION = {"type": "40", "website": "https://agency.example/"}
PARTNERSHIP = {
    "about": {"summary.en": "Water for everybody.", "summary.fr": "De l'eau pour tous."},
    "nature": {"kind": "multi-stakeholder"},
    "dates": {"state": "active", "start": "2020-05", "end": "2030"},
}


class World:
    def __init__(self, stack):
        self.stack = stack
        self.sara = stack.sign_in("sara")
        self.a = self.organisation("Agency for Springs and Rivers")
        self.b = self.organisation("Bureau of Lakes")
        for login, organisation, role in (("fatima", self.a, "focal-point"), ("george", self.b, "focal-point"),
                                          ("erin", self.a, "editor"), ("rui", self.a, "reader")):
            stack.grant(login, organisation, role)
        self.fatima, self.george = stack.sign_in("fatima"), stack.sign_in("george")
        self.erin, self.rui = stack.sign_in("erin"), stack.sign_in("rui")
        self.public = stack.browser()
        self.p = self.partnership("Water for All")

    def organisation(self, name, publish=True, **details):
        made = self.stack.register(self.sara, "organisation", {"name.en": name}, distinct="true")
        self.stack.edit(self.sara, made, "details", {**ORGANISATION, **details})
        if publish:
            self.stack.publish(self.sara, made)
        return made

    def partnership(self, title, publish=True, by=None):
        by = by or self.fatima
        made = self.stack.register(by, "partnership", {"title.en": title, "title.fr": f"{title} (fr)"}, owner=self.a)
        for section, values in PARTNERSHIP.items():
            self.stack.edit(by, made, section, values)
        if publish:
            self.stack.publish(by, made, "First.")
        return made

    def invite(self, partnership, organisation, by=None, **values):
        """The identifier of the membership by which the partnership asks the organisation."""
        by = by or self.fatima
        name = self.stack.database.one("SELECT title FROM record_name WHERE record_id = %s AND place = 1",
                                       [organisation])
        page = by.get(f"/en/partnerships/{partnership}/invite?" + urllib.parse.urlencode({"q": name}))
        form = next(f for f in page.forms() if f.method == "POST" and f.action.endswith("/invite"))
        answer = by.submit(form, {"organisation": organisation, **values})
        assert answer.status == 303, answer.words
        return self.stack.database.one("SELECT id FROM record WHERE parent = %s AND other_org = %s",
                                       [partnership, organisation])
