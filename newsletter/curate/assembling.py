"""A group of reports becomes a story: its lead, its tags, its amounts and whether it belongs."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from newsletter.curate.comparing import agree
from newsletter.model import (
    Article,
    ArticleId,
    ArticleKind,
    Feed,
    FeedUrl,
    Quantity,
    Reading,
    Story,
    StoryId,
)

_BODY = 80
"""Characters from which a report says more than its headline."""
_BODY_WORTH = 0.1
_COLUMN_COST = 0.25
_UNKNOWN = 0.5
# A tag that a third of the reports earn is the story's; less is one reporter's digression.
_SHARE = 1 / 3
_SEVERAL = 3
_OPENING = 300
"""Characters behind the title in which an amount still carries the story."""
_COLUMNS = (ArticleKind.OPINION, ArticleKind.MARKET, ArticleKind.PRESS_RELEASE)


def assemble(
    story_id: StoryId,
    group: Sequence[Article],
    readings: Mapping[ArticleId, Reading],
    feeds: Mapping[FeedUrl, Feed],
) -> Story:
    """The story that these reports tell; the best report leads, the others follow by authority and time."""
    reports = sorted(group, key=lambda one: (-_worth(one, readings.get(one.id), feeds), one.published, one.id))
    read = [readings[one.id] for one in reports if one.id in readings]
    # Notes on what shares did that day have no vote beside the news behind them.
    voting = [one for one in read if one.in_scope or one.kind is not ArticleKind.MARKET]
    return Story(
        id=story_id,
        articles=tuple(one.id for one in reports),
        tags=_tags(read),
        quantities=_quantities(reports, readings),
        in_scope=_belongs(sum(one.in_scope for one in voting), len(voting)),
        kind=_kind(read),
        first=min(one.published for one in group),
        last=max(one.published for one in group),
    )


def _belongs(inside: int, reports: int) -> bool:
    """By most reports; half of them is enough where they are several, since the rest tell another side of it."""
    return 2 * inside > reports or (inside >= _SEVERAL and 2 * inside == reports)


def _worth(article: Article, reading: Reading | None, feeds: Mapping[FeedUrl, Feed]) -> float:
    feed = feeds.get(article.feed_url)
    worth = feed.authority if feed is not None else _UNKNOWN
    worth += _BODY_WORTH * (len(article.summary) + len(article.text) >= _BODY)
    return worth - _COLUMN_COST * (reading is not None and reading.kind in _COLUMNS)


def _tags(read: Sequence[Reading]) -> tuple[str, ...]:
    """Strongest first, by the sum of what each report gives."""
    scores: dict[str, float] = defaultdict(float)
    counts: Counter[str] = Counter()
    for one in read:
        for tag in one.tags:
            scores[tag.tag] += min(tag.score, 2.0)
            counts[tag.tag] += 1
    kept = [tag for tag in scores if counts[tag] >= _SHARE * len(read)]
    return tuple(sorted(kept, key=lambda tag: (-scores[tag], tag)))


def _kind(read: Sequence[Reading]) -> ArticleKind:
    """What most reports are; the lead's where two kinds tie."""
    counts = Counter(one.kind for one in read)
    return max(counts, key=lambda kind: counts[kind]) if counts else ArticleKind.NEWS


def _quantities(reports: Sequence[Article], readings: Mapping[ArticleId, Reading]) -> tuple[Quantity, ...]:
    """Amounts that carry the story: told in a title, by several reports, or at the opening of the only one."""
    told = [
        (q, one) for one in reports if one.id in readings for q in readings[one.id].quantities if q.kind != "percent"
    ]
    kept: list[Quantity] = []
    for quantity, report in told:
        if any(agree(quantity, other) for other in kept):
            continue
        tellers = {one.id for other, one in told if agree(quantity, other)}
        place = quantity.span[0] - len(report.title)
        if place < 0 or len(tellers) > 1 or (len(reports) == 1 and place < _OPENING):
            kept.append(quantity)
    return tuple(kept)
