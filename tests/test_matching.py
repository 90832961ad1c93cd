"""A story keeps its name."""

from datetime import timedelta

from newsletter.curate.matching import name
from newsletter.model import ArticleId, StoryId
from tests.builders import NOW, article

EARLY = article("early", published=NOW - timedelta(hours=3), first_seen=NOW)
FIRST = article("first", published=NOW, first_seen=NOW - timedelta(hours=2))
LATER = article("later", published=NOW, first_seen=NOW - timedelta(hours=1))


def test_a_new_story_is_named_after_the_first_arrival() -> None:
    assert name([EARLY, FIRST, LATER], {}) == "first"


def test_a_late_article_never_renames_though_it_was_published_before() -> None:
    before = {ArticleId("later"): StoryId("later")}
    assert name([EARLY, LATER], before) == "later"


def test_of_two_stories_that_become_one_the_larger_keeps_its_name() -> None:
    more = article("more", first_seen=NOW)
    before = {ArticleId("first"): StoryId("first"), ArticleId("later"): StoryId("later")}
    before[ArticleId("more")] = StoryId("later")
    assert name([FIRST, LATER, more], before) == "later"


def test_a_story_that_an_issue_holds_keeps_its_name_over_a_larger_one() -> None:
    more = article("more", first_seen=NOW)
    before = {ArticleId("first"): StoryId("first"), ArticleId("later"): StoryId("later")}
    before[ArticleId("more")] = StoryId("later")
    assert name([FIRST, LATER, more], before, held={StoryId("first")}) == "first"


def test_a_report_that_leaves_takes_no_name_of_another_along() -> None:
    before = {ArticleId("later"): StoryId("first"), ArticleId("first"): StoryId("first")}
    assert name([LATER], before) == "later"
