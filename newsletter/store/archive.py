"""The archive that is searched for related articles and by readers: SQLite FTS5 or PostgreSQL text search.

Both engines are given terms that are cut already (`language.indexing`), because neither can segment Chinese: FTS5's
trigrams miss words of two signs, PostgreSQL's parser takes a Han run for one word.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import islice
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, TextClause, bindparam, text

from newsletter.language.indexing import index_term, index_terms, plain, sign_pairs
from newsletter.language.script import has_han
from newsletter.language.segmenting import tokens
from newsletter.language.stopwords import STOPWORDS
from newsletter.model import ArticleId, Card, Found

T = TypeVar("T")

_CHUNK = 500
_PAIRED = 80
"""Signs of an article's opening that are indexed in pairs: as long as titles are."""
_LATEST = 2_000
_RANKED = 3_000
"""Articles that FTS5 ranks in about 5 ms, cold; more of them are ranked only when these are too few."""
_ALL = ""
"""The term whose count is that of all articles."""


class ArchiveShelf:
    """An article is indexed once; indexing it again replaces what was there."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._engine: _Engine = (_Postgres if connection.dialect.name == "postgresql" else _Sqlite)(connection)

    def index(self, cards: Sequence[Card]) -> None:
        last = {card.article_id: card for card in cards}
        self.remove(list(last))
        for chunk in _chunks(list(last.values())):
            self._engine.insert(chunk)
            self._count(chunk)

    def remove(self, ids: Collection[ArticleId]) -> None:
        """The counts of terms stay: they are a measure of rarity, not a record."""
        for chunk in _chunks(sorted(ids)):
            self._connection.execute(_REMOVE, {"ids": chunk})

    def documents(self, terms: Collection[str]) -> dict[str, int]:
        """In how many articles each term or key was seen; "" asks for the number of articles."""
        found = dict.fromkeys(terms, 0)
        for chunk in _chunks(sorted(found)):
            rows = self._connection.execute(_DOCUMENTS, {"terms": chunk})
            found |= {row.term: int(row.documents) for row in rows}
        return found

    def search(
        self, terms: Sequence[str], keys: Sequence[str], *, limit: int, newest: float = 1.0
    ) -> tuple[Found, ...]:
        """Articles with any of the terms in their words or any of the keys, best first.

        Of the whole archive, or of that share of it which came last: what a question costs is the number of articles
        that have its terms.
        """
        if not terms and not keys:
            return ()
        return self._engine.any_of(list(dict.fromkeys(terms)), list(dict.fromkeys(keys)), limit, newest)

    def find(self, query: str, *, limit: int = 20) -> tuple[Found, ...]:
        """What a reader asks for: articles with all the words first, then those that have the very signs.

        The signs are looked for in titles, and in the opening words of the latest articles.
        """
        words = [index_term(token) for token in tokens(query) if token not in STOPWORDS]
        words = list(dict.fromkeys(word for word in words or index_terms(query) if word))
        found = self._all_of(words, limit) if words else ()
        signs = plain(query).strip()
        if len(found) < limit and has_han(signs):
            known = dict.fromkeys(one.article_id for one in found)
            more = {one.article_id: one for one in (*self._titled(signs, limit), *self._opening(signs, limit))}
            found = (*found, *islice((one for one in more.values() if one.article_id not in known), limit - len(found)))
        return found

    def _all_of(self, words: Sequence[str], limit: int) -> tuple[Found, ...]:
        """Of what a great many articles have, the latest first of all."""
        fewest = min(self.documents(words).values())
        found = self._engine.all_of(words, limit, min(1.0, _RANKED / max(1, fewest)))
        return found if len(found) >= limit or fewest <= _RANKED else self._engine.all_of(words, limit, 1.0)

    def _titled(self, signs: str, limit: int) -> tuple[Found, ...]:
        pairs = sign_pairs(signs)
        others = [term for token in tokens(signs) if not has_han(token) and (term := index_term(token))]
        return self._engine.in_order(pairs, others, limit) if pairs else ()

    def _opening(self, signs: str, limit: int) -> tuple[Found, ...]:
        escaped = signs.replace("!", "!!").replace("%", "!%").replace("_", "!_")
        return _found(self._connection.execute(_LIKE, {"signs": f"%{escaped}%", "limit": limit, "latest": _LATEST}))

    def _count(self, cards: Sequence[Card]) -> None:
        counts: Counter[str] = Counter({_ALL: len(cards)})
        for card in cards:
            counts.update({*card.title, *card.body, *card.keys})
        self._connection.execute(_COUNT, [{"term": term, "documents": n} for term, n in sorted(counts.items())])


def create_archive(connection: Connection) -> None:
    """Make the tables of the archive where they are missing; the first migration calls this."""
    own = _POSTGRES_TABLES if connection.dialect.name == "postgresql" else _SQLITE_TABLES
    for statement in (*own, *_TABLES):
        connection.exec_driver_sql(statement)


class _Engine(Protocol):
    def insert(self, cards: Sequence[Card]) -> None: ...

    def any_of(self, terms: Sequence[str], keys: Sequence[str], limit: int, newest: float) -> tuple[Found, ...]: ...

    def all_of(self, terms: Sequence[str], limit: int, newest: float) -> tuple[Found, ...]: ...

    def in_order(self, runs: Sequence[Sequence[str]], terms: Sequence[str], limit: int) -> tuple[Found, ...]: ...


class _Sqlite:
    """The words lie in a contentless table, a third of the size of one with content.

    It cannot forget (SQLite learnt that in 3.43), so a removed article loses its entry and its words join nothing.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, cards: Sequence[Card]) -> None:
        self._connection.execute(_INSERT_ENTRY, [_entry(card) for card in cards])
        numbered = self._connection.execute(_NUMBERS, {"ids": [card.article_id for card in cards]})
        number = {row.article_id: row.id for row in numbered}
        self._connection.execute(_INSERT_WORDS, [{"id": number[card.article_id], **_words(card)} for card in cards])

    def any_of(self, terms: Sequence[str], keys: Sequence[str], limit: int, newest: float) -> tuple[Found, ...]:
        parts = [f"{{title body}} : ({_quoted(terms, ' OR ')})"] if terms else []
        parts += [f"keys : ({_quoted(keys, ' OR ')})"] if keys else []
        return self._matching(" OR ".join(parts), limit, newest)

    def all_of(self, terms: Sequence[str], limit: int, newest: float) -> tuple[Found, ...]:
        return self._matching(f"{{title body}} : ({_quoted(terms, ' AND ')})", limit, newest)

    def in_order(self, runs: Sequence[Sequence[str]], terms: Sequence[str], limit: int) -> tuple[Found, ...]:
        phrases = " AND ".join('"' + " ".join(map(_pair, run)) + '"' for run in runs)
        words = f" AND {{title body}} : ({_quoted(terms, ' AND ')})" if terms else ""
        values = {"match": f"(keys : ({phrases})){words}", "limit": limit, "more": limit + 20}
        return _found(self._connection.execute(_SQLITE_LATEST, values))

    def _matching(self, match: str, limit: int, newest: float) -> tuple[Found, ...]:
        """Entries are numbered as they come."""
        values: dict[str, object] = {"match": match, "limit": limit, "more": limit + 20}
        if newest >= 1:
            return _found(self._connection.execute(_SQLITE_SEARCH, values))
        last = self._connection.execute(_SQLITE_LAST).scalar() or 0
        return _found(self._connection.execute(_SQLITE_AFTER, values | {"after": int(last * (1 - newest))}))


class _Postgres:
    """Vectors and queries are written as literals, never parsed: the parser would cut or drop what it does not know."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, cards: Sequence[Card]) -> None:
        self._connection.execute(_INSERT_VECTOR, [{**_entry(card), "words": _vector(card)} for card in cards])

    def any_of(self, terms: Sequence[str], keys: Sequence[str], limit: int, newest: float) -> tuple[Found, ...]:
        wanted = [*(_lexeme(term, "AB") for term in terms), *(_lexeme(key, "C") for key in keys)]
        return self._ranked(" | ".join(wanted), [*terms, *keys], limit, newest)

    def all_of(self, terms: Sequence[str], limit: int, newest: float) -> tuple[Found, ...]:
        return self._ranked(" & ".join(_lexeme(term, "AB") for term in terms), terms, limit, newest)

    def in_order(self, runs: Sequence[Sequence[str]], terms: Sequence[str], limit: int) -> tuple[Found, ...]:
        phrases = [f"({' <-> '.join(_lexeme(_pair(one), 'D') for one in run)})" for run in runs]
        return self._ranked(" & ".join((*phrases, *(_lexeme(term, "AB") for term in terms))), terms, limit, 1.0)

    def _ranked(self, query: str, terms: Sequence[str], limit: int, newest: float) -> tuple[Found, ...]:
        """ts_rank knows no rarity, so each term counts by its own: once, and once more in a title."""
        since = None
        if newest < 1:
            since = self._connection.execute(_POSTGRES_SINCE, {"newest": newest}).scalar()
        values = {
            "query": query,
            "names": list(terms),
            "anywhere": [_lexeme(term, "") for term in terms],
            "in_title": [_lexeme(term, "A") for term in terms],
            "since": float("-inf") if since is None else since,
            "limit": limit,
        }
        return _found(self._connection.execute(_POSTGRES_SEARCH, values))


def _found(rows: Any) -> tuple[Found, ...]:
    return tuple(Found(article_id=ArticleId(row.article_id), score=float(row.score)) for row in rows)


def _entry(card: Card) -> dict[str, object]:
    return {"article_id": card.article_id, "published": card.published.timestamp(), "plain": card.plain}


def _words(card: Card) -> dict[str, str]:
    return {"title": " ".join(card.title), "body": " ".join(card.body), "keys": " ".join((*card.keys, *_pairs(card)))}


def _pairs(card: Card) -> list[str]:
    return [_pair(one) for run in sign_pairs(card.plain[:_PAIRED]) for one in run]


def _pair(signs: str) -> str:
    """Never a key of another kind."""
    return f"h_{signs}"


def _quoted(terms: Sequence[str], joint: str) -> str:
    return joint.join('"' + term.replace('"', "") + '"' for term in terms)


def _vector(card: Card) -> str:
    """A tsvector literal; words of the title weigh A, of the body B, keys C, and pairs of signs D."""
    weighed = ((card.title, "A"), (card.body, "B"), (card.keys, "C"), (_pairs(card), "D"))
    places = [(term, weight) for terms, weight in weighed for term in terms]
    # 16,383 is the last position that a tsvector knows.
    return " ".join(f"{_bare(term)}:{min(at, 16_383)}{weight}" for at, (term, weight) in enumerate(places, 1))


def _lexeme(term: str, weights: str) -> str:
    return _bare(term) + (f":{weights}" if weights else "")


def _bare(term: str) -> str:
    return "'" + term.replace("\\", "").replace("'", "") + "'"


def _chunks(values: Sequence[T]) -> list[list[T]]:
    return [list(values[start : start + _CHUNK]) for start in range(0, len(values), _CHUNK)]


def _among(statement: str, name: str) -> TextClause:
    return text(statement).bindparams(bindparam(name, expanding=True))


_TABLES = (
    "CREATE TABLE IF NOT EXISTS archive_terms (term VARCHAR(200) PRIMARY KEY, documents INTEGER NOT NULL)",
    "CREATE INDEX IF NOT EXISTS ix_archive_entries_published ON archive_entries (published)",
)
# Positions must be kept (detail=full): without them, and without content, SQLite 3.40 gives every row the rank 0.
_SQLITE_TABLES = (
    (
        "CREATE TABLE IF NOT EXISTS archive_entries (id INTEGER PRIMARY KEY AUTOINCREMENT,"
        " article_id VARCHAR(128) NOT NULL UNIQUE, published FLOAT NOT NULL, plain TEXT NOT NULL)"
    ),
    (
        "CREATE VIRTUAL TABLE IF NOT EXISTS archive_words USING fts5(title, body, keys, content='',"
        " tokenize='unicode61 remove_diacritics 0 tokenchars _')"
    ),
    "INSERT INTO archive_words(archive_words, rank) VALUES ('rank', 'bm25(2.0, 1.0, 1.0)')",
)
_POSTGRES_TABLES = (
    (
        "CREATE TABLE IF NOT EXISTS archive_entries (article_id VARCHAR(128) PRIMARY KEY,"
        " published DOUBLE PRECISION NOT NULL, plain TEXT NOT NULL, words TSVECTOR NOT NULL)"
    ),
    "CREATE INDEX IF NOT EXISTS ix_archive_entries_words ON archive_entries USING gin (words)",
)
_REMOVE = _among("DELETE FROM archive_entries WHERE article_id IN :ids", "ids")
_DOCUMENTS = _among("SELECT term, documents FROM archive_terms WHERE term IN :terms", "terms")
_COUNT = text(
    "INSERT INTO archive_terms (term, documents) VALUES (:term, :documents)"
    " ON CONFLICT (term) DO UPDATE SET documents = archive_terms.documents + excluded.documents"
)
_LIKE = text(
    "SELECT article_id, 0.0 AS score FROM"
    " (SELECT article_id, plain, published FROM archive_entries ORDER BY published DESC LIMIT :latest) AS latest"
    " WHERE plain LIKE :signs ESCAPE '!' ORDER BY published DESC, article_id LIMIT :limit"
)
_INSERT_ENTRY = text(
    "INSERT INTO archive_entries (article_id, published, plain) VALUES (:article_id, :published, :plain)"
)
_NUMBERS = _among("SELECT id, article_id FROM archive_entries WHERE article_id IN :ids", "ids")
_INSERT_WORDS = text("INSERT INTO archive_words (rowid, title, body, keys) VALUES (:id, :title, :body, :keys)")
# The inner limit lets FTS5 sort alone; it leaves room for removed articles, whose words are still there.
_SQLITE_SEARCH = text(
    "SELECT article_id, -rank AS score FROM"
    " (SELECT rowid, rank FROM archive_words WHERE archive_words MATCH :match ORDER BY rank, rowid LIMIT :more) AS hits"
    " JOIN archive_entries ON archive_entries.id = hits.rowid ORDER BY hits.rank, hits.rowid LIMIT :limit"
)
_SQLITE_AFTER = text(
    "SELECT article_id, -rank AS score FROM (SELECT rowid, rank FROM archive_words"
    " WHERE archive_words MATCH :match AND rowid > :after ORDER BY +rank, rowid LIMIT :more) AS hits"
    " JOIN archive_entries ON archive_entries.id = hits.rowid ORDER BY hits.rank, hits.rowid LIMIT :limit"
)
_SQLITE_LATEST = text(
    "SELECT article_id, 0.0 AS score FROM"
    " (SELECT rowid FROM archive_words WHERE archive_words MATCH :match ORDER BY rowid DESC LIMIT :more) AS hits"
    " JOIN archive_entries ON archive_entries.id = hits.rowid ORDER BY published DESC, article_id LIMIT :limit"
)
_SQLITE_LAST = text("SELECT MAX(id) FROM archive_entries")
_INSERT_VECTOR = text(
    "INSERT INTO archive_entries (article_id, published, plain, words)"
    " VALUES (:article_id, :published, :plain, CAST(:words AS tsvector))"
)
# Materialised, or each row that is found would look all terms up again; a vector that is joined to nothing is read
# from its page once, not for each term.
_POSTGRES_SEARCH = text(
    "WITH size AS MATERIALIZED (SELECT COALESCE(MAX(documents), 1) AS n FROM archive_terms WHERE term = ''),"
    " wanted AS MATERIALIZED (SELECT CAST(anywhere AS tsquery) AS anywhere, CAST(in_title AS tsquery) AS in_title,"
    "  LN(1 + n / (1.0 + COALESCE(documents, 0))) AS rarity"
    "  FROM unnest(CAST(:names AS text[]), CAST(:anywhere AS text[]), CAST(:in_title AS text[]))"
    "  AS asked (name, anywhere, in_title) CROSS JOIN size LEFT JOIN archive_terms ON term = name)"
    " SELECT article_id, (SELECT COALESCE(SUM(rarity * (CASE WHEN words @@ anywhere THEN 1 ELSE 0 END"
    "  + CASE WHEN words @@ in_title THEN 1 ELSE 0 END)), 0) FROM wanted) AS score"
    " FROM (SELECT article_id, published, words || CAST('' AS tsvector) AS words FROM archive_entries"
    "  WHERE words @@ CAST(:query AS tsquery) AND published >= :since OFFSET 0) AS found"
    " ORDER BY score DESC, published DESC, article_id LIMIT :limit"
)
_POSTGRES_SINCE = text("SELECT MAX(published) - :newest * (MAX(published) - MIN(published)) FROM archive_entries")
