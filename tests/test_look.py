"""The colours of the pages: every text can be read on every ground, light and dark."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from newsletter.config import Theme, config_from
from newsletter.newsroom import open_newsroom
from newsletter.web.app import make_app
from newsletter.web.showing import STATIC
from tests.builders import NOW

CSS = (STATIC / "site.css").read_text()
TEXTS = ("ink", "muted", "link", "copper", "red", "amber", "green")


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--(\w+):\s*(#[0-9a-fA-F]{6})", block))


LIGHT = tokens(CSS[: CSS.index("@media")])
DARK = LIGHT | tokens(CSS[CSS.index("prefers-color-scheme: dark") : CSS.index("*, *::before")])


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    r, g, b = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_has_a_contrast_of_four_and_a_half(scheme: dict[str, str]) -> None:
    worst = {(text, ground): contrast(scheme[text], scheme[ground]) for text in TEXTS for ground in ("page", "paper")}
    worst |= {(text, "tint"): contrast(scheme[text], scheme["tint"]) for text in ("ink", "muted", "red")}
    worst[("paper", "link")] = contrast(scheme["paper"], scheme["link"])
    assert {pair: round(ratio, 2) for pair, ratio in worst.items() if ratio < 4.5} == {}


def test_an_operators_colours_reach_the_pages(tmp_path: Path) -> None:
    data = {"editions": [{"key": "weekly-en", "theme": {"link": "#123456"}}]}
    with (
        open_newsroom(config_from(data, where="config.toml", folder=tmp_path)) as room,
        TestClient(make_app(room, clock=lambda: NOW)) as site,
    ):
        assert 'href="/theme.css"' in site.get("/").text
        answer = site.get("/theme.css")
    assert answer.headers["content-type"].startswith("text/css")
    assert "--link:#123456;" in answer.text


def test_the_pages_wear_the_colours_of_the_letter() -> None:
    theme = Theme()
    assert {
        name: LIGHT[name].upper() for name in ("page", "paper", "ink", "muted", "rule", "link", "copper", "tint")
    } == {
        name: getattr(theme, name).upper()
        for name in ("page", "paper", "ink", "muted", "rule", "link", "copper", "tint")
    }
