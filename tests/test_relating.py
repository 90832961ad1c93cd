"""Related articles: other stories, earlier ones first, across languages, with a reason."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from newsletter.curate.relating import Known, card, neighbours, related
from newsletter.curate.tagging import read
from newsletter.language.lexicon import Lexicon, open_lexicon
from newsletter.model import Article, ArticleId, Card, Found, Reading, Related, StoryId
from newsletter.shipped import shipped
from tests.builders import NOW, article, story


class MemoryArchive:
    """An archive in a dictionary: an article is worth the number of terms and keys that it has."""

    def __init__(self, cards: Sequence[Card]) -> None:
        self._cards = list(cards)

    def documents(self, terms: Collection[str]) -> dict[str, int]:
        held = [{*one.title, *one.body, *one.keys, ""} for one in self._cards]
        return {term: sum(term in words for words in held) for term in terms}

    def search(self, terms: Sequence[str], keys: Sequence[str], *, limit: int, newest: float = 1.0) -> Sequence[Found]:
        scores = {one.article_id: self._worth(one, terms, keys) for one in self._cards}
        best = sorted((one for one in scores if scores[one]), key=lambda one: (-scores[one], one))
        return [Found(article_id=one, score=scores[one]) for one in best[:limit]]

    def _worth(self, one: Card, terms: Sequence[str], keys: Sequence[str]) -> float:
        words = {*one.title, *one.body}
        return float(sum(term in words for term in terms) + sum(key in one.keys for key in keys))


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return open_lexicon((shipped("feeds"),))


def report(id: str, title: str, summary: str = "", days: float = 0, **more: Any) -> Article:
    return article(id, title, summary=summary, published=NOW - timedelta(days=days), **more)


HALLS = report("halls", "Meta builds a data centre in Ohio", "The campus takes 1 gigawatt of power for AI computing.")
ARCHIVE = (
    HALLS,
    report(
        "before", "Meta signs a power deal for its Ohio data centre", "A gigawatt of nuclear power for AI.", days=40
    ),
    report("zh", "Meta为俄亥俄州数据中心签下核电协议", "1吉瓦核电将供给人工智能数据中心。", days=30, language="zh"),
    report("cable", "Meta lays a cable under the sea", "The cable joins five continents.", days=10),
    report("oracle", "Oracle sees more orders for its cloud", "Sales of cloud computing rose by half.", days=5),
    report("club", "Champions sell a defender", "The club bought nobody in a quiet window.", days=3),
    report("雨", "北方迎来降雨", "农民等了六个星期。", days=3, language="zh"),
)


def found(
    lexicon: Lexicon,
    one: Article = HALLS,
    archive: Sequence[Article] = ARCHIVE,
    stories: Mapping[str, str] | None = None,
) -> tuple[Related, ...]:
    articles: dict[ArticleId, Article] = {a.id: a for a in archive}
    readings: dict[ArticleId, Reading] = {a.id: read(a, lexicon) for a in archive}

    def lookup(ids: Sequence[ArticleId]) -> Mapping[ArticleId, Known]:
        return {a: (articles[a], readings[a], StoryId((stories or {}).get(a, a))) for a in ids}

    cards = MemoryArchive([card(a, readings[a.id]) for a in archive])
    own = story(one.id, tuple(a for a in articles if (stories or {}).get(a, a) == one.id), first=one.published)
    return related(own, articles, readings, cards, lookup=lookup, lexicon=lexicon, now=NOW)


def ids(*args: Any, **more: Any) -> list[str]:
    return [one.article_id for one in found(*args, **more)]


def test_background_in_both_languages_comes_first_and_noise_never(lexicon: Lexicon) -> None:
    assert set(ids(lexicon)[:2]) == {"before", "zh"}
    assert not {"club", "雨"} & set(ids(lexicon))


def test_a_chinese_story_finds_english_background(lexicon: Lexicon) -> None:
    assert set(ids(lexicon, ARCHIVE[2])[:2]) == {"halls", "before"}


def test_reports_of_the_story_itself_are_never_related(lexicon: Lexicon) -> None:
    same = {"halls": "halls", "before": "halls", "zh": "halls"}
    assert not {"halls", "before", "zh"} & set(ids(lexicon, stories=same))


def test_one_report_stands_for_another_story(lexicon: Lexicon) -> None:
    assert len({"before", "zh"} & set(ids(lexicon, stories={"zh": "before"}))) == 1


@pytest.mark.parametrize("one", [HALLS, ARCHIVE[2]])
def test_the_same_words_under_another_link_are_not_worth_reading(lexicon: Lexicon, one: Article) -> None:
    twin = report("twin", one.title, one.summary, days=2, language=one.language)
    assert "twin" not in ids(lexicon, one, (*ARCHIVE, twin))


def test_the_reason_names_what_is_shared_and_how_much_earlier_it_was(lexicon: Lexicon) -> None:
    reason = next(one.because for one in found(lexicon) if one.article_id == "before")
    assert "Meta" in reason["en"]
    assert "1 month earlier" in reason["en"]
    assert "早1个月" in reason["zh"]
    assert "AI infrastructure" not in reason["en"]


def test_an_empty_report_and_an_empty_archive_have_no_related_articles(lexicon: Lexicon) -> None:
    empty = report("empty", "")
    assert ids(lexicon, empty, (empty, *ARCHIVE)) == []
    assert ids(lexicon, HALLS, (HALLS,)) == []


def test_neighbours_are_every_report_best_first(lexicon: Lexicon) -> None:
    readings = {a.id: read(a, lexicon) for a in ARCHIVE}
    cards = MemoryArchive([card(a, readings[a.id]) for a in ARCHIVE])
    near = neighbours(
        [(HALLS, readings[HALLS.id])],
        cards,
        lookup=lambda wanted: {a.id: (a, readings[a.id], StoryId(a.id)) for a in ARCHIVE if a.id in wanted},
        now=NOW,
        but={HALLS.id},
    )
    assert [one.score for one in near] == sorted((one.score for one in near), reverse=True)
    assert HALLS.id not in {one.article.id for one in near}


@pytest.mark.parametrize(
    ("title", "summary", "language"),
    [
        ("A carmaker cuts jobs again", "Funding for the maker of sports cars dries up and staff must go.", "en"),
        ("跑车制造商再次裁员", "这家汽车公司的融资枯竭，员工将离开。", "zh"),
    ],
)
def test_what_is_outside_the_field_and_shares_no_name_is_no_background(
    lexicon: Lexicon, title: str, summary: str, language: str
) -> None:
    cuts = report(
        "cuts", "Meta cuts jobs to pay for AI data centres", "Funding for GPUs comes before staff, Meta says."
    )
    outside = report("outside", title, summary, days=3, language=language)
    assert not read(outside, lexicon).in_scope
    related_ids = ids(lexicon, cuts, (cuts, outside, *ARCHIVE))
    assert "outside" not in related_ids
    assert "halls" in related_ids
