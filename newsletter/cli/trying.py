"""One thinking stage on a file of articles: to tune rules, and to measure them."""

import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from newsletter.cli.lines import Read, articles_of
from newsletter.cli.say import as_json, now_of
from newsletter.curate.assembling import assemble
from newsletter.curate.clustering import cluster as clustered
from newsletter.curate.tagging import amounts_told, companies, read
from newsletter.language.lexicon import Lexicon, open_lexicon
from newsletter.model import Article, ArticleId, Quantity, Reading, Story, StoryId
from newsletter.shipped import folders

Readings = dict[ArticleId, Reading]


def tag(arguments: Namespace) -> None:
    lexicon = _lexicon(arguments)
    for article in articles_of(arguments.file).articles:
        reading = read(article, lexicon)
        because = {tag.tag: tag.because for tag in reading.tags}
        _print(
            {
                "id": article.id,
                "in_scope": reading.in_scope,
                "topics": reading.topics,
                "companies": companies(reading, lexicon),
                "quantities": [_amount(quantity) for quantity in amounts_told(reading.quantities)],
                "because": {"in_scope": [reading.scope_because], **because},
            }
        )


def cluster(arguments: Namespace) -> None:
    given, lexicon = articles_of(arguments.file), _lexicon(arguments)
    story_of = {
        one: story.id for story in _stories(given, _readings(given, lexicon), lexicon) for one in story.articles
    }
    for article in given.articles:
        _print({"id": article.id, "story": story_of[article.id]})


def related(arguments: Namespace) -> None:
    """Of every other story all its articles; with --same-story the reports of its own story too."""
    from newsletter.curate.relating import because, neighbours

    given, lexicon = articles_of(arguments.file), _lexicon(arguments)
    readings = _readings(given, lexicon)
    articles = {article.id: article for article in given.articles}
    story_of = {one: story.id for story in _stories(given, readings, lexicon) for one in story.articles}

    def lookup(ids: Sequence[ArticleId]) -> Mapping[ArticleId, tuple[Article, Reading, StoryId]]:
        return {one: (articles[one], readings[one], story_of[one]) for one in ids}

    wanted = {part.strip() for part in arguments.wanted.split(",")} if arguments.wanted else None
    _tell_unknown(wanted, articles)
    now = _now(arguments, given)
    with _archive(given.articles, readings) as archive:
        for one in given.articles:
            if wanted is not None and one.id not in wanted:
                continue
            without = () if arguments.same_story else (story_of[one.id],)
            found = neighbours([(one, readings[one.id])], archive, lookup=lookup, now=now, without=without)
            shown = [
                {"id": near.article.id, "score": round(near.score, 4), "because": because(near, one.published, lexicon)}
                for near in found[: arguments.k]
            ]
            _print({"id": one.id, "related": shown})


def rank(arguments: Namespace) -> None:
    from newsletter.curate.ranking import rank as ranked

    given, lexicon = articles_of(arguments.file), _lexicon(arguments)
    readings = _readings(given, lexicon)
    now = _now(arguments, given)
    articles = {one.id: replace(one, published=now) if one.id in given.undated else one for one in given.articles}
    weights = _weights(arguments.config)
    stories = [
        replace(story, first=now, last=now) if given.undated.issuperset(story.articles) else story
        for story in _stories(given, readings, lexicon)
    ]
    for one in ranked(stories, articles, readings, feeds={}, lexicon=lexicon, now=now, weights=weights):
        _print(
            {
                "story": one.story.id,
                "lead": one.story.articles[0],
                "members": one.story.articles,
                "in_scope": one.story.in_scope,
                "score": round(one.score, 4),
                "reasons": {reason.name: reason.points for reason in one.reasons},
            }
        )


def keypoints(arguments: Namespace) -> None:
    """Of every article by itself."""
    from newsletter.curate.keypoints import key_points

    lexicon = _lexicon(arguments)
    for one in articles_of(arguments.file).articles:
        story = Story(id=StoryId(one.id), articles=(one.id,), first=one.published, last=one.published)
        points = key_points(story, {one.id: one}, language="", lexicon=lexicon, k=arguments.k)
        _print({"id": one.id, "key_points": [point.text for point in points]})


def _stories(given: Read, readings: Readings, lexicon: Lexicon) -> list[Story]:
    """Named after the first article, by `published`, else by the file."""
    place = {article.id: at for at, article in enumerate(given.articles)}
    stories: list[Story] = []
    for group in clustered(given.articles, readings, actors=lexicon.actors, undated=given.undated):
        first = min(group, key=lambda one: (one.id in given.undated, one.published, place[one.id]))
        stories.append(assemble(StoryId(first.id), group, readings, {}))
    return stories


def _readings(given: Read, lexicon: Lexicon) -> Readings:
    return {article.id: read(article, lexicon) for article in given.articles}


def _lexicon(arguments: Namespace) -> Lexicon:
    """Names and topics: those beside the config file first, as for every verb; it need not exist."""
    return open_lexicon(folders("feeds", arguments.config.resolve().parent))


def _weights(config: Path) -> Mapping[str, float]:
    if not config.is_file():
        return {}
    from newsletter.config import load_config

    return load_config(config).curate.weights


def _now(arguments: Namespace, given: Read) -> datetime:
    """--as-of, else the time of the latest article: a file of last year is judged as of last year."""
    dated = [one.published for one in given.articles if one.id not in given.undated]
    return arguments.as_of or max(dated, default=now_of(arguments))


@contextmanager
def _archive(articles: Sequence[Article], readings: Readings) -> Iterator[Any]:
    """The same archive as the newsroom's, in memory."""
    from newsletter.curate.relating import card
    from newsletter.store.archive import ArchiveShelf, create_archive
    from newsletter.store.engine import open_engine

    engine = open_engine("sqlite:///:memory:", Path())
    with engine.connect() as connection:
        create_archive(connection)
        archive = ArchiveShelf(connection)
        archive.index([card(article, readings[article.id]) for article in articles])
        yield archive
    engine.dispose()


def _tell_unknown(wanted: set[str] | None, articles: Mapping[ArticleId, Article]) -> None:
    for one in sorted((wanted or set()) - articles.keys()):
        print(f"--for {one}: no such id in the file", file=sys.stderr)


def _amount(quantity: Quantity) -> dict[str, Any]:
    return {"kind": quantity.kind, "value": quantity.value, "unit": quantity.unit or None}


def _print(row: Mapping[str, Any]) -> None:
    print(as_json(row))
