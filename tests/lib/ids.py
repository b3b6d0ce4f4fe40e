# SPDX-License-Identifier: EUPL-1.2
"""Record identifiers as include/concord/id.h describes them."""
import hashlib

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ALL = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def check(text):
    """The ISO 7064 MOD 37,36 check character of TEXT."""
    p = 36
    for c in text:
        p = (p + ALL.index(c)) % 36 or 36
        p = p * 2 % 37
    return ALL[(37 - p) % 36]


def valid(text):
    return (len(text) == 14 and text[0].isalpha() and text.isupper()
            and all(c in CROCKFORD for c in text[1:13]) and check(text[:13]) == text[13])


def named(letter, name):
    """An identifier that depends on NAME only: for samples and tests that are made again."""
    n = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    body = letter + "".join(CROCKFORD[n >> 5 * i & 31] for i in range(12))
    return body + check(body)
