"""The letter as a mail program with an engine of its own shows it: nothing runs off the sheet, all can be read."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from newsletter.compose.colours import contrast
from newsletter.config import Theme
from newsletter.model import Section
from tests.builders import item
from tests.test_rendering import HOSTILE, LANGUAGES, rendered, told, whole

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.browser
QUIET = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split()
# Every text with the colour behind it, as they are computed.
PAIRS = """() => {
  const pairs = new Map(), walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const behind = (one) => {
    for (; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (colour !== "rgba(0, 0, 0, 0)") return colour;
    }
    return "rgb(255, 255, 255)";
  };
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), parent = walker.currentNode.parentElement;
    if (!text || !parent.getClientRects().length || parent.closest("style,.pre,.bar,.rest,.top")) continue;
    pairs.set(getComputedStyle(parent).color + "|" + behind(parent), text.slice(0, 40));
  }
  return [...pairs];
}"""
BARE = """() => {
  document.querySelectorAll("style").forEach(one => one.remove());
  document.querySelectorAll("[style]").forEach(one => one.removeAttribute("style"));
}"""
HEIGHTS = """[...document.querySelectorAll("h3 a, .five a, a.way")].map(a => a.getBoundingClientRect().height)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


def shown(browser: Browser, html: str, *, width: int = 720, **context: Any) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 900}, **context).new_page()
    page.set_content(html)
    return page


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_scrolls_sideways_whatever_the_words(browser: Browser, language: str) -> None:
    bad = tuple(item(f"h{n}", words, summary=words, source=words[:60], note=words) for n, words in enumerate(HOSTILE))
    made = replace(whole(6, language), lead=told(0, language), sections=(Section(key="x", title="X", items=bad),))
    for width in (320, 375, 720):
        page = shown(browser, rendered(made).html, width=width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.context.close()


@pytest.mark.parametrize(("language", "scheme"), [*product(LANGUAGES, ("light", "dark"))])
def test_every_text_stands_out_from_what_is_behind_it(browser: Browser, language: str, scheme: Any) -> None:
    made = whole(6, language)
    made = replace(made, lead=replace(told(0, language), follow_up="weekly/2026-W10", note="A note."), intro="Hello.")
    page = shown(browser, rendered(made).html, color_scheme=scheme)
    pairs = page.evaluate(PAIRS)
    page.context.close()
    assert len(pairs) >= 6
    for pair, text in pairs:
        front, back = map(_hex, pair.split("|"))
        assert contrast(front, back) >= 4.5, (text, front, back)
        if scheme == "light":
            assert contrast(_inverted(front), _inverted(back)) >= 4.5, (text, front, back)


@pytest.mark.parametrize("language", LANGUAGES)
def test_headlines_and_ways_out_are_large_enough_for_a_finger(browser: Browser, language: str) -> None:
    page = shown(browser, rendered(whole(6, language)).html, width=375)
    heights = page.evaluate(HEIGHTS)
    page.context.close()
    assert min(heights) >= 44


@pytest.mark.slow
@pytest.mark.parametrize(("language", "scheme"), [*product(LANGUAGES, ("light", "dark"))])
def test_axe_finds_nothing_at_any_width(browser: Browser, language: str, scheme: Any) -> None:
    lead = replace(told(0, language), follow_up="weekly/2026-W10", note="A note.")
    bad = tuple(item(f"h{n}", words, summary=words, source=words[:60]) for n, words in enumerate(HOSTILE))
    made = replace(whole(6, language), lead=lead, intro="Hello.")
    made = replace(made, sections=(*made.sections, Section(key="x", title="X", items=bad)))
    html = rendered(made, why=True, theme=Theme(masthead="Power and chips", sign_off="Until Friday.")).html
    for width in (320, 375, 720):
        page = shown(browser, html, width=width, color_scheme=scheme)
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        page.context.close()
        assert found.response["violations"] == [], found.generate_report()
        assert len(found.response["passes"]) >= 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_any_style_the_letter_reads_in_order(browser: Browser, language: str) -> None:
    made = whole(4, language)
    page = shown(browser, rendered(made).html)
    page.evaluate(BARE)
    text = page.inner_text("body")
    page.context.close()
    places = [text.rfind(one.headline) for one in made.items]
    assert places == sorted(places)
    assert min(places) > 0


def _hex(colour: str) -> str:
    channels = colour.removeprefix("rgb(").removesuffix(")").split(", ")
    return "#" + "".join(f"{int(channel):02X}" for channel in channels)


def _inverted(colour: str) -> str:
    return f"#{0xFFFFFF ^ int(colour[1:], 16):06X}"
