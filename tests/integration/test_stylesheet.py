# SPDX-License-Identifier: EUPL-1.2
"""The style sheet: the official colours of the goals, text that can be read on them, nothing foreign."""

import pathlib
import re

CSS = (pathlib.Path(__file__).resolve().parents[2] / "web" / "concord.css").read_text()

OFFICIAL = (
    "e5243b dda63a 4c9f38 c5192d ff3a21 26bde2 fcc30b a21942 fd6925 dd1367 fd9d24 bf8b2e 3f7e44 "
    "0a97d9 56c02b 00689d 19486a"
).split()
RULE = re.compile(r"\.cc-sdg-(\d+) \.cc-sdg-number \{ background: #(\w{6}); color: #(\w{3}); \}")
TONE = re.compile(r"\.cc-tone-\w+ \{ background: #(\w+); color: (?:var\((--[\w-]+)\)|#(\w+))")


def luminance(colour):
    """WCAG 2.1, relative luminance"""
    if len(colour) == 3:
        colour = "".join(c * 2 for c in colour)
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a, b):
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def test_goals_have_their_official_colours():
    found = {int(goal): colour for goal, colour, _ in RULE.findall(CSS)}
    assert found == dict(enumerate(OFFICIAL, 1))


def test_text_on_goal_colours_can_be_read():
    for goal, back, text in RULE.findall(CSS):
        assert contrast(back, text) >= 4.5, goal


def test_badges_can_be_read():
    variables = dict(re.findall(r"(--cc-[\w-]+): #(\w+);", CSS))
    tones = TONE.findall(CSS)
    assert len(tones) == 4
    for back, variable, text in tones:
        assert contrast(back, text or variables[variable]) >= 4.5, variable


def test_nothing_is_loaded_from_elsewhere():
    assert "url(" not in CSS
    assert "@import" not in CSS
