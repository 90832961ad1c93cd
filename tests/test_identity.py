from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from newsletter.collect.identity import Sorted, policy_for, sort_out, with_ids
from newsletter.model import Article, ArticleId, DateQuality, FeedUrl
from tests.builders import NOW, article

_WORDS = "Nvidia puts two billion dollars into Nebius to build data centres. "


class Memory:
    """What a store knows of one feed, in dictionaries."""

    def __init__(self) -> None:
        self.articles: dict[ArticleId, Article] = {}
        self.keys: dict[str, ArticleId] = {}
        self.policy = "guid"

    def aliases(self, feed: FeedUrl, keys: Collection[str]) -> dict[str, ArticleId]:
        return {key: self.keys[key] for key in keys if key in self.keys}

    def get_many(self, ids: Collection[ArticleId]) -> dict[ArticleId, Article]:
        return {one: self.articles[one] for one in ids if one in self.articles}

    def known(self, ids: Collection[ArticleId]) -> set[ArticleId]:
        return set(ids) & self.articles.keys()

    def fetch(self, *entries: Article) -> Sorted:
        """One fetch of the feed, stored."""
        found = sort_out(entries, self, policy=self.policy)
        assert not {one.id for one in found.new} & self.articles.keys()
        self.articles |= {one.id: one for one in (*found.new, *found.changed)}
        self.keys = {**found.aliases, **self.keys}
        self.policy = found.policy
        return found


def entry(n: int = 1, **more: Any) -> Article:
    values: dict[str, Any] = {
        "guid": f"https://wire.example/?p={n}",
        "link": f"https://wire.example/{n}/story",
        "title": f"{'Alpha Beta Gamma Delta Epsilon'.split()[n % 5]} report number {n}",
        "summary": f"{n}: {_WORDS}{n}",
        "published": NOW - timedelta(hours=n),
    }
    return replace(article(**(values | more)), id=ArticleId(""))


FEED = tuple(entry(n) for n in range(1, 6))


def test_a_second_fetch_of_the_same_adds_and_changes_nothing() -> None:
    memory = Memory()
    assert len(memory.fetch(*FEED).new) == 5
    again = memory.fetch(*FEED)
    assert (again.new, again.changed) == ((), ())


def test_an_id_comes_from_the_feed_and_the_entry_alone() -> None:
    one, other = Memory(), Memory()
    ids = [a.id for a in one.fetch(*FEED).new]
    assert sorted(ids) == sorted(a.id for a in other.fetch(*reversed(FEED)).new)
    elsewhere = [replace(a, feed_url=FeedUrl("https://other.example/feed")) for a in FEED]
    assert not set(ids) & {a.id for a in with_ids(elsewhere)}
    assert ids == [a.id for a in with_ids(FEED)]


@pytest.mark.parametrize(
    "edit",
    [
        {"guid": "new-guid-1"},
        {"guid": "http://moved.example/?p=1"},
        {"guid": "https://wire.example/?p=1&v=2", "title": "Beta report number one"},
        {"link": "https://wire.example/1/another-slug"},
        {"link": "http://www.wire.example/1/story/"},
        {"link": "https://moved.example/1/story", "guid": "https://moved.example/?p=1"},
        {"title": "An entirely different headline"},
        {"summary": "Corrected: it was three billion dollars, and the data centres are leased."},
        {"published": NOW},
        {"published": NOW, "title": "An entirely different headline"},
        {"title": "An entirely different headline", "link": "https://wire.example/1/another-slug"},
        {"guid": "", "link": "https://wire.example/1/story?token=99"},
        {"published": NOW, "date_quality": DateQuality.FIRST_SEEN},
    ],
    ids=lambda edit: ", ".join(f"{name}={str(value)[:30]}" for name, value in edit.items()),
)
def test_an_edited_entry_is_the_article_that_it_was(edit: dict[str, Any]) -> None:
    memory = Memory()
    memory.fetch(*FEED)
    first = memory.articles[with_ids(FEED)[0].id]
    edited = replace(FEED[0], **edit)
    found = memory.fetch(edited, *FEED[1:])
    assert found.new == ()
    now = memory.articles[first.id]
    assert (now.published, now.first_seen, now.date_quality) == (first.published, first.first_seen, first.date_quality)
    assert (now.title, now.summary) == (edited.title, edited.summary)
    assert memory.fetch(edited, *FEED[1:]).new == ()


def test_edits_one_after_another_end_at_the_same_article() -> None:
    memory = Memory()
    memory.fetch(*FEED)
    one = FEED[0]
    edits: tuple[dict[str, Any], ...] = (
        {"guid": "g2"},
        {"link": "https://wire.example/x"},
        {"title": "Other words"},
        {"published": NOW},
    )
    for edit in edits:
        one = replace(one, **edit)
        assert memory.fetch(one, *FEED[1:]).new == ()
    assert len(memory.articles) == 5


def test_a_site_that_moves_is_not_news() -> None:
    memory = Memory()
    memory.fetch(*FEED)

    def moved(text: str) -> str:
        return text.replace("https://wire.example", "https://news.example/wire")

    assert memory.fetch(*(replace(a, guid=moved(a.guid), link=moved(a.link)) for a in FEED)).new == ()
    assert all(one.link.startswith("https://news.example/") for one in memory.articles.values())


@pytest.mark.parametrize(
    "other",
    [
        {"guid": "g2", "link": "https://wire.example/2", "published": NOW, "summary": f"Today: {_WORDS}"},
        {
            "guid": "g2",
            "title": "Something else",
            "published": NOW,
            "summary": "Other words of another day, at length.",
        },
        {"title": "Something else", "link": "https://wire.example/2", "published": NOW, "summary": "Other words."},
        {"guid": "g2", "link": "https://wire.example/2"},
    ],
    ids=["one title", "one link", "one guid", "one title and date, both in the feed"],
)
def test_distinct_entries_that_share_a_key_stay_distinct(other: dict[str, Any]) -> None:
    memory = Memory()
    first = entry(1, title="Weekly round-up", guid="g1", link="https://wire.example/1")
    second = replace(first, **other)
    memory.fetch(first)
    both = (second,) if other.get("guid") is None or "link" not in other else (first, second)
    assert len(memory.fetch(*both).new) == 1
    assert memory.fetch(*both).new == ()
    assert len(memory.articles) == 2


def test_one_guid_for_all_entries_makes_links_count_for_good() -> None:
    memory = Memory()
    same = [replace(a, guid="https://wire.example/") for a in FEED]
    assert len(memory.fetch(*same).new) == 5
    assert memory.policy == "link"
    assert memory.fetch(*same[:1]).new == ()
    assert memory.policy == "link"


def test_one_guid_and_one_link_for_all_entries_make_titles_count() -> None:
    memory = Memory()
    same = [replace(a, guid="x", link="https://wire.example/") for a in FEED]
    assert len(memory.fetch(*same).new) == 5
    assert memory.policy == "title"
    assert memory.fetch(*same).new == ()


def test_entries_without_guids_under_one_link_are_told_apart_by_title() -> None:
    memory = Memory()
    same = [replace(a, guid="", link="https://wire.example/") for a in FEED]
    assert len(memory.fetch(*same).new) == 5
    assert memory.fetch(*reversed(same)).new == ()


def test_a_revision_beside_its_original_is_no_reason_to_distrust_guids() -> None:
    revision = replace(FEED[0], title=f"{FEED[0].title} (updated)")
    assert policy_for((revision, *FEED), "guid") == "guid"


def test_the_same_entry_twice_is_one_article() -> None:
    memory = Memory()
    assert len(memory.fetch(FEED[0], FEED[0], *FEED[1:]).new) == 5


def test_chinese_entries_that_lost_their_links_are_known_by_their_words() -> None:
    memory = Memory()
    words = "英伟达向内比厄斯投资二十亿美元，用于建设数据中心和采购电力，双方还将合作开发推理平台，预计明年完成部署。"
    first = entry(1, guid="", title="英伟达投资内比厄斯", summary=words, link="https://a.example/?token=1")
    memory.fetch(first)
    undated: dict[str, Any] = {"published": NOW, "date_quality": DateQuality.FIRST_SEEN}
    assert memory.fetch(replace(first, link="https://a.example/?token=2", **undated)).new == ()


def test_a_fetch_that_lost_the_words_takes_nothing_away() -> None:
    memory = Memory()
    memory.fetch(*FEED)
    memory.fetch(replace(FEED[0], summary="", author=""))
    assert memory.articles[with_ids(FEED)[0].id].summary == FEED[0].summary


def test_keys_stay_the_same_for_a_shuffled_feed() -> None:
    def ids(feed: Sequence[Article]) -> dict[str, ArticleId]:
        return dict(Memory().fetch(*feed).aliases)

    assert ids(FEED) == ids(FEED[::-1])
