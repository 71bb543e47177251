"""The colours of the pages can be told apart, in light and in dark (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re

import pytest

TEXT, EDGE = 4.5, 3.0
PAIRS = [
    *((ink, paper, TEXT) for ink in ("ink", "dim", "accent") for paper in ("paper", "soft")),
    *((tone, paper, TEXT) for tone in ("good", "back", "end") for paper in ("paper", f"{tone}-soft")),
    *((ink, paper, TEXT) for ink in ("ink", "dim") for paper in ("good-soft", "back-soft", "end-soft")),
    ("on-accent", "accent", TEXT),
    ("on-end", "end", TEXT),
    ("line", "paper", EDGE),
]


def luminance(colour):
    parts = colour if len(colour) == 6 else "".join(2 * digit for digit in colour)
    channels = [int(parts[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_on_what_it_stands(scheme, repository):
    css = (repository / "api" / "static" / "pages.css").read_text("utf-8")
    light, dark = (
        dict(re.findall(r"--([a-z-]+): #([0-9a-f]+)", block)) for block in re.findall(r":root \{(.*?)\}", css, re.S)[:2]
    )
    colours = light if scheme == "light" else light | dark
    for front, behind, least in PAIRS:
        bright, dim = sorted((luminance(colours[front]), luminance(colours[behind])), reverse=True)
        assert (bright + 0.05) / (dim + 0.05) >= least, f"{front} on {behind}"
