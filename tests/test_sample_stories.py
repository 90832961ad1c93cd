"""The bundled week, curated: what its README promises about events."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree

import pytest

from newsletter import pipeline
from newsletter.collect.filing import articles_of
from newsletter.collect.parsing import parse
from newsletter.config import config_from
from newsletter.model import Article, ArticleId, Feed, FeedUrl
from newsletter.newsroom import Newsroom, open_newsroom
from newsletter.shipped import shipped
from newsletter.store.stories import Told

NOW = datetime(2026, 1, 14, 8, tzinfo=UTC)


def sample() -> Iterator[Article]:
    folder = shipped("feeds") / "sample"
    for outline in ElementTree.parse(folder / "feeds.opml").iter("outline"):
        url = outline.get("xmlUrl")
        if url is None:
            continue
        name = url.rpartition("/")[2]
        feed = Feed(
            url=FeedUrl(f"https://sample.example/{name}"),
            title=str(outline.get("title")),
            language=str(outline.get("language")),
            authority=float(outline.get("authority", 0.5)),
            timezone=outline.get("timezone", "UTC"),
        )
        parsed = parse((folder / name).read_bytes(), url=feed.url)
        for one in articles_of(parsed, feed, now=NOW):
            yield replace(one, id=ArticleId(sha256(f"{name} {one.guid} {one.link}".encode()).hexdigest()[:16]))


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    folder: Path = tmp_path_factory.mktemp("sample")
    with open_newsroom(config_from({}, where="config.toml", folder=folder)) as opened:
        with opened.store.write() as tx:
            tx.articles.add(tuple(sample()))
        pipeline.curate(opened, now=NOW)
        yield opened


@pytest.fixture(scope="module")
def articles(room: Newsroom) -> dict[ArticleId, Article]:
    with room.store.read() as tx:
        return {one.id: one for one in tx.articles.listed()}


@pytest.fixture(scope="module")
def stories(room: Newsroom) -> tuple[Told, ...]:
    with room.store.read() as tx:
        return tx.stories.active(NOW - timedelta(days=400))


def titled(articles: dict[ArticleId, Article], told: Told) -> list[str]:
    return [articles[one].title for one in told.story.articles]


def of(stories: tuple[Told, ...], articles: dict[ArticleId, Article], words: str) -> list[Told]:
    return [told for told in stories if any(words in title for title in titled(articles, told))]


def test_meta_compute_is_one_story_in_both_languages(
    stories: tuple[Told, ...], articles: dict[ArticleId, Article]
) -> None:
    (meta,) = of(stories, articles, "Meta Compute")
    assert {articles[one].language for one in meta.story.articles} == {"en", "zh"}
    assert len(meta.story.articles) >= 7


def test_meta_compute_matters_most(stories: tuple[Told, ...], articles: dict[ArticleId, Article]) -> None:
    best = max((told for told in stories if told.story.in_scope), key=lambda told: told.ranked.score)
    assert [best] == of(stories, articles, "Meta Compute")


def test_rupees_and_dollars_in_both_languages_are_one_story(
    stories: tuple[Told, ...], articles: dict[ArticleId, Article]
) -> None:
    (reliance,) = of(stories, articles, "7 trillion rupees")
    titles = " ".join(titled(articles, reliance))
    assert all(amount in titles for amount in ("7 trillion rupees", "7万亿卢比", "$84 billion", "840亿美元"))


def test_an_approval_is_a_story_beside_the_filing(
    stories: tuple[Told, ...], articles: dict[ArticleId, Article]
) -> None:
    (filing,) = of(stories, articles, "asks Larch County")
    (approval,) = of(stories, articles, "Larch County approves")
    assert filing != approval
    assert any(articles[one].language == "zh" for one in approval.story.articles)


def test_the_weeks_power_investments_are_first_among_the_related_and_the_app_store_is_not(
    stories: tuple[Told, ...], articles: dict[ArticleId, Article]
) -> None:
    (meta,) = of(stories, articles, "Meta Compute")
    titles = [articles[near.article_id].title for near, _ in meta.related]
    first = " ".join(titles[:3])
    assert "SB Energy" in first
    assert "Reliance" in first or "信实" in first
    assert "app store" not in first
    assert "应用商店" not in first


def test_noise_is_out_of_scope(stories: tuple[Told, ...], articles: dict[ArticleId, Article]) -> None:
    for words in ("winter cup", "Lantern Road", "样例市今夜", "折叠屏手机"):
        (noise,) = of(stories, articles, words)
        assert not noise.story.in_scope
