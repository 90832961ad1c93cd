"""An editor sees what a point does to a story's place."""

import pytest

from newsletter.curate.moving import with_moves
from newsletter.model import Ranked, Reason
from tests.builders import story


def ranked(id: str, **points: float) -> Ranked:
    return Ranked(story=story(id), reasons=tuple(Reason(name=name, points=value) for name, value in points.items()))


WEEK = (
    ranked("a", sources=0.5, magnitude=0.3),
    ranked("b", sources=0.6, opinion=-0.15),
    ranked("c", sources=0.4),
    ranked("d", sources=0.1, novelty=0.01),
)


@pytest.mark.parametrize(
    ("at", "name", "said"),
    [
        (0, "sources", "without it place 3, now 1"),
        (0, "magnitude", ""),
        (1, "opinion", ""),
        (2, "sources", "without it place 4, now 3"),
        (3, "novelty", ""),
    ],
)
def test_each_point_says_where_the_story_would_stand_without_it(at: int, name: str, said: str) -> None:
    (reason,) = [one for one in with_moves(WEEK)[at].reasons if one.name == name]
    assert reason.moves.get("en", "") == said


def test_a_penalty_says_how_far_the_story_would_rise() -> None:
    (reason,) = [
        one for one in with_moves((*WEEK[:1], ranked("b", sources=0.6, opinion=-0.3)))[1].reasons if one.points < 0
    ]
    assert reason.moves == {}
    found = with_moves((ranked("a", sources=0.55), ranked("b", sources=0.6, opinion=-0.3)))[1].reasons[1]
    assert found.moves == {"en": "without it place 1, now 2", "zh": "若无此项：第1位，现第2位"}
