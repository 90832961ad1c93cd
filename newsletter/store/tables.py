"""Every table, written once for SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime on both engines; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id(name: str = "id", **more: Any) -> Column[str]:
    return Column(name, String(128), primary_key=True, **more)


settings = Table("settings", metadata, _id("key"), Column("value", Text, nullable=False))

# -- collect: the files of feeds/ say what is subscribed, these rows what became of it

feed_health = Table(
    "feed_health",
    metadata,
    Column("feed_url", String(2000), primary_key=True),
    Column("etag", Text, nullable=False),
    Column("modified", Text, nullable=False),
    Column("body_hash", String(64), nullable=False),
    Column("checked", Instant),
    Column("due", Instant),
    Column("interval", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("gone", Boolean, nullable=False),
    Column("last_error", Text, nullable=False),
    Column("moved_to", Text, nullable=False),
    Column("identity", String(16), nullable=False),
    Column("more", JSON, nullable=False),
)

articles = Table(
    "articles",
    metadata,
    _id(),
    Column("feed_url", String(2000), nullable=False),
    Column("guid", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("language", String(16), nullable=False),
    Column("published", Instant, nullable=False),
    Column("date_quality", String(16), nullable=False),
    Column("first_seen", Instant, nullable=False),
    Index(None, "published"),
    Index(None, "first_seen"),
    Index(None, "feed_url", "published"),
)

article_aliases = Table(
    "article_aliases",
    metadata,
    Column("feed_url", String(2000), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("article_id", String(128), ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Index(None, "article_id"),
)

# -- curate: machine output, rebuilt; everything here can be made again from articles and verdicts

readings = Table(
    "readings",
    metadata,
    Column("article_id", String(128), ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("in_scope", Boolean, nullable=False),
    Column("scope_because", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("tags", JSON, nullable=False),
    Column("quantities", JSON, nullable=False),
    Column("version", String(64), nullable=False),
)

stories = Table(
    "stories",
    metadata,
    _id(),
    Column("lead", String(128), ForeignKey("articles.id"), nullable=False),
    Column("in_scope", Boolean, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("first", Instant, nullable=False),
    Column("last", Instant, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("quantities", JSON, nullable=False),
    Column("score", Float, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("key_points", JSON, nullable=False),
    Column("related", JSON, nullable=False),
    Index(None, "last"),
    Index(None, "in_scope", "last"),
)

story_articles = Table(
    "story_articles",
    metadata,
    Column("article_id", String(128), ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("story_id", String(128), ForeignKey("stories.id", ondelete="CASCADE"), nullable=False),
    Column("place", Integer, nullable=False),
    Index(None, "story_id", "place"),
)

story_tags = Table(
    "story_tags",
    metadata,
    Column("tag", String(128), primary_key=True),
    Column("story_id", String(128), ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True),
    Index(None, "story_id"),
)

# -- compose and approve

issues = Table(
    "issues",
    metadata,
    _id("key"),
    Column("edition", String(64), nullable=False),
    Column("period", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("paused", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("date", Instant, nullable=False),
    Column("composed_at", Instant, nullable=False),
    Column("send_at", Instant),
    Column("sent_at", Instant),
    Column("body", JSON, nullable=False),
    Column("letter", JSON, nullable=False),
    Column("checks", JSON, nullable=False),
    UniqueConstraint("edition", "period"),
    UniqueConstraint("edition", "number"),
    Index(None, "status"),
)

issue_stories = Table(
    "issue_stories",
    metadata,
    Column("issue", String(128), ForeignKey("issues.key", ondelete="CASCADE"), primary_key=True),
    Column("story_id", String(128), primary_key=True),
    Index(None, "story_id"),
)

edits = Table(
    "edits",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("issue", String(128), nullable=False),
    Column("story", String(128)),
    Column("kind", String(16), nullable=False),
    Column("value", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("undone", Boolean, nullable=False),
    Index(None, "issue"),
)

approvals = Table(
    "approvals",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("issue", String(128), ForeignKey("issues.key"), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "issue"),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(8), nullable=False),
    Column("one", String(128), nullable=False),
    Column("other", String(128), nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

# What a model answered, by the content of the question: nothing is lost when it is emptied.
writings = Table(
    "writings",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("answer", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

# -- audience

subscribers = Table(
    "subscribers",
    metadata,
    _id(),
    Column("email", Text, nullable=False),
    Column("email_key", String(400), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("language", String(16), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("token_version", Integer, nullable=False),
    Column("created", Instant, nullable=False),
    Column("confirm_sent", Instant),
    Column("confirm_count", Integer, nullable=False),
    Index(None, "status"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("subscriber_id", String(128), ForeignKey("subscribers.id", ondelete="CASCADE"), primary_key=True),
    Column("edition", String(64), primary_key=True),
    Column("status", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "edition", "status", "subscriber_id"),
)

consents = Table(
    "consents",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("subscriber_id", String(128), ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False),
    Column("edition", String(64), nullable=False),
    Column("what", String(16), nullable=False),
    Column("how", String(32), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "subscriber_id"),
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("email_hash", String(64), primary_key=True),
    Column("reason", String(16), nullable=False),
    Column("at", Instant, nullable=False),
)

# -- deliver: the ledger is the truth, everything else is a hint

# An id is made of its issue and its reader (see freezing), so the primary key alone keeps a reader from standing twice
# in an issue: an index of the pair would be a third of what freezing ten million readers takes, and grow at each step.
deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    # Issues are never deleted; a foreign key would be looked up once for each of ten million readers.
    Column("issue", String(128), nullable=False),
    Column("subscriber_id", String(128), nullable=False),
    Column("email", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("owner", String(64), nullable=False),
    Column("lease_until", Instant),
    Column("message_id", Text, nullable=False),
    Column("provider_id", Text, nullable=False),
    Column("not_before", Instant),
    Column("error", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "issue", "state"),
    CheckConstraint("epoch >= 0", name="epoch"),
)

freezes = Table(
    "freezes",
    metadata,
    Column("issue", String(128), ForeignKey("issues.key"), primary_key=True),
    Column("watermark", String(128), nullable=False),
    Column("done", Boolean, nullable=False),
    Column("audience", Integer, nullable=False),
    Column("at", Instant, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("delivery", String(128), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("at", Instant, nullable=False),
    Column("url", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("human", Boolean),
    Index(None, "delivery"),
)

handed = Table(
    "handed",
    metadata,
    Column("issue", String(128), primary_key=True),
    Column("at", Instant, primary_key=True),
    Column("owner", String(64), primary_key=True),
    Column("letters", Integer, nullable=False),
    Index(None, "at"),
)

# -- the clock and the desk

occurrences = Table(
    "occurrences",
    metadata,
    Column("edition", String(64), primary_key=True),
    Column("local", String(32), primary_key=True),
    Column("step", String(16), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("done", Instant),
    Column("note", Text, nullable=False),
)

editors = Table(
    "editors",
    metadata,
    Column("email", String(320), primary_key=True),
    Column("password", Text, nullable=False),
    Column("created", Instant, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("email", String(320), ForeignKey("editors.email", ondelete="CASCADE"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("expires", Instant, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("what", String(32), nullable=False),
    Column("who", String(128), nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "what", "who", "at"),
)
