"""Editors join stories, part reports from them and choose the one that tells; the machine's order follows."""

from datetime import timedelta

import pytest

from newsletter.compose.regrouping import regrouped
from newsletter.curate.clustering import Verdicts, cluster
from newsletter.curate.joining import join
from newsletter.language.lexicon import Lexicon, open_lexicon
from newsletter.model import ArticleId, EditKind, KeyPoint
from newsletter.shipped import shipped
from tests.builders import NOW, article, candidate, edit, reading
from tests.test_drafting import make, reasons

NEBIUS = candidate("a1", "Nvidia invests $2 billion in Nebius", 0.9)
RISE = candidate("b1", "Shares of Nebius rise after the deal", 0.5)
CAMPUS = candidate("c1", "Oslo approves a campus by the fjord", 0.4)
PAIR = candidate(
    "a1",
    points=0.9,
    reports=(
        article("a1", "Nvidia invests $2 billion in Nebius", summary="The cloud company gets the money in March."),
        article(
            "a2", "Chip maker buys a share of Nebius", link="https://daily.example/a2", summary="A share was bought."
        ),
        article("a3", "英伟达投资 Nebius", language="zh", link="https://kx.example/a3", summary="英伟达宣布投资。"),
    ),
    key_points={
        "en": (KeyPoint(text="A share was bought on Monday.", article_id=ArticleId("a2"), language="en"),),
        "zh": (KeyPoint(text="英伟达宣布投资。", article_id=ArticleId("a3"), language="zh"),),
    },
)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return open_lexicon((shipped("feeds"),))


def test_of_two_joined_stories_one_is_told_with_the_reports_of_both(lexicon: Lexicon) -> None:
    made = make(lexicon, NEBIUS, RISE, CAMPUS, edits=[edit(EditKind.MERGE, "a1", "b1")])
    assert [one.story_id for one in made.items] == ["a1", "c1"]
    assert [source.link for source in made.items[0].sources] == ["https://wire.example/a1", "https://wire.example/b1"]
    assert reasons(made)["b1"] == "told with “Nvidia invests $2 billion in Nebius” by editor@news.example"


def test_joining_goes_on_from_story_to_story() -> None:
    edits = [edit(EditKind.MERGE, "b1", "c1"), edit(EditKind.MERGE, "a1", "b1")]
    found = regrouped((NEBIUS, RISE, CAMPUS), edits, language="en")
    assert [[report.id for report in one.articles] for one in found.candidates] == [["a1", "b1", "c1"]]
    assert {one.story_id for one in found.left_out} == {"b1", "c1"}


@pytest.mark.parametrize(
    "nothing", [edit(EditKind.MERGE, "a1", "a1"), edit(EditKind.MERGE, "a1", "zz"), edit(EditKind.MERGE, "zz", "a1"),
                edit(EditKind.MERGE, "a1", "b1", undone=True), edit(EditKind.SPLIT, "a1", "https://wire.example/a1")],
)  # fmt: skip
def test_what_is_done_already_or_undone_changes_nothing(nothing: object) -> None:
    found = regrouped((NEBIUS, RISE), [nothing], language="en")  # type: ignore[list-item]
    assert found.candidates == (NEBIUS, RISE)
    assert found.left_out == ()


def test_a_parted_report_is_no_source_and_says_nothing_any_more(lexicon: Lexicon) -> None:
    made = make(lexicon, PAIR, edits=[edit(EditKind.SPLIT, "a1", "https://daily.example/a2")])
    assert [source.link for source in made.items[0].sources] == ["https://wire.example/a1", "https://kx.example/a3"]
    assert "A share was bought" not in made.items[0].summary
    assert made.items[0].summary == "The cloud company gets the money in March."


@pytest.mark.parametrize(
    ("link", "headline", "language"),
    [
        ("https://daily.example/a2", "Chip maker buys a share of Nebius", "en"),
        ("https://kx.example/a3", "英伟达投资 Nebius", "zh"),
        ("https://nowhere.example/", "Nvidia invests $2 billion in Nebius", "en"),
        ("", "Nvidia invests $2 billion in Nebius", "en"),
    ],
)
def test_a_story_is_told_from_the_report_that_an_editor_chose(
    lexicon: Lexicon, link: str, headline: str, language: str
) -> None:
    edits = [edit(EditKind.SOURCE, "a1", "https://daily.example/a2"), edit(EditKind.SOURCE, "a1", link)]
    (told,) = make(lexicon, PAIR, edits=edits).items
    assert (told.headline, told.language) == (headline, language)
    assert told.sources[0].link == told.link


# -- what editors decided, when stories are put together anew


def test_an_editors_pair_joins_over_any_time_and_a_parted_pair_never_as_copies_either() -> None:
    assert join([0.0, 900.0], {}, decided=[(0, 1)]) == [[0, 1]]
    assert join([0.0, 900.0], {}, sure=[(0, 1)]) == [[0], [1]]
    assert join([0.0, 1.0], {(0, 1): 9.0}, sure=[(0, 1)], never=[(0, 1)]) == [[0], [1]]
    assert join([0.0, 1.0, 2.0], {}, sure=[(0, 1), (1, 2)], never=[(0, 2)]) == [[0, 1], [2]]


@pytest.mark.parametrize(
    ("title", "language"),
    [("Oslo approves the largest campus by the fjord", "en"), ("奥斯陆批准峡湾旁的最大数据中心园区", "zh")],
)
def test_reprints_that_an_editor_parted_stay_parted(title: str, language: str) -> None:
    reports = [
        article(name, title, summary=f"{title}. " * 3, language=language, published=NOW - timedelta(hours=hours))
        for hours, name in enumerate("ab")
    ]
    readings = {one.id: reading(one.id) for one in reports}
    assert len(cluster(reports, readings)) == 1
    parted = Verdicts(apart=[(ArticleId("a"), ArticleId("b"))])
    assert len(cluster(reports, readings, verdicts=parted)) == 2
