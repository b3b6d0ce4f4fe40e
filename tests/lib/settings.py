# SPDX-License-Identifier: EUPL-1.2
"""Settings files for tests: everything that must be set, and what a test wants otherwise."""
import build


def write(path, conninfo, **other):
    """other: section_key="value", as in http_public_url="https://x.example"."""
    values = {
        "http.public_url": "http://127.0.0.1:8080",
        "http.insecure": "yes",
        "registry.name": "Test registry",
        "registry.mail": "registry@example.org",
        "db.conninfo": conninfo,
        "ldap.id": "test",
        "ldap.uris": "ldap://localhost:3890",
        "ldap.tls": "starttls",
        "ldap.bind_dn": "uid=concord,ou=services,dc=example,dc=org",
        "ldap.bind_password": "concord-secret-1",
        "ldap.user_base": "ou=people,dc=example,dc=org",
        "ldap.group_base": "ou=groups,dc=example,dc=org",
        "login.secret": "0123456789abcdef0123456789abcdef",
        "worker.max_memory": "1000000",  # sanitizers hold much
        "files.share_path": str(build.ROOT),
        "files.path": str(path.parent),
    }
    for key, value in other.items():
        values[key.replace("_", ".", 1)] = value
    sections = {}
    for key, value in values.items():
        section, _, name = key.partition(".")
        sections.setdefault(section, []).append(f"{name} = {value}\n")
    path.write_text("".join(f"[{name}]\n{''.join(lines)}" for name, lines in sections.items()))
    path.chmod(0o644)
    return path
