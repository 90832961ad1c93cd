"""What would move a story: the place that it would have without each of its points."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from newsletter.curate import explaining
from newsletter.model import Ranked, Reason


def with_moves(ranked: Sequence[Ranked]) -> tuple[Ranked, ...]:
    """The stories of the field, best first, each reason with the place that the story would have without it."""
    scores = sorted(one.score for one in ranked)
    return tuple(replace(one, reasons=_moved(one, place, scores)) for place, one in enumerate(ranked, 1))


def _moved(one: Ranked, place: int, scores: Sequence[float]) -> tuple[Reason, ...]:
    """`scores` hold its own, which stands above where it would fall to and below where it would rise to."""
    moved = []
    for reason in one.reasons:
        above = len(scores) - bisect_right(scores, one.score - reason.points)
        without = above if reason.points > 0 else above + 1
        moves = explaining.moves(without, place) if without != place else {}
        moved.append(replace(reason, moves=moves))
    return tuple(moved)
