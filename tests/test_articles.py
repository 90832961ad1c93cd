from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from newsletter.model import Article, ArticleId, DateQuality, FeedHealth, FeedUrl, Ranked, Story, StoryId
from newsletter.store.engine import Store
from newsletter.store.opening import open_store
from newsletter.store.stories import Told
from tests.builders import NOW, WIRE, article

OTHER = FeedUrl("https://other.example/feed")
HOUR = timedelta(hours=1)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = "sqlite:///a.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    opened = open_store(url, tmp_path)
    yield opened
    opened.close()


def ids(found: tuple[Article, ...]) -> list[str]:
    return [one.id for one in found]


A = article("a", published=NOW - 3 * HOUR, title="英伟达 😀", text="x" * 70_000, date_quality=DateQuality.CLAMPED)
B = article("b", published=NOW - 2 * HOUR, feed_url=OTHER)
C = article("c", published=NOW - 2 * HOUR)


def test_an_article_comes_back_as_it_was(store: Store) -> None:
    with store.write() as tx:
        tx.articles.add([A, B])
    with store.read() as tx:
        assert tx.articles.get(A.id) == A
        assert tx.articles.get(ArticleId("no")) is None
        assert tx.articles.get_many([B.id, A.id, ArticleId("no")]) == {A.id: A, B.id: B}
        assert tx.articles.known([A.id, ArticleId("no")]) == {A.id}


def test_articles_are_found_by_time_and_feed_oldest_first(store: Store) -> None:
    with store.write() as tx:
        tx.articles.add([C, B, A])
    with store.read() as tx:
        assert ids(tx.articles.between(NOW - 3 * HOUR, NOW)) == ["a", "b", "c"]
        assert ids(tx.articles.between(NOW - 3 * HOUR, NOW - 2 * HOUR)) == ["a"]
        assert ids(tuple(tx.articles.listed(feed=WIRE))) == ["a", "c"]
        assert ids(tuple(tx.articles.listed(since=NOW - 2 * HOUR))) == ["b", "c"]
        assert tx.articles.count_by_feed() == {WIRE: 2, OTHER: 1}


def test_an_update_changes_words_and_never_the_dates(store: Store) -> None:
    with store.write() as tx:
        tx.articles.add([A])
        tx.articles.update([replace(A, title="New", link="https://wire.example/new", published=NOW, first_seen=NOW)])
        assert tx.articles.get(A.id) == replace(A, title="New", link="https://wire.example/new")


def test_adding_what_is_there_changes_nothing(store: Store) -> None:
    with store.write() as tx:
        tx.articles.add([A])
        tx.articles.add([replace(A, title="Other"), B])
        assert tx.articles.get(A.id) == A
        assert tx.articles.count() == 2


def test_a_key_stays_with_its_first_article_and_in_its_feed(store: Store) -> None:
    with store.write() as tx:
        tx.articles.add([A, B])
        tx.articles.add_aliases(WIRE, {"g:1": A.id, "l:1": A.id})
        tx.articles.add_aliases(WIRE, {"g:1": B.id})
        assert tx.articles.aliases(WIRE, {"g:1", "l:1", "x"}) == {"g:1": A.id, "l:1": A.id}
        assert tx.articles.aliases(OTHER, {"g:1"}) == {}


def test_what_no_story_tells_is_unassigned(store: Store) -> None:
    with store.write() as tx:
        tx.articles.add([A, B])
        story = Story(id=StoryId("a"), articles=(A.id,), first=A.published, last=A.published)
        tx.stories.replace([Told(ranked=Ranked(story=story, reasons=()))], ())
        assert ids(tx.articles.unassigned()) == ["b"]
        assert ids(tx.articles.unassigned(until=B.published)) == []


def test_the_health_of_a_feed_comes_back_as_it_was(store: Store) -> None:
    health = FeedHealth(
        feed_url=WIRE,
        etag='W/"é"',
        checked=NOW,
        due=NOW + HOUR,
        interval=900,
        not_before=NOW + HOUR,
        skip_hours=(1, 2),
        weekly=3.5,
        moving_since=NOW,
        identity="link",
    )
    with store.write() as tx:
        tx.feeds.save_health(health, FeedHealth(feed_url=OTHER))
        tx.feeds.save_health(replace(health, failures=2))
        assert tx.feeds.health(WIRE) == replace(health, failures=2)
        assert list(tx.feeds.all_health()) == [OTHER, WIRE]
        assert tx.feeds.health(FeedUrl("https://never.example/")) == FeedHealth(
            feed_url=FeedUrl("https://never.example/")
        )
