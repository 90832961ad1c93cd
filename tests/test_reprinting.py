"""Copies of one text are one voice."""

from typing import Any

import pytest

from newsletter.curate.reprinting import copies, voices
from newsletter.model import Article
from tests.builders import article

EN = (
    "Meta has started Meta Compute, an effort to build its own power and computing for artificial intelligence. The "
    "company speaks of tens of gigawatts within this decade and of hundreds of gigawatts over time."
)
ZH = "Meta宣布启动Meta Compute计划，自建电力和算力，本十年内规模达到数十吉瓦，长远目标为数百吉瓦，由三名高管负责。"


def told(id: str, title: str, summary: str, **more: Any) -> Article:
    return article(id, title, **({"feed_url": f"https://{id}.example/feed", "summary": summary} | more))


@pytest.mark.parametrize(
    ("title", "text", "ending"), [("Meta starts", EN, " (Wire)"), ("Meta启动计划", ZH, "（快讯）")]
)
def test_a_reprint_with_another_ending_is_a_copy(title: str, text: str, ending: str) -> None:
    assert list(copies([told("a", title, text), told("b", title, text + ending)])) == [(0, 1)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (EN, "Reliance will spend seven trillion rupees on data centres and energy, beginning at Jamnagar in Gujarat."),
        (ZH, "信实计划用约七万亿卢比建设人工智能与能源设施，先在古吉拉特邦贾姆讷格尔把数据中心建在自有电源旁边。"),
    ],
)
def test_other_texts_are_no_copies(one: str, other: str) -> None:
    assert not list(copies([told("a", "One", one), told("b", "Two", other)]))


def test_short_and_empty_texts_are_never_copies() -> None:
    assert not list(copies([told("a", "", ""), told("b", "", ""), told("c", "通知", ""), told("d", "通知", "")]))


def test_a_wire_story_printed_three_times_is_one_voice() -> None:
    wire = [told(name, "Meta starts", EN) for name in ("a", "b", "c")]
    assert voices(wire) == 1
    assert voices([*wire, told("d", "What Meta wants", "A column about a company that wants its own power.")]) == 2


def test_reports_of_one_feed_are_one_voice() -> None:
    same = {"feed_url": "https://wire.example/feed"}
    reports = [told("a", "Meta starts", EN, **same), told("b", "Three people in charge", "Who they are.", **same)]
    assert voices(reports) == 1
