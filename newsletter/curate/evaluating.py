"""How well the thinking stages do on labelled articles: each figure, and what it was counted over.

It takes labels and the answers of the stages as `newsletter try` prints them, and knows no stage; grading.py has the
formulas. What a file does not label is not scored.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from newsletter.curate.grading import Score, bcubed, false_merges, joined_across, macro_f1, micro, ndcg, steep
from newsletter.curate.labelling import Label, Row, amount_of
from newsletter.language.quantities import quantities
from newsletter.language.script import levelled

POINT = 0.01
_TOP, _NEAR = 15, 5
_MERGES = 0.5  # in 100 articles, half of what may be wrong at all
_TOLERANCE = 0.005
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the stages say, in the rows of `newsletter try`; `alongside` is related with reports of the same story."""

    languages: Mapping[str, str]
    """What each article's words look like, whatever its label says."""
    tags: Sequence[Row]
    clusters: Sequence[Row]
    ranks: Sequence[Row]
    related: Sequence[Row]
    alongside: Sequence[Row]
    key_points: Sequence[Row]
    sources: Mapping[str, str]
    """All the words of an article, by its id: where the figures of its key points have to occur."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A figure, over how many `of` what; `point` is how much worse it may get without a reason."""

    key: str
    value: float
    count: int
    of: str
    point: float = POINT
    less_is_better: bool = False

    def fell_below(self, floor: float) -> bool:
        loss = self.value - floor if self.less_is_better else floor - self.value
        return loss > self.point + 1e-9


def metrics(labels: Sequence[Label], answers: Answers) -> tuple[Metric, ...]:
    """Every figure that the labels allow, in the order of the stages."""
    return (
        *_languages(labels, answers.languages),
        *_clusters(labels, answers.clusters),
        *_tags(labels, answers.tags),
        *_importance(labels, answers.ranks),
        *_related(labels, answers),
        *_key_points(answers),
    )


def _languages(labels: Iterable[Label], guessed: Mapping[str, str]) -> Iterator[Metric]:
    told = [one for one in labels if one.language]
    if told:
        right = sum(_base(guessed[one.id]) == _base(one.language or "") for one in told)
        yield Metric(key="language-accuracy", value=right / len(told), count=len(told), of="articles")


def _base(language: str) -> str:
    return language.partition("-")[0].lower()


def _clusters(labels: Sequence[Label], rows: Iterable[Row]) -> Iterator[Metric]:
    events = {one.id: one.event for one in labels if one.event is not None}
    if not events:
        return
    stories = {row["id"]: str(row["story"]) for row in rows}
    score, count = bcubed(stories, events), len(events)
    yield from _three("clusters", score, count, "articles")
    merges = 100 * false_merges(stories, events) / count
    yield Metric(
        key="false-merges-per-100", value=merges, count=count, of="articles", point=_MERGES, less_is_better=True
    )
    joined, both = joined_across(stories, events, {one.id: _base(one.language or "") for one in labels})
    if both:
        yield Metric(key="cross-language-joined", value=joined / both, count=both, of="events")


def _tags(labels: Sequence[Label], rows: Iterable[Row]) -> Iterator[Metric]:
    found = {row["id"]: row for row in rows}
    scoped = [(one.in_scope, bool(found[one.id]["in_scope"])) for one in labels if one.in_scope is not None]
    if scoped:
        sets = [({True} & {label}, {True} & {told}) for label, told in scoped]
        yield from _three("in-scope", micro(sets), len(scoped), "articles")
    if topics := [(one.topics, frozenset(found[one.id]["topics"])) for one in labels if one.topics is not None]:
        known = frozenset().union(*(label for label, _ in topics))
        within = [(label, told & known) for label, told in topics]  # a file names the topics that it judges
        yield from _three("topics", micro(within), sum(len(label) for label, _ in topics), "labels")
        yield Metric(key="topics-macro-f1", value=macro_f1(within), count=len(known), of="topics")
    if named := [(one.companies, frozenset(found[one.id]["companies"])) for one in labels if one.companies is not None]:
        yield from _three("companies", micro(named), sum(len(label) for label, _ in named), "labels")
    yield from _amounts(labels, found)


def _amounts(labels: Sequence[Label], found: Mapping[str, Row]) -> Iterator[Metric]:
    """Exact values, of the kinds that the file judges."""
    judged = [(one.amounts, found[one.id]["quantities"]) for one in labels if one.amounts is not None]
    kinds = sorted({kind for label, _ in judged for kind, _, _ in label})
    sets = [(label, {amount_of(one) for one in told if one["kind"] in kinds}) for label, told in judged]
    if not kinds:
        return
    yield from _three("quantities", micro(sets), sum(len(label) for label, _ in sets), "labels")
    for kind in kinds:
        own = [({a for a in label if a[0] == kind}, {a for a in told if a[0] == kind}) for label, told in sets]
        count = sum(len(label) for label, _ in own)
        # One label of a rare kind is worth far more than a point; the sum over all kinds above watches them.
        yield Metric(
            key=f"quantities-{kind}-f1", value=micro(own).f1, count=count, of="labels", point=max(POINT, 1.5 / count)
        )


def _importance(labels: Sequence[Label], rows: Sequence[Row]) -> Iterator[Metric]:
    """The best stories, each worth the importance of the event that most of it tells; again it is worth nothing.

    An article whose event nobody named is an event of its own.
    """
    graded = {one.id: one for one in labels if one.importance is not None}
    worth: dict[str, float] = defaultdict(float)
    for one in graded.values():
        worth[one.event or one.id] = max(worth[one.event or one.id], one.importance or 0.0)
    if not any(worth.values()):
        return
    gains: list[float] = []
    seen: set[str] = set()
    for row in rows[:_TOP]:
        told = Counter(graded[one].event or one for one in row["members"] if one in graded)
        event = max(told, key=lambda event: told[event], default="")
        gains.append(0.0 if event in seen else worth.get(event, 0.0))
        seen.add(event)
    ideal = sorted(worth.values(), reverse=True)
    yield Metric(key="importance-ndcg15", value=ndcg(gains, ideal, _TOP), count=len(worth), of="events")
    exponential = ndcg(steep(gains), steep(ideal), _TOP)
    yield Metric(key="importance-ndcg15-exponential", value=exponential, count=len(worth), of="events")


def _related(labels: Sequence[Label], answers: Answers) -> Iterator[Metric]:
    """Among other events, and among all articles where those of the same event count too."""
    events = {one.id: one.event for one in labels}
    asked = {one.id: one.related for one in labels if one.related}
    for key, rows, own_too in (
        ("related-ndcg5", answers.related, False),
        ("related-ndcg5-with-same-event", answers.alongside, True),
    ):
        scores: list[float] = []
        for row in rows:
            own = events.get(row["id"]) if not own_too else None
            grades = {
                one: grade for one, grade in asked.get(row["id"], {}).items() if own is None or events.get(one) != own
            }
            listed = [one["id"] for one in row["related"] if own is None or events.get(one["id"]) != own]
            if grades:
                scores.append(ndcg([grades.get(one, 0.0) for one in listed], list(grades.values()), _NEAR))
        if scores:
            yield Metric(key=key, value=sum(scores) / len(scores), count=len(scores), of="queries")


def _key_points(answers: Answers) -> Iterator[Metric]:
    points = [(row["id"], point) for row in answers.key_points for point in row["key_points"]]
    if points:
        wrong = sum(not borne_out(point, answers.sources[one]) for one, point in points)
        yield Metric(
            key="key-points-with-wrong-numbers",
            value=wrong,
            count=len(points),
            of="key points",
            point=0,
            less_is_better=True,
        )


def borne_out(point: str, source: str) -> bool:
    """Whether every amount and every number of a key point stands in its source."""
    values: dict[tuple[str, str], list[float]] = defaultdict(list)
    for amount in quantities(source):
        values[amount.kind, amount.unit].append(amount.value)
    told = all(
        any(abs(q.value - value) <= _TOLERANCE * abs(value) for value in values[q.kind, q.unit])
        for q in quantities(point)
    )
    return told and set(_NUMBER.findall(levelled(point))) <= set(_NUMBER.findall(levelled(source)))


def _three(name: str, score: Score, count: int, of: str) -> Iterator[Metric]:
    yield Metric(key=f"{name}-precision", value=score.precision, count=count, of=of)
    yield Metric(key=f"{name}-recall", value=score.recall, count=count, of=of)
    yield Metric(key=f"{name}-f1", value=score.f1, count=count, of=of)
