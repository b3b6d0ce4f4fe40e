#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""Prints SQL that lets people of the demo's directory act for organisations of the samples.

    demo-people.py LDAP-SETTINGS PEOPLE.tsv        lines: LOGIN <tab> ORGANISATION <tab> ROLE
"""
import base64
import subprocess
import sys


def quote(text):
    return "'" + text.replace("'", "''") + "'"


def entry(settings, login):
    done = subprocess.run(
        ["ldapsearch", "-x", "-LLL", "-o", "ldif-wrap=no", "-H", settings["uris"].split()[0],
         "-D", settings["bind_dn"], "-w", settings["bind_password"], "-b", settings["user_base"],
         f"(uid={login})", "entryUUID", "cn", "mail"],
        env={"PATH": "/usr/bin:/bin", "LDAPTLS_CACERT": settings["ca_file"]},
        capture_output=True, text=True, timeout=20, check=True)
    found = {}
    for line in done.stdout.splitlines():
        name, _, value = line.partition(":")
        found[name] = base64.b64decode(value[1:]).decode() if value.startswith(":") else value.strip()
    return found


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        settings = dict(line.rstrip("\n").split(" = ", 1) for line in file if " = " in line)
    with open(sys.argv[2], encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file if line.strip() and line[0] != "#"]
    print("SET search_path = concord, pg_temp;")
    for login in sorted({row[0] for row in rows}):
        person = entry(settings, login)
        subject = f"{settings['id']}:{person['entryUUID']}"
        print(f"INSERT INTO person (subject, login, name, mail) VALUES ({quote(subject)}, {quote(login)}, "
              f"{quote(person['cn'])}, {quote(person['mail'])}) ON CONFLICT (subject) DO NOTHING;")
        for _, organisation, role in (row for row in rows if row[0] == login):
            print(f"INSERT INTO person_org (person, organisation_id, role) SELECT id, {quote(organisation)}, "
                  f"{quote(role)} FROM person WHERE subject = {quote(subject)} ON CONFLICT DO NOTHING;")


if __name__ == "__main__":
    main()
