"""What matters most stands first, and every point has its sentence."""

from datetime import timedelta
from typing import Any

import pytest

from newsletter.curate.ranking import rank
from newsletter.language.lexicon import Lexicon, open_lexicon
from newsletter.model import Article, ArticleId, ArticleKind, FeedUrl, Quantity, Ranked, Reading, Story
from newsletter.shipped import shipped
from tests.builders import NOW, article, feed, money, reading, story


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return open_lexicon((shipped("feeds"),))


def told(id: str, sources: int = 1, **more: Any) -> tuple[Story, list[Article]]:
    """A story that so many feeds tell, each in words of its own."""
    words = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa")
    articles = [
        article(
            f"{id}{at}",
            f"{words[at]} tells {id}",
            feed_url=FeedUrl(f"https://{words[at]}.example/feed"),
            summary=f"What {words[at]} found out about {id}, in sentences that are its own and nobody else's. " * 2,
        )
        for at in range(sources)
    ]
    return story(f"{id}0", tuple(one.id for one in articles), **more), articles


def ranked(
    lexicon: Lexicon, *pairs: tuple[Story, list[Article]], kinds: dict[str, ArticleKind] | None = None, **more: Any
) -> tuple[Ranked, ...]:
    articles = {one.id: one for _, reports in pairs for one in reports}
    readings: dict[ArticleId, Reading] = {
        one: reading(one, kind=(kinds or {}).get(one[0], ArticleKind.NEWS)) for one in articles
    }
    values: dict[str, Any] = {"feeds": {}, "lexicon": lexicon, "now": NOW} | more
    return rank([one for one, _ in pairs], articles, readings, **values)


def points(one: Ranked, name: str) -> float:
    return next((reason.points for reason in one.reasons if reason.name == name), 0.0)


def test_the_score_is_the_sum_of_its_reasons_and_each_has_a_sentence_in_both_languages(lexicon: Lexicon) -> None:
    for one in ranked(lexicon, told("a", 3), told("b", quantities=(money(2e9),))):
        assert one.score == pytest.approx(sum(reason.points for reason in one.reasons))
        assert all(reason.say["en"] and reason.say["zh"] for reason in one.reasons)


def test_a_story_that_many_tell_stands_before_one_that_one_tells(lexicon: Lexicon) -> None:
    assert [one.story.id for one in ranked(lexicon, told("a"), told("b", 6))] == ["b0", "a0"]


def test_reprints_of_one_text_count_once(lexicon: Lexicon) -> None:
    a, reports = told("a", 5)
    text = "The wire's own words about the deal, sent to many papers, which print them as they came in the night."
    copies = [article(one.id, "The deal", feed_url=one.feed_url, summary=text) for one in reports]
    first, second = ranked(lexicon, (a, copies), told("b", 2))
    assert (first.story.id, second.story.id) == ("b0", "a0")
    assert points(second, "sources") == 0


def test_a_larger_amount_counts_for_more_than_a_smaller_one(lexicon: Lexicon) -> None:
    small, large = told("a", quantities=(money(1e8),)), told("b", quantities=(money(9e10),))
    assert [one.story.id for one in ranked(lexicon, small, large)] == ["b0", "a0"]


def test_amounts_of_different_currencies_are_never_compared(lexicon: Lexicon) -> None:
    yuan = told("a", quantities=(money(9e10, "CNY"),))
    alone = ranked(lexicon, yuan)
    beside = ranked(lexicon, yuan, told("b", quantities=(money(1e8),)))
    assert points(alone[0], "magnitude") == points(next(one for one in beside if one.story.id == "a0"), "magnitude")


def test_the_past_says_how_large_an_amount_is(lexicon: Lexicon) -> None:
    power = Quantity(kind="power", value=1500, unit="MW")
    past = [Quantity(kind="power", value=float(mw), unit="MW") for mw in range(10, 510, 10)]
    (one,) = ranked(lexicon, told("a", quantities=(power,)), past_quantities=past)
    say = next(reason.say for reason in one.reasons if reason.name == "magnitude")
    assert "1.5 GW" in say["en"]
    assert "180 days" in say["en"]
    assert "1.5吉瓦" in say["zh"]


def test_what_is_out_of_scope_comes_last(lexicon: Lexicon) -> None:
    assert [one.story.id for one in ranked(lexicon, told("a", 9, in_scope=False), told("b"))] == ["b0", "a0"]


@pytest.mark.parametrize(
    "kind", [ArticleKind.MARKET, ArticleKind.OPINION, ArticleKind.REVIEW, ArticleKind.PRESS_RELEASE]
)
def test_columns_stock_tips_and_press_releases_are_held_back(lexicon: Lexicon, kind: ArticleKind) -> None:
    first, second = ranked(lexicon, told("a"), told("b"), kinds={"a": kind})
    assert (first.story.id, second.story.id) == ("b0", "a0")
    assert points(second, kind.value) < 0


def test_what_an_issue_has_told_is_less_new_and_the_reason_names_it(lexicon: Lexicon) -> None:
    a = told("a")
    (again,) = ranked(lexicon, a, told=[a[0]])
    (fresh,) = ranked(lexicon, a)
    assert again.score < fresh.score
    told_before, reports = told("b")
    values: dict[str, Any] = {"feeds": {}, "lexicon": lexicon, "now": NOW, "told": [told_before]}
    articles = {one.id: one for one in (*a[1], *reports)}
    (like,) = rank([a[0]], articles, {}, **values)
    say = next((reason.say["en"] for reason in like.reasons if reason.name == "novelty"), "")
    assert "alpha tells b" in say


def test_older_news_has_less_freshness(lexicon: Lexicon) -> None:
    old = told("a", last=NOW - timedelta(days=6))
    assert [one.story.id for one in ranked(lexicon, old, told("b"))] == ["b0", "a0"]


def test_weights_of_the_config_win(lexicon: Lexicon) -> None:
    pairs = told("a", 6), told("b", quantities=(money(1e9),))
    only_amounts = {"sources": 0.0, "magnitude": 1.0}
    assert ranked(lexicon, *pairs)[0].story.id == "a0"
    assert ranked(lexicon, *pairs, weights=only_amounts)[0].story.id == "b0"


def test_a_trusted_source_counts(lexicon: Lexicon) -> None:
    feeds = {FeedUrl("https://alpha.example/feed"): feed("https://alpha.example/feed", authority=0.9)}
    (trusted,) = ranked(lexicon, told("a"), feeds=feeds)
    (unknown,) = ranked(lexicon, told("a"))
    assert points(trusted, "authority") > points(unknown, "authority")


def test_the_order_of_the_stories_changes_nothing(lexicon: Lexicon) -> None:
    pairs = [told("a"), told("b", 3), told("c", quantities=(money(5e9),)), told("d", in_scope=False)]
    assert ranked(lexicon, *pairs) == ranked(lexicon, *reversed(pairs))


def test_rules_debt_and_outages_weigh_more_than_software_and_people(lexicon: Lexicon) -> None:
    tags = ("data-centres", "e:nvidia")
    rules, plain, people = (
        told("a", tags=(*tags, "export-controls")),
        told("b", tags=tags),
        told("c", tags=(*tags, "software", "people")),
    )
    found = ranked(lexicon, people, plain, rules)
    assert [one.story.id for one in found] == ["a0", "b0", "c0"]
    say = next(reason.say for reason in found[0].reasons if reason.name == "stakes")
    assert "Export controls" in say["en"]
    assert "出口管制" in say["zh"]


def test_what_the_edition_watches_is_never_beside_the_subject(lexicon: Lexicon) -> None:
    models = told("a", tags=("models",))
    (usual,) = ranked(lexicon, models)
    (watched,) = ranked(lexicon, models, interest=["models"])
    assert points(usual, "periphery") < 0
    assert points(watched, "periphery") == 0


def test_a_giant_counts_also_in_its_only_story_of_the_week(lexicon: Lexicon) -> None:
    story_, (report,) = told("a")
    readings = {report.id: reading(report.id, ("data-centres", "e:meta"))}
    values: dict[str, Any] = {"feeds": {}, "lexicon": lexicon, "now": NOW}
    (giant,) = rank([story_], {report.id: report}, readings, **values)
    (say,) = [reason.say for reason in giant.reasons if reason.name == "actors"]
    assert say["en"] == "Meta is one of the largest in the field"
    assert say["zh"] == "Meta是业内巨头"
