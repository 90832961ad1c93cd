"""A group of reports as one story: what it is called, what it is about, whether it belongs."""

import pytest

from newsletter.curate.assembling import assemble
from newsletter.model import ArticleKind, StoryId
from tests.builders import article, reading


@pytest.mark.parametrize(
    ("inside", "outside", "belongs"), [(1, 0, True), (1, 1, False), (2, 1, True), (3, 3, True), (2, 2, False)]
)
def test_most_reports_decide_whether_a_story_belongs_and_half_of_many_is_enough(
    inside: int, outside: int, belongs: bool
) -> None:
    group = [article(f"a{at}") for at in range(inside + outside)]
    readings = {one.id: reading(one.id, in_scope=at < inside) for at, one in enumerate(group)}
    assert assemble(StoryId("a0"), group, readings, {}).in_scope == belongs


def test_notes_on_shares_have_no_vote_beside_the_news_behind_them() -> None:
    group = [article(f"a{at}") for at in range(3)]
    readings = {one.id: reading(one.id, in_scope=False, kind=ArticleKind.MARKET) for one in group}
    assert not assemble(StoryId("a0"), group, readings, {}).in_scope
    readings[group[0].id] = reading(group[0].id, in_scope=True)
    assert assemble(StoryId("a0"), group, readings, {}).in_scope
