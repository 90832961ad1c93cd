"""Filters let entries in or keep them out, by words or expressions, and always end."""

import time
from typing import Any

import pytest

from newsletter.collect.entries import Entry
from newsletter.collect.sifting import mistake_in, sift
from newsletter.model import Filter

POWER = Entry(title="A data centre buys 500 MW", link="https://site.example/power/1", tags=("Energy", "AI"))
SPORT = Entry(title="Champions sell a defender", link="https://site.example/sport/2", tags=("Football",))
CHINESE = Entry(title="英伟达发布新芯片", link="https://site.example/cn/3", tags=("芯片",))
ALL = (POWER, SPORT, CHINESE)


def rule(action: str, field: str = "title", **more: Any) -> Filter:
    values: dict[str, Any] = {"action": action, "field": field}
    return Filter(**(values | more))


def kept(*filters: Filter) -> tuple[Entry, ...]:
    return sift(ALL, filters).kept


def test_without_filters_everything_comes_in() -> None:
    assert kept() == ALL


@pytest.mark.parametrize(
    ("one", "left"),
    [
        (rule("drop", contains="CHAMPIONS"), (POWER, CHINESE)),
        (rule("drop", contains="芯片"), (POWER, SPORT)),
        (rule("drop", regex=r"\d+ mw"), (SPORT, CHINESE)),
        (rule("drop", regex="新.片$"), (POWER, SPORT)),
        (rule("drop", "link", contains="/sport/"), (POWER, CHINESE)),
        (rule("drop", "link", regex=r"/(power|cn)/\d"), (SPORT,)),
        (rule("drop", "tag", contains="ai"), (SPORT, CHINESE)),
        (rule("drop", "tag", regex="^芯片$"), (POWER, SPORT)),
        (rule("keep", contains="data centre"), (POWER,)),
        (rule("keep", "tag", contains="芯片"), (CHINESE,)),
    ],
    ids=str,
)
def test_each_field_is_asked_by_words_or_by_an_expression_whatever_the_case(
    one: Filter, left: tuple[Entry, ...]
) -> None:
    assert kept(one) == left


def test_the_first_rule_that_matches_decides() -> None:
    assert kept(rule("keep", contains="sell"), rule("drop", regex=".")) == (SPORT,)
    assert kept(rule("drop", contains="sell"), rule("keep", contains="sell")) == (POWER, CHINESE)


def test_where_only_keep_rules_stand_what_matches_none_is_dropped() -> None:
    found = sift(ALL, [rule("keep", contains="data"), rule("keep", contains="英伟达")])
    assert found.kept == (POWER, CHINESE)
    assert found.dropped == ((SPORT, "nothing says keep"),)


def test_a_drop_rule_for_all_feeds_does_not_open_a_feed_that_keeps_only_some() -> None:
    own, shared = rule("keep", contains="data"), rule("drop", contains="advert", everywhere=True)
    assert kept(own, shared) == (POWER,)
    assert kept(rule("drop", contains="data"), rule("keep", contains="sell", everywhere=True)) == (SPORT,)


def test_what_is_dropped_is_told_with_its_rule() -> None:
    (found,) = sift(ALL, [rule("drop", "link", contains="/sport/")]).dropped
    assert found == (SPORT, "drop where link contains '/sport/'")


def test_an_expression_that_would_never_end_is_set_aside_and_told() -> None:
    endless = rule("drop", regex=r"(a|a|aa)+$")
    long = Entry(title="a" * 40 + "!")
    began = time.monotonic()
    found = sift([long] * 50, [endless])
    assert time.monotonic() - began < 2
    assert len(found.kept) == 50
    assert any("takes too long" in problem for problem in found.problems)


@pytest.mark.parametrize("pattern", ["(", "[a", "a{2,1}", "*", "(?P<x", "\\", "(?<n>a)(?<n>b)\\9"])
def test_a_mistake_in_an_expression_is_told(pattern: str) -> None:
    assert mistake_in(pattern)


@pytest.mark.parametrize("pattern", ["", "a|b", "数据中心|算力", r"\bAI\b"])
def test_a_sound_expression_has_none(pattern: str) -> None:
    assert mistake_in(pattern) == ""
