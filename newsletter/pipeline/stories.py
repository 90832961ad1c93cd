"""Articles become ranked stories with key points and related articles."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from newsletter import language
from newsletter.curate import headings, passages, profiling, scoping, tagging
from newsletter.curate.assembling import assemble
from newsletter.curate.clustering import Verdicts, cluster
from newsletter.curate.keypoints import key_points
from newsletter.curate.matching import name
from newsletter.curate.profiling import Memory
from newsletter.curate.ranking import rank
from newsletter.curate.relating import Known, card, related
from newsletter.curate.tagging import read
from newsletter.model import Article, ArticleId, KeyPoint, Quantity, Ranked, Reading, Related, Story, StoryId, Tagging
from newsletter.newsroom import Newsroom
from newsletter.shipped import folders
from newsletter.store.shelves import Shelves
from newsletter.store.stories import Told

Progress = Callable[[int, int], None]

_PAST = timedelta(days=180)
_LAST_ISSUES = 8
_RELATED = 5
_LANGUAGES = ("en", "zh")
_STAMP = "curated"
_MOMENT = timedelta(seconds=1)
_STEP = 50
_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Curated:
    """How many articles and stories the window has now."""

    articles: int
    stories: int
    window: tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """What is known of a stretch of time before it is thought about; `readings` grow as articles are read."""

    since: datetime
    until: datetime
    articles: dict[ArticleId, Article]
    readings: dict[ArticleId, Reading]
    unread: Mapping[ArticleId, str]
    """Those that these rules have not read as they stand, with the version that they will have."""
    before: Mapping[ArticleId, StoryId]
    held: Collection[StoryId]
    verdicts: Verdicts
    past: Sequence[Quantity]
    issued: tuple[Told, ...]
    """The stories of the last issues."""


def curate(room: Newsroom, *, now: datetime, progress: Progress | None = None) -> Curated:
    """Put the articles of the window together anew, and older ones that no story has yet.

    Without news it changes nothing. Stories are replaced in one transaction: readers see the old ones or the new.
    """
    since = now - room.config.curate.window
    version = rules_version(room)
    for start, end in _left_behind(room, since):
        _put_together(room, _known(room, start, end, version), None)
    span = _known(room, since, now, version)
    stamp = _stamp(span, version, room)
    with room.store.read() as tx:
        unchanged = tx.settings.get(_STAMP) == stamp and span.articles.keys() == span.before.keys()
    if unchanged:
        return _curated(span, len(set(span.before.values())))
    count = _put_together(room, span, progress)
    with room.store.write() as tx:
        tx.settings.put(_STAMP, stamp)
    return _curated(span, count)


def rules_version(room: Newsroom) -> str:
    """Changes with the rules that read an article and with the names and topics that they know."""
    found = sha256()
    for folder in folders("feeds", room.config.folder):
        for known in (folder / "gazetteer.toml", folder / "taxonomy.toml"):
            found.update(known.read_bytes() if known.is_file() else b"-")
    code = [
        Path(tagging.__file__),
        Path(scoping.__file__),
        Path(profiling.__file__),
        Path(headings.__file__),
        Path(passages.__file__),
        *Path(str(language.__file__)).parent.glob("*.py"),
    ]
    for file in sorted(code):
        found.update(file.read_bytes())
    return found.hexdigest()[:16]


def _left_behind(room: Newsroom, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Stretches before the window, as long as it, that hold articles without a story; a new archive has many."""
    start: datetime | None = None
    while True:
        with room.store.read() as tx:
            waiting = tx.articles.unassigned(start, since)
        if not waiting:
            return
        start = waiting[0].published
        end = min(start + room.config.curate.window, since)
        yield start, end
        start = end


def _known(room: Newsroom, since: datetime, until: datetime, version: str) -> _Span:
    """The articles of the stretch and all other reports of their stories: a story is put together whole or not."""
    with room.store.read() as tx:
        articles = {one.id: one for one in tx.articles.between(since, until + _MOMENT)}
        before = tx.stories.story_of(articles)
        others = {one for ids in tx.stories.members(set(before.values())).values() for one in ids}
        articles |= tx.articles.get_many(others - articles.keys())
        before = tx.stories.story_of(articles)
        versions = tx.stories.versions(articles)
        wanted = {one.id: f"{version}:{_print(one)}" for one in articles.values()}
        unread = {one: wanted[one] for one in articles if versions.get(one) != wanted[one]}
        same, apart = tx.verdicts.pairs()
        issues = [kept.issue.key for kept in tx.issues.all(public=True, limit=_LAST_ISSUES)]
        return _Span(
            since=since,
            until=until,
            articles=articles,
            readings=tx.stories.readings(articles.keys() - unread.keys()),
            unread=unread,
            before=before,
            held=tx.stories.held(),
            verdicts=Verdicts(same=same, apart=apart),
            past=tx.stories.past_quantities(until - _PAST, since),
            issued=tx.stories.get_many(tx.issues.stories_of(issues)),
        )


def _put_together(room: Newsroom, span: _Span, progress: Progress | None) -> int:
    """Read, cluster, rank and relate; gives the number of stories."""
    report = progress or (lambda done, total: None)
    _read(room, span, report)
    actors = room.lexicon.actors
    groups = cluster(tuple(span.articles.values()), span.readings, actors=actors, verdicts=span.verdicts)
    feeds = {feed.url: feed for feed in room.feeds}
    stories = [assemble(name(group, span.before, span.held), group, span.readings, feeds) for group in groups]
    ranked = rank(
        stories,
        _with_issued(room, span),
        span.readings,
        feeds=feeds,
        lexicon=room.lexicon,
        now=span.until,
        weights=room.config.curate.weights,
        past_quantities=span.past,
        told=[one.story for one in span.issued],
    )
    told = _told(room, span, ranked, report)
    with room.store.write() as tx:
        tx.stories.replace(told, set(tx.stories.story_of(span.articles).values()))
    return len(told)


def _read(room: Newsroom, span: _Span, report: Progress) -> None:
    """Tag what is new or edited, and let the archive find it."""
    total = 2 * len(span.articles)
    told: dict[Tagging, Tagging] = {}
    span.readings.update(_sharing(span.readings, told))
    for done, chunk in enumerate(_chunks(sorted(span.unread))):
        report(done * _CHUNK, total)
        fresh = {one: read(span.articles[one], room.lexicon) for one in chunk}
        span.readings.update(_sharing(fresh, told))
        cards = [card(span.articles[one], reading) for one, reading in fresh.items()]
        with room.store.write() as tx:
            tx.stories.save_readings((reading, span.unread[one]) for one, reading in fresh.items())
            tx.archive.index(cards)


def _sharing(readings: Mapping[ArticleId, Reading], told: dict[Tagging, Tagging]) -> dict[ArticleId, Reading]:
    """The same readings; what many of them say in the same words is in memory once, a third of a window of 30,000."""
    return {
        one: replace(reading, tags=tuple(told.setdefault(tag, tag) for tag in reading.tags))
        for one, reading in readings.items()
    }


def _chunks(ids: Sequence[ArticleId]) -> Iterator[Sequence[ArticleId]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]


def _told(room: Newsroom, span: _Span, ranked: Sequence[Ranked], report: Progress) -> list[Told]:
    """Key points in every language that has reports, and related articles for what a digest may show."""
    told: list[Told] = []
    story_of = {article: one.story.id for one in ranked for article in one.story.articles}
    with room.store.read() as tx:
        library = _Library(tx, span, story_of)
        memory = Memory(tx.archive)
        for done, one in enumerate(ranked):
            story = one.story
            near: tuple[Related, ...] = ()
            if story.in_scope:
                near = related(
                    story,
                    span.articles,
                    span.readings,
                    tx.archive,
                    lookup=library,
                    lexicon=room.lexicon,
                    now=span.until,
                    k=_RELATED,
                    memory=memory,
                )
            pairs = tuple((article, library.story(article.article_id)) for article in near)
            told.append(Told(ranked=one, key_points=_key_points(room, span, story), related=pairs))
            if done % _STEP == 0:
                report(len(span.articles) + done, len(span.articles) + len(ranked))
    return told


def _key_points(room: Newsroom, span: _Span, story: Story) -> dict[str, tuple[KeyPoint, ...]]:
    """By language; "" is the lead's own. A story that no digest shows has only those."""
    spoken = {span.articles[one].language for one in story.articles}
    own = span.articles[story.articles[0]].language
    wanted = [own, *(one for one in _LANGUAGES if one in spoken and one != own and story.in_scope)]
    points = {one: key_points(story, span.articles, language=one, lexicon=room.lexicon) for one in wanted}
    return {"": points[own], **{one: points[one] for one in sorted(points)}}


class _Library:
    """Articles that the archive found, with their readings and stories: those of the stretch, else as they are kept."""

    def __init__(self, tx: Shelves, span: _Span, story_of: Mapping[ArticleId, StoryId]) -> None:
        self._tx = tx
        self._span = span
        self._story_of = story_of
        self._older: dict[ArticleId, Known] = {}

    def __call__(self, ids: Sequence[ArticleId]) -> dict[ArticleId, Known]:
        span = self._span
        missing = [one for one in ids if one not in span.articles and one not in self._older]
        if missing:
            articles, readings = self._tx.articles.get_many(missing), self._tx.stories.readings(missing)
            stories = self._tx.stories.story_of(missing)
            for one in readings.keys() & articles.keys() & stories.keys():
                self._older[one] = (articles[one], readings[one], stories[one])
        found = {one: self._older[one] for one in ids if one in self._older}
        own = [one for one in ids if one in span.articles]
        return found | {one: (span.articles[one], span.readings[one], self._story_of[one]) for one in own}

    def story(self, article: ArticleId) -> StoryId:
        return self._story_of[article] if article in self._story_of else self._older[article][2]


def _with_issued(room: Newsroom, span: _Span) -> Mapping[ArticleId, Article]:
    """The articles of the stretch, and the leads of the stories that the last issues told."""
    leads = {told.story.articles[0] for told in span.issued} - span.articles.keys()
    with room.store.read() as tx:
        return span.articles | tx.articles.get_many(leads)


def _stamp(span: _Span, version: str, room: Newsroom) -> str:
    """The same while a rerun could bring nothing new: articles, rules, verdicts, issues and the day are the same."""
    found = sha256(f"{version} {span.until.date()} {sorted(room.config.curate.weights.items())}".encode())
    found.update(repr(sorted(told.story.id for told in span.issued)).encode())
    found.update(repr((span.verdicts.same, span.verdicts.apart)).encode())
    for one in sorted(span.articles):
        found.update(f"{one} {_print(span.articles[one])}".encode())
    return found.hexdigest()


def _print(article: Article) -> str:
    """Changes when the words of the article change."""
    words = "\0".join((article.title, article.summary, article.text, article.link, article.language))
    return sha256(words.encode()).hexdigest()[:16]


def _curated(span: _Span, stories: int) -> Curated:
    return Curated(articles=len(span.articles), stories=stories, window=(span.since, span.until))
