"""The curate verb: articles become stories that keep their names, and nothing changes without news."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from newsletter import pipeline
from newsletter.cli import main
from newsletter.model import Article, ArticleId, StoryId
from newsletter.newsroom import Newsroom
from newsletter.store.stories import Told
from tests.builders import NOW, article

EN = "Nvidia takes a stake worth $2 billion in the cloud company Nebius. Nebius will build data centres for AI with it."
ZH = "英伟达将入股云服务商Nebius，金额为20亿美元。Nebius将用这笔钱建设人工智能数据中心，并扩大在欧洲的园区。"
NEBIUS = article("nebius", "Nvidia to invest $2 billion in Nebius", summary=EN, feed_url="https://a.example/feed")
CHINESE = article(
    "nebius-zh", "英伟达将向Nebius投资20亿美元", summary=ZH, language="zh", feed_url="https://b.example/feed"
)
HALLS = article("halls", "Meta builds a data centre in Ohio", summary="The campus for AI takes 1 gigawatt of power.")
CLUB = article("club", "Champions sell a defender", summary="The club bought nobody in a quiet transfer window.")
BEFORE = article(
    "before",
    "Nebius opens a data centre for AI in Finland",
    summary="The cloud company Nebius has opened a data centre for AI computing near Helsinki.",
    published=NOW - timedelta(days=70),
)


def bring(room: Newsroom, *articles: Article) -> None:
    with room.store.write() as tx:
        tx.articles.add(articles)


def all_stories(room: Newsroom) -> dict[str, Told]:
    with room.store.read() as tx:
        return {told.story.id: told for told in tx.stories.active(NOW - timedelta(days=400))}


def members(room: Newsroom) -> set[frozenset[str]]:
    return {frozenset(told.story.articles) for told in all_stories(room).values()}


def test_articles_of_the_window_become_ranked_stories(room: Newsroom) -> None:
    bring(room, NEBIUS, CHINESE, HALLS, CLUB)
    done = pipeline.curate(room, now=NOW)
    assert (done.articles, done.stories) == (4, 3)
    assert done.window == (NOW - timedelta(days=14), NOW)
    assert members(room) == {frozenset({"nebius", "nebius-zh"}), frozenset({"halls"}), frozenset({"club"})}
    told = all_stories(room)
    assert told["nebius"].story.in_scope
    assert "e:nvidia" in told["nebius"].story.tags
    assert not told["club"].story.in_scope
    assert told["nebius"].ranked.score > told["halls"].ranked.score


def test_key_points_are_kept_in_each_language_and_for_the_lead(room: Newsroom) -> None:
    bring(room, NEBIUS, CHINESE)
    pipeline.curate(room, now=NOW)
    points = all_stories(room)["nebius"].key_points
    assert set(points) == {"", "en", "zh"}
    assert all(point.text in EN for point in points["en"])
    assert all(point.text in ZH for point in points["zh"])


def test_without_news_nothing_changes(room: Newsroom) -> None:
    bring(room, NEBIUS, CHINESE, HALLS, CLUB, BEFORE)
    first = pipeline.curate(room, now=NOW)
    before = all_stories(room)
    assert pipeline.curate(room, now=NOW) == first
    assert all_stories(room) == before


def test_a_late_article_joins_and_never_renames(room: Newsroom) -> None:
    bring(room, CHINESE, HALLS)
    pipeline.curate(room, now=NOW)
    early = article(
        "early",
        "Nvidia puts $2 billion into Nebius",
        summary=EN,
        feed_url="https://c.example/feed",
        published=NOW - timedelta(days=1, hours=6),
        first_seen=NOW,
    )
    bring(room, early)
    pipeline.curate(room, now=NOW + timedelta(hours=1))
    told = all_stories(room)["nebius-zh"]
    assert set(told.story.articles) == {"nebius-zh", "early"}


def test_a_story_is_found_by_the_name_of_any_of_its_articles(room: Newsroom) -> None:
    bring(room, NEBIUS, CHINESE)
    pipeline.curate(room, now=NOW)
    with room.store.read() as tx:
        assert tx.stories.get(StoryId("nebius-zh")) == tx.stories.get(StoryId("nebius"))


def test_articles_from_before_the_window_get_stories_too_and_are_related(room: Newsroom) -> None:
    bring(room, NEBIUS, CHINESE, HALLS, CLUB, BEFORE)
    done = pipeline.curate(room, now=NOW)
    assert done.articles == 4
    told = all_stories(room)
    assert told["before"].story.articles == ("before",)
    assert ("before", "before") in [(near.article_id, story) for near, story in told["nebius"].related]


def test_related_articles_are_never_of_the_story_itself(room: Newsroom) -> None:
    bring(room, NEBIUS, CHINESE, HALLS, CLUB, BEFORE)
    pipeline.curate(room, now=NOW)
    for told in all_stories(room).values():
        assert not {near.article_id for near, _ in told.related} & set(told.story.articles)
        assert told.story.id not in [story for _, story in told.related]


def test_a_story_that_spans_the_edge_of_the_window_stays_whole(room: Newsroom) -> None:
    old = article("old", NEBIUS.title, summary=EN, published=NOW - timedelta(days=3), feed_url="https://d.example/feed")
    bring(room, old, CHINESE, HALLS)
    pipeline.curate(room, now=NOW)
    assert frozenset({"old", "nebius-zh"}) in members(room)
    later = NOW + timedelta(days=12)
    bring(room, article("news", "Oracle opens a cloud region", published=later, first_seen=later))
    pipeline.curate(room, now=later)
    assert frozenset({"old", "nebius-zh"}) in members(room)


def test_an_edited_article_is_read_again(room: Newsroom) -> None:
    bring(room, NEBIUS, CLUB)
    pipeline.curate(room, now=NOW)
    with room.store.write() as tx:
        tx.articles.update([article("club", HALLS.title, summary=HALLS.summary, published=CLUB.published)])
    pipeline.curate(room, now=NOW)
    told = all_stories(room)["club"]
    assert told.story.in_scope
    assert "e:meta" in told.story.tags


def test_what_editors_parted_stays_apart_and_what_they_joined_stays_together(room: Newsroom) -> None:
    bring(room, NEBIUS, CHINESE, HALLS)
    pipeline.curate(room, now=NOW)
    with room.store.write() as tx:
        tx.verdicts.add(ArticleId("nebius"), ArticleId("nebius-zh"), same=False, by="ed@news.example", now=NOW)
        tx.verdicts.add(ArticleId("halls"), ArticleId("nebius"), same=True, by="ed@news.example", now=NOW)
    pipeline.curate(room, now=NOW)
    assert members(room) == {frozenset({"nebius", "halls"}), frozenset({"nebius-zh"})}


def test_nothing_to_curate_is_no_error(room: Newsroom) -> None:
    assert pipeline.curate(room, now=NOW).stories == 0


def test_progress_grows_to_its_total(room: Newsroom) -> None:
    bring(room, NEBIUS, CHINESE, HALLS, CLUB)
    seen: list[tuple[int, int]] = []
    pipeline.curate(room, now=NOW, progress=lambda done, total: seen.append((done, total)))
    assert seen
    assert all(0 <= done <= total for done, total in seen)


def test_the_verb_prints_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "config.toml"
    config.write_text("", "utf-8")
    assert main(["curate", "--config", str(config), "--as-of", "2026-03-13T08:00:00Z", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == {"articles": 0, "stories": 0, "window": ["2026-02-27T08:00:00Z", "2026-03-13T08:00:00Z"]}
