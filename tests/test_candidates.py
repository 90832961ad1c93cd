"""Which reports of a story stand beside it."""

from dataclasses import replace

import pytest

from newsletter.compose.candidates import Candidate
from newsletter.model import ArticleKind, Ranked, Story, StoryId
from tests.builders import NOW, article, reading


def candidate(inside: int, kind: ArticleKind) -> Candidate:
    """A story with so many reports in the field, and one outside it of a kind."""
    group = tuple(article(f"a{at}") for at in range(inside + 1))
    readings = {one.id: reading(one.id) for one in group}
    last = group[-1].id
    readings[last] = replace(readings[last], in_scope=False, kind=kind)
    story = Story(id=StoryId("a0"), articles=tuple(one.id for one in group), in_scope=True, first=NOW, last=NOW)
    return Candidate(ranked=Ranked(story=story, reasons=()), articles=group, readings=readings)


@pytest.mark.parametrize(
    ("inside", "kind", "beside"),
    [
        (2, ArticleKind.MARKET, True),
        (2, ArticleKind.NEWS, False),
        (5, ArticleKind.NEWS, True),
    ],
)
def test_notes_on_shares_and_strays_of_a_story_that_many_tell_are_beside_it(
    inside: int, kind: ArticleKind, beside: bool
) -> None:
    one = candidate(inside, kind)
    assert one.is_beside(one.articles[-1]) is beside
    assert not any(map(one.is_beside, one.articles[:-1]))
