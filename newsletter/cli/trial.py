"""What each thinking stage says of a file of articles, in the rows that `newsletter try` prints."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from newsletter.cli.lines import Read, words_of
from newsletter.curate.assembling import assemble
from newsletter.curate.clustering import cluster
from newsletter.curate.tagging import amounts_told, companies, read
from newsletter.language.lexicon import Lexicon
from newsletter.language.script import language_of
from newsletter.model import Article, ArticleId, Quantity, Reading, Story, StoryId

Row = dict[str, Any]

_REPORTS = 6


class Trial:
    """One setting for all stages; each article is read and put into a story once."""

    def __init__(self, given: Read, lexicon: Lexicon) -> None:
        self.given = given
        self.lexicon = lexicon

    @cached_property
    def articles(self) -> Mapping[ArticleId, Article]:
        return {article.id: article for article in self.given.articles}

    @cached_property
    def latest(self) -> datetime | None:
        """A file of last year is judged as of last year."""
        dated = [one.published for one in self.given.articles if one.id not in self.given.undated]
        return max(dated, default=None)

    def languages(self) -> Mapping[str, str]:
        """By their words alone, whatever the file says."""
        return {one.id: language_of(words_of(one.title, one.summary, one.text)) for one in self.given.articles}

    def tags(self) -> Iterator[Row]:
        for article in self.given.articles:
            reading = self._readings[article.id]
            because = {tag.tag: tag.because for tag in reading.tags}
            yield {
                "id": article.id,
                "in_scope": reading.in_scope,
                "topics": reading.topics,
                "companies": companies(reading, self.lexicon),
                "quantities": [_amount(quantity) for quantity in amounts_told(reading.quantities)],
                "because": {"in_scope": [reading.scope_because], **because},
            }

    def clusters(self) -> Iterator[Row]:
        for article in self.given.articles:
            yield {"id": article.id, "story": self._story_of[article.id]}

    def related(self, *, now: datetime, k: int, wanted: set[str] | None = None, same_story: bool) -> Iterator[Row]:
        """Of every other story all its articles; with `same_story` the reports of an article's own story too."""
        from newsletter.curate.profiling import Memory
        from newsletter.curate.relating import because, neighbours

        with _archive(self.given.articles, self._readings) as archive:
            memory = Memory(archive)
            for one in self.given.articles:
                if wanted is not None and one.id not in wanted:
                    continue
                without = () if same_story else (self._story_of[one.id],)
                reports = self._reports(one)
                found = neighbours(
                    reports,
                    archive,
                    lookup=self._lookup,
                    now=now,
                    without=without,
                    but={one.id},
                    memory=memory,
                )
                shown = [
                    {
                        "id": near.article.id,
                        "score": round(near.score, 4),
                        "because": because(near, one.published, self.lexicon),
                    }
                    for near in found[:k]
                ]
                yield {"id": one.id, "related": shown}

    def _reports(self, one: Article) -> list[tuple[Article, Reading]]:
        """The article, then the others of its story, as an issue relates a whole story."""
        others = [other for other in self._told_by[self._story_of[one.id]] if other != one.id]
        return [(self.articles[each], self._readings[each]) for each in (one.id, *others)][:_REPORTS]

    def ranks(self, *, now: datetime, weights: Mapping[str, float]) -> Iterator[Row]:
        """Best first; what has no date is judged as if it came now."""
        from newsletter.curate.ranking import rank

        undated = self.given.undated
        articles = {one.id: replace(one, published=now) if one.id in undated else one for one in self.given.articles}
        stories = [
            replace(story, first=now, last=now) if undated.issuperset(story.articles) else story
            for story in self._stories
        ]
        for one in rank(stories, articles, self._readings, feeds={}, lexicon=self.lexicon, now=now, weights=weights):
            yield {
                "story": one.story.id,
                "lead": one.story.articles[0],
                "members": one.story.articles,
                "in_scope": one.story.in_scope,
                "score": round(one.score, 4),
                "reasons": {reason.name: reason.points for reason in one.reasons},
            }

    def key_points(self, k: int) -> Iterator[Row]:
        """Of every article by itself."""
        from newsletter.curate.keypoints import key_points

        for one in self.given.articles:
            story = Story(id=StoryId(one.id), articles=(one.id,), first=one.published, last=one.published)
            points = key_points(story, {one.id: one}, language="", lexicon=self.lexicon, k=k)
            yield {"id": one.id, "key_points": [point.text for point in points]}

    @cached_property
    def _readings(self) -> dict[ArticleId, Reading]:
        return {article.id: read(article, self.lexicon) for article in self.given.articles}

    @cached_property
    def _stories(self) -> list[Story]:
        """Named after the first article, by `published`, else by the file."""
        given, place = self.given, {article.id: at for at, article in enumerate(self.given.articles)}
        stories: list[Story] = []
        for group in cluster(given.articles, self._readings, actors=self.lexicon.actors, undated=given.undated):
            first = min(group, key=lambda one: (one.id in given.undated, one.published, place[one.id]))
            stories.append(assemble(StoryId(first.id), group, self._readings, {}))
        return stories

    @cached_property
    def _told_by(self) -> dict[StoryId, tuple[ArticleId, ...]]:
        return {story.id: story.articles for story in self._stories}

    @cached_property
    def _story_of(self) -> dict[ArticleId, StoryId]:
        return {one: story.id for story in self._stories for one in story.articles}

    def _lookup(self, ids: Sequence[ArticleId]) -> Mapping[ArticleId, tuple[Article, Reading, StoryId]]:
        return {one: (self.articles[one], self._readings[one], self._story_of[one]) for one in ids}


@contextmanager
def _archive(articles: Sequence[Article], readings: Mapping[ArticleId, Reading]) -> Iterator[Any]:
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


def _amount(quantity: Quantity) -> Row:
    return {"kind": quantity.kind, "value": quantity.value, "unit": quantity.unit or None}
