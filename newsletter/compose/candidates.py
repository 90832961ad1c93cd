"""What an issue is made from: ranked stories with their reports, and what earlier issues told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from newsletter.language.lexicon import ENTITY
from newsletter.language.script import is_traditional
from newsletter.model import (
    Article,
    ArticleId,
    ArticleKind,
    IssueKey,
    KeyPoint,
    Quantity,
    Ranked,
    Reading,
    Related,
    Story,
    StoryId,
)

_EXPLAINING = (ArticleKind.OPINION, ArticleKind.REVIEW, ArticleKind.MARKET)
_EXPLAINER = re.compile(
    r"\s*(?:[【\[《“]?(?:解读|深度|分析|评论|观点|社论|专访|对话|盘点|一文)|(?:opinion|analysis|explain\w*|why|how|what|inside)\b)",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"\btakeaways?\b|\bthings to (?:know|watch)\b|\bwhat to (?:know|watch)\b|看点|启示|意味着什么|[?？]\s*$",
    re.IGNORECASE,
)
_MANY_INSIDE = 5
_IN_TITLE = 1.0
"""The score from which tagging found a name in the title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A related article with its story; `articles` are that story's reports, lead first."""

    related: Related
    story: Story
    articles: tuple[Article, ...]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A ranked story with all that an item can be made from; `articles` are its reports, lead first."""

    ranked: Ranked
    articles: tuple[Article, ...]
    readings: Mapping[ArticleId, Reading] = field(default_factory=dict)
    key_points: Mapping[str, tuple[KeyPoint, ...]] = field(default_factory=dict)
    neighbours: tuple[Neighbour, ...] = ()
    told_from: str = ""
    """Link of the report that an editor wants it told from."""

    @property
    def id(self) -> StoryId:
        return self.ranked.story.id

    @property
    def story(self) -> Story:
        return self.ranked.story

    @property
    def score(self) -> float:
        return self.ranked.score

    @cached_property
    def sources(self) -> int:
        return len({article.feed_url for article in self.articles})

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Whose news it is: the entities in the lead report's title."""
        reading = self.readings.get(self.articles[0].id)
        if reading is None:
            return tuple(tag for tag in self.story.tags if tag.startswith(ENTITY))[:2]
        return tuple(tag.tag for tag in reading.tags if tag.tag.startswith(ENTITY) and tag.score >= _IN_TITLE)

    @cached_property
    def weights(self) -> Mapping[str, float]:
        """How strongly each tag is meant, by the best report."""
        found: dict[str, float] = dict.fromkeys(self.story.tags, 0.1)
        for reading in self.readings.values():
            for tag in reading.tags:
                found[tag.tag] = max(found.get(tag.tag, 0.0), tag.score)
        return found

    def best_report(self, language: str, since: datetime | None = None) -> Article:
        """The best in the reader's language, else the best of all; of a story that moved, one of the new reports.

        An editor's choice before all of these. Plain news before what explains it, Simplified before Traditional,
        then in the order of the story.
        """
        wanted = next((one for one in self.articles if self.told_from and one.link == self.told_from), None)
        if wanted is not None:
            return wanted
        fresh = [one for one in self.articles if since is None or one.published >= since] or list(self.articles)
        own = [one for one in fresh if one.language == language]
        return min(own or fresh, key=lambda one: (self._explains(one), is_traditional(one.title)))

    def is_beside(self, report: Article) -> bool:
        """A note on shares that was grouped with the news behind it; of a story that many tell, whatever lies outside
        the field: there it is more likely another story than a report that says little.
        """
        reading = self.readings.get(report.id)
        if reading is None or reading.in_scope:
            return False
        return reading.kind is ArticleKind.MARKET or self._inside >= _MANY_INSIDE

    @cached_property
    def _inside(self) -> int:
        return sum(one.in_scope for one in self.readings.values())

    def _explains(self, report: Article) -> bool:
        """Tells about the event, or of something beside it, instead of telling it."""
        reading = self.readings.get(report.id)
        if reading is not None and (
            (self.story.in_scope and not reading.in_scope)
            or reading.kind in _EXPLAINING
            or "analysis" in reading.topics
        ):
            return True
        return bool(_EXPLAINER.match(report.title) or _BESIDE.search(report.title))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A story as an earlier issue told it."""

    issue: IssueKey
    until: datetime
    """The end of that issue's window: what came later is new."""
    headline: str
    quantities: tuple[Quantity, ...] = ()
    link: str = ""
