"""The nouns: frozen values that every room speaks."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, NewType

FeedUrl = NewType("FeedUrl", str)
ArticleId = NewType("ArticleId", str)
StoryId = NewType("StoryId", str)
EditionKey = NewType("EditionKey", str)
IssueKey = NewType("IssueKey", str)
"""An edition and its period, `weekly-en/2026-W11`."""
SubscriberId = NewType("SubscriberId", str)
DeliveryId = NewType("DeliveryId", str)
Fingerprint = NewType("Fingerprint", str)
"""SHA-256 in hex over every byte of a letter that readers share."""


# -- collect ---------------------------------------------------------------------------------------


class Category(StrEnum):
    NEWS = "news"
    VENDOR = "vendor"
    RESEARCH = "research"
    ANALYSIS = "analysis"
    REVIEW = "review"
    PROJECT = "project"


class DateQuality(StrEnum):
    """How far a publication date can be trusted, best first."""

    EXACT = "exact"
    ZONE_ASSUMED = "zone-assumed"
    DATE_ONLY = "date-only"
    FIRST_SEEN = "first-seen"
    CLAMPED = "clamped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One rule about the entries of a feed: where a field holds some words or matches an expression, keep or drop."""

    action: Literal["keep", "drop"]
    field: Literal["title", "link", "tag"]
    contains: str = ""
    regex: str = ""
    everywhere: bool = False
    """It stands for all feeds, after each feed's own."""

    def __str__(self) -> str:
        how = f"matches {self.regex!r}" if self.regex else f"contains {self.contains!r}"
        return f"{self.action} where {self.field} {how}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One subscribed source, as the OPML files of `feeds/` state it."""

    url: FeedUrl
    title: str
    site: str = ""
    language: str = "en"
    category: Category = Category.NEWS
    topics: tuple[str, ...] = ()
    authority: float = 0.5
    timezone: str = "UTC"
    enabled: bool = True
    note: str = ""
    fulltext: bool = False
    """Whether the whole text of an article is read from its page."""
    filters: tuple[Filter, ...] = ()
    """The first that matches an entry decides."""
    muted_until: datetime | None = None
    gap: float | None = None
    """Seconds between two requests to its host, where that differs from the usual."""
    alone: bool = False
    """Its host only passes on other sites' feeds: a wish for silence is about this feed, not about the host."""

    def is_on(self, now: datetime) -> bool:
        return self.enabled and (self.muted_until is None or self.muted_until <= now)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """What the last fetches of a feed taught us; `due` is None for a feed never fetched."""

    feed_url: FeedUrl
    etag: str = ""
    modified: str = ""
    body_hash: str = ""
    checked: datetime | None = None
    due: datetime | None = None
    interval: int = 0
    """Seconds between fetches, as adapted to the feed."""
    failures: int = 0
    gone: bool = False
    unreachable: bool = False
    """Nobody answered at the last visit."""
    last_error: str = ""
    moved_to: str = ""
    identity: str = "guid"
    """Which key names an entry of this feed: guid, link or title."""
    not_before: datetime | None = None
    """The server asked for silence until then (Retry-After), or the feed is gone and only probed."""
    answered: datetime | None = None
    """When it last answered with a feed, changed or not."""
    fresh_until: datetime | None = None
    """The server has called its last answer fresh until then."""
    asked: int = 0
    """Seconds between fetches that the feed itself asks for (ttl, sy:updatePeriod)."""
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    """Hours (GMT) and weekdays (Monday is 0) at which the feed asks not to be fetched."""
    weekly: float = 0.0
    """Entries a week, as the feed itself shows."""
    moving_to: str = ""
    moving_since: datetime | None = None
    moving_seen: int = 0
    """A permanent redirect that is watched before it is believed."""
    gone_seen: int = 0
    changed: datetime | None = None
    """When its body last changed."""
    filters: str = ""
    """A digest of the filters that its entries went through: with others it is read anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One entry of one feed. `link` is canonical; `published` never changes after first sight."""

    id: ArticleId
    feed_url: FeedUrl
    guid: str
    link: str
    title: str
    author: str = ""
    summary: str = ""
    """Plain text as the feed gives it, short or long."""
    text: str = ""
    """Plain text of the whole piece where the feed or the page gave it; kept for search, never republished."""
    language: str = "en"
    published: datetime
    date_quality: DateQuality = DateQuality.EXACT
    first_seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong with one of many, as a value."""

    where: str
    what: str
    next: str = ""


# -- curate ----------------------------------------------------------------------------------------


class TagKind(StrEnum):
    TOPIC = "topic"
    ENTITY = "entity"


class ArticleKind(StrEnum):
    NEWS = "news"
    DEAL = "deal"
    REVIEW = "review"
    PROJECT = "project"
    OPINION = "opinion"
    PRESS_RELEASE = "press-release"
    OUTAGE = "outage"
    MARKET = "market"
    """Share prices and stock tips."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagging:
    """A tag and the words that earned it."""

    tag: str
    kind: TagKind
    because: tuple[str, ...]
    score: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """An amount in its normal unit: power MW, energy MWh, money an ISO 4217 code, area m2, percent %, chips ""."""

    kind: str
    value: float
    unit: str
    span: tuple[int, int] = (0, 0)
    text: str = ""
    soft: bool = False
    """Vague or bounded ("up to", "about", one end of a range): it may differ without contradicting."""
    aside: bool = False
    """Told only for comparison: an earlier value, an expectation, a conversion in brackets, a price tag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the rules found in one article."""

    article_id: ArticleId
    in_scope: bool
    scope_because: str
    kind: ArticleKind
    tags: tuple[Tagging, ...]
    quantities: tuple[Quantity, ...]

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(t.tag for t in self.tags if t.kind is TagKind.TOPIC)

    @property
    def entities(self) -> tuple[str, ...]:
        return tuple(t.tag for t in self.tags if t.kind is TagKind.ENTITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One event and its reports; its id is that of the first article that arrived."""

    id: StoryId
    articles: tuple[ArticleId, ...]
    """Lead first, then by authority and time."""
    tags: tuple[str, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    in_scope: bool = False
    kind: ArticleKind = ArticleKind.NEWS
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One contribution to a rank: `say` holds the sentence by language, {"en": ..., "zh": ...}."""

    name: str
    points: float
    say: dict[str, str] = field(default_factory=dict)
    moves: dict[str, str] = field(default_factory=dict)
    """In the same languages, the place that the story would have without it; {} where it would have the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A story with its place explained; the score is the sum of the points."""

    story: Story
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> float:
        return sum(reason.points for reason in self.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """An article of another story worth reading beside this one."""

    article_id: ArticleId
    score: float
    because: dict[str, str] = field(default_factory=dict)
    """A sentence by language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An article as the archive indexes it: the terms of its words, and keys that mean the same in every language."""

    article_id: ArticleId
    published: datetime
    title: tuple[str, ...]
    body: tuple[str, ...]
    keys: tuple[str, ...]
    plain: str = ""
    """Title and first words, simplified and casefolded, for words that segmenting cut in another way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An article that the archive gives for a query; the score is the engine's own, larger is better."""

    article_id: ArticleId
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPoint:
    text: str
    article_id: ArticleId
    language: str


# -- compose ---------------------------------------------------------------------------------------


class EditKind(StrEnum):
    PIN = "pin"
    UNPIN = "unpin"
    DROP = "drop"
    RESTORE = "restore"
    MOVE = "move"
    RETITLE = "retitle"
    REWRITE = "rewrite"
    NOTE = "note"
    SOURCE = "source"
    """Told from another of its reports; the value is that one's link."""
    MERGE = "merge"
    """Tells the story in the value too: they are one event."""
    SPLIT = "split"
    """Without the report whose link is the value: that is another event."""
    INTRO = "intro"
    SUBJECT = "subject"
    PREHEADER = "preheader"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One decision of an editor. Append-only: an undone edit stays, marked by `undone`."""

    id: int = 0
    issue: IssueKey
    story: StoryId | None
    """None for an edit of the issue itself (intro, subject, preheader)."""
    kind: EditKind
    value: str = ""
    by: str
    at: datetime
    undone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """One report of a story as a reader sees it."""

    source: str
    title: str
    link: str
    language: str
    published: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TagLabel:
    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedLink:
    """A related article as a reader sees it; `earlier` marks coverage from before the issue's window."""

    story_id: StoryId
    title: str
    link: str
    """Path of the story page on our site, `/stories/...`."""
    source: str
    summary: str
    language: str
    published: datetime
    because: str
    earlier: bool
    tags: tuple[TagLabel, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A story as an issue tells it: a copy, so that later curating cannot change it."""

    story_id: StoryId
    headline: str
    link: str
    source: str
    language: str
    """Of headline and summary; another than the issue's is marked as foreign."""
    published: datetime
    summary: str = ""
    key_points: tuple[str, ...] = ()
    tags: tuple[TagLabel, ...] = ()
    related: tuple[RelatedLink, ...] = ()
    sources: tuple[SourceLine, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    why: tuple[str, ...] = ()
    """Sentences, strongest first, in the issue's language."""
    score: float = 0.0
    minutes: int = 1
    note: str = ""
    pinned: bool = False
    follow_up: str = ""
    """Key of the issue that told the story before it moved."""
    translated: bool = False
    """Headline and summary are a machine's translation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    key: str
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the week in numbers."""

    kind: str
    shown: str
    label: str
    share: float
    """Of the largest figure of its kind, 0 to 1."""
    source: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    story_id: StoryId
    headline: str
    why: str


class IssueStatus(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A digest of one edition for one period."""

    key: IssueKey
    edition: EditionKey
    period: str
    number: int
    language: str
    title: str
    date: datetime
    window: tuple[datetime, datetime]
    subject: str
    preheader: str
    intro: str = ""
    lead: Item | None
    sections: tuple[Section, ...]
    figures: tuple[Figure, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    status: IssueStatus = IssueStatus.DRAFT

    @property
    def items(self) -> tuple[Item, ...]:
        """Every item in reading order, the lead first."""
        lead = () if self.lead is None else (self.lead,)
        return lead + tuple(item for section in self.sections for item in section.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What every reader of an issue shares; the reader's own parts are slots (`newsletter.slots`)."""

    subject: str
    preheader: str
    html: str
    text: str
    headers: tuple[tuple[str, str], ...]
    fingerprint: Fingerprint


class Level(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    GREY = "grey"
    """Not checked here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    name: str
    level: Level
    say: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    issue: IssueKey
    fingerprint: Fingerprint
    by: str
    at: datetime


# -- audience and deliver --------------------------------------------------------------------------


class SubscriberStatus(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    LEFT = "left"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    at: datetime
    how: str
    """form, confirm, import or command."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    id: SubscriberId
    email: str
    name: str = ""
    language: str = ""
    timezone: str = ""
    editions: tuple[EditionKey, ...]
    status: SubscriberStatus
    consent: Consent | None = None


class DeliveryState(StrEnum):
    PLANNED = "planned"
    CLAIMED = "claimed"
    SUBMITTING = "submitting"
    UNCERTAIN = "uncertain"
    RETRY_WAIT = "retry_wait"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    DEFERRED = "deferred"
    BOUNCED = "bounced"
    BLOCKED = "blocked"
    DROPPED = "dropped"
    COMPLAINED = "complained"
    REJECTED = "rejected"
    FAILED = "failed"
    SKIPPED = "skipped"
    ABANDONED = "abandoned"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One reader's row in the ledger of one issue; (issue, subscriber) is unique."""

    id: DeliveryId
    issue: IssueKey
    subscriber: SubscriberId
    email: str
    name: str
    state: DeliveryState
    epoch: int
    attempt: int = 0
    lease_until: datetime | None = None
    owner: str = ""
    message_id: str = ""
    provider_id: str = ""
    not_before: datetime | None = None
    error: str = ""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One step in the ledger: it is taken only while the row stands in one of `sources` at the epoch of `after`."""

    sources: frozenset[DeliveryState]
    after: Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a provider says happened to a delivery; `key` is derived by us and dedupes."""

    key: str
    delivery: DeliveryId
    kind: str
    at: datetime
    url: str = ""
    detail: str = ""
    human: bool | None = None
