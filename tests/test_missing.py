"""Names that the gazetteer lacks, in both languages."""

from pathlib import Path

import pytest

from newsletter.curate.emerging import Event
from newsletter.curate.missing import missing, unknown_names
from newsletter.language.gazetteer import Gazetteer
from newsletter.language.lexicon import open_lexicon

FEEDS = Path(__file__).resolve().parent.parent / "feeds"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return open_lexicon([FEEDS]).gazetteer


@pytest.mark.parametrize(
    ("headline", "names"),
    [
        ("Nvidia invests in chip start-up QuxelWorks of Oslo", {"QuxelWorks"}),
        ("Start-up Zorbex Systems buys servers", {"Zorbex Systems"}),
        ("英伟达投资芯片初创公司QuxelWorks", {"QuxelWorks"}),
        ("澄岚科技完成新一轮融资", {"澄岚科技"}),
        ("Nvidia and Microsoft build a data center", set()),
        ("英伟达与微软扩建数据中心", set()),
        ("Acme Holdings (ACMH) Climbs on Strong Demand For Memory", {"Acme Holdings"}),
        ("自带芯片：云厂商的新办法", set()),
    ],
)
def test_names_of_a_headline(gazetteer: Gazetteer, headline: str, names: set[str]) -> None:
    assert names <= set(unknown_names(headline, gazetteer))
    if not names:
        assert unknown_names(headline, gazetteer) == ()


def test_a_name_is_suggested_with_its_events_sources_and_headlines(gazetteer: Gazetteer) -> None:
    week = [
        Event(headlines=("Cloud firm QuxelWorks rents GPUs",), sources=frozenset("a")),
        Event(headlines=("芯片公司QuxelWorks获融资", "Chip maker QuxelWorks raises money"), sources=frozenset("bc")),
        Event(headlines=("Cloud firm Zorbex rents GPUs",), sources=frozenset("a")),
    ]
    (one,) = missing(week, gazetteer)
    assert (one.name, one.events, one.sources) == ("QuxelWorks", 2, 3)
    assert one.headlines == ("Cloud firm QuxelWorks rents GPUs", "芯片公司QuxelWorks获融资")
    assert missing(week, gazetteer, known={"quxelworks"}) == ()
