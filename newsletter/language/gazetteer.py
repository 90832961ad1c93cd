"""Who is named in a text: organisations, people, products and places with their names in both languages."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from newsletter.errors import DataError
from newsletter.language.forms import Forms, Place, longest, prepared
from newsletter.language.ordinary import ORDINARY
from newsletter.language.script import has_han, levelled
from newsletter.language.segmenting import stands_alone

_CONTEXT = 60  # characters on either side; notes/curate.md section 4
_SHORT = 4
_SHORT_HAN = 3
# 伊朗人 and 日本队 are of the country.
_OPEN_KINDS = ("place",)
_MARKETS = {
    "SSE": "SH", "SHA": "SH", "SHSE": "SH", "SS": "SH", "SH": "SH", "SZSE": "SZ", "SHE": "SZ", "SZ": "SZ", "HKEX": "HK",
    "SEHK": "HK", "HKG": "HK", "HK": "HK", "TWSE": "TW", "TPE": "TW", "TW": "TW", "KRX": "KS", "KS": "KS", "TYO": "T",
    "TSE": "T", "T": "T",
}  # fmt: skip
_AMERICAN = frozenset(("", "NASDAQ", "NYSE", "AMEX", "NYSEAMERICAN", "US", "O", "N"))
_TICKER = re.compile(
    r"\$(?P<cash>[A-Z]{1,5})(?![A-Za-z0-9])"
    r"|\b(?P<market>NASDAQ|NYSE|AMEX|NYSEAMERICAN|SSE|SHA|SZSE|SHE|HKEX|SEHK|HKG|TWSE|TPE|KRX|TYO|TSE|LSE|EPA|AMS|ETR)"
    r"[:：]\s?(?P<listed>[A-Z0-9.]{1,6})(?![A-Za-z0-9])"
    r"|(?<![A-Za-z0-9.])(?P<code>\d{4,6}|[A-Z]{1,5})\.(?P<place>US|O|N|HK|SH|SS|SZ|TW|KS|T)(?![A-Za-z0-9])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """Something with a name. `parents` are ids; a hit on it is a hit on them."""

    id: str
    kind: str
    names: Mapping[str, str]
    aliases: tuple[str, ...] = ()
    ticker: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    context_any: tuple[str, ...] = ()
    context_none: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    """Forms that are also ordinary words or other names: they count only in context."""


class Hit(NamedTuple):
    """A name found; `start` and `end` point into the title or into the body."""

    entity: str
    in_title: bool
    start: int
    end: int
    text: str


class _Form(NamedTuple):
    text: str
    entity: str
    writings: frozenset[str]
    """The only ways to write it (Meta and META, not meta); empty where case does not matter."""
    ambiguous: bool


class Gazetteer:
    """Finds names by their longest form; ambiguous ones only where their context or another name speaks for them."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._entities = {entity.id: entity for entity in entities}
        self._forms = list(_forms(self._entities.values()))
        self._places = Forms([form.text for form in self._forms])
        self._tickers = {_symbol(t): e.id for e in self._entities.values() for t in e.ticker}
        self._context = {e.id: (_any_of(e.context_any), _any_of(e.context_none)) for e in self._entities.values()}
        self._ancestors = {key: tuple(self._climb(key)) for key in self._entities}

    def __contains__(self, entity_id: str) -> bool:
        return entity_id in self._entities

    def __iter__(self) -> Iterator[Entity]:
        return iter(self._entities.values())

    def entity(self, entity_id: str) -> Entity:
        return self._entities[entity_id]

    def ancestors(self, entity_id: str) -> tuple[str, ...]:
        """Parents, then theirs, each once."""
        return self._ancestors[entity_id]

    def name(self, entity_id: str, language: str) -> str:
        """The name that readers of `en`, `zh` or `zh-Hant` know."""
        names = self._entities[entity_id].names
        wanted = {"zh": ("zh-Hans", "zh"), "zh-Hant": ("zh-Hant", "zh-Hans"), "zh-Hans": ("zh-Hans",)}.get(
            language, ("en",)
        )
        return next((names[w] for w in (*wanted, "en", "zh-Hans") if names.get(w)), entity_id)

    def han_names(self) -> tuple[str, ...]:
        """Every Chinese form, for the segmenter to keep whole."""
        return tuple(sorted({form.text for form in self._forms if has_han(form.text)}))

    def find(self, title: str, body: str) -> tuple[Hit, ...]:
        """Hits in order, those of the title first; offsets point into the text as given."""
        text = f"{title}\n{body}"
        plain = levelled(text)
        found = [place for place in self._places.find(prepared(text)) if self._as_written(place, text)]
        seen = [place for place in longest(found) if self._is_whole(place, plain)]
        sure = {self._forms[p.form].entity for p in seen if not self._forms[p.form].ambiguous}
        sure |= {parent for known in sure for parent in self._ancestors[known]}
        tickers = tuple(self._find_tickers(text))
        sure |= {known for known, _, _ in tickers}
        counted = self._settled([place for place in seen if self._counts(place, text, sure)], text, sure)
        spans = sorted({*counted, *tickers}, key=lambda span: (span[1], -span[2], span[0]))
        return tuple(_hit(known, start, end, text, len(title)) for known, start, end in spans)

    def _as_written(self, place: Place, text: str) -> bool:
        writings = self._forms[place.form].writings
        return not writings or levelled(text[place.start : place.end]).replace("-", " ") in writings

    def _is_whole(self, place: Place, plain: str) -> bool:
        """A short Chinese name is no part of another word."""
        if place.end - place.start > _SHORT_HAN or not has_han(plain[place.start : place.end]):
            return True
        kind = self._entities[self._forms[place.form].entity].kind
        return kind in _OPEN_KINDS or stands_alone(plain, place.start, place.end)

    def _counts(self, place: Place, text: str, sure: set[str]) -> bool:
        """Nothing nearby says that it is something else; an ambiguous form is also vouched for, by another hit of the
        same entity or by words nearby."""
        form = self._forms[place.form]
        wanted, unwanted = self._context[form.entity]
        if not form.ambiguous and unwanted is None:
            return True
        near = prepared(text[max(0, place.start - _CONTEXT) : place.end + _CONTEXT])
        if unwanted is not None and unwanted.search(near):
            return False
        return not form.ambiguous or form.entity in sure or (wanted is not None and wanted.search(near) is not None)

    def _settled(self, places: Sequence[Place], text: str, sure: set[str]) -> list[tuple[str, int, int]]:
        """One entity a span: of two that share a form (超微), the one named elsewhere, else whose words are nearest."""
        best: dict[tuple[int, int], tuple[tuple[bool, int, int], str]] = {}
        for place in places:
            entity = self._forms[place.form].entity
            rank = (entity not in sure, self._distance(entity, place, text), place.form)
            span = (place.start, place.end)
            if span not in best or rank < best[span][0]:
                best[span] = (rank, entity)
        return [(entity, *span) for span, (_, entity) in best.items()]

    def _distance(self, entity: str, place: Place, text: str) -> int:
        """Characters to the nearest word that speaks for an entity."""
        wanted = self._context[entity][0]
        if wanted is None or not self._forms[place.form].ambiguous:
            return _CONTEXT + 1
        start = max(0, place.start - _CONTEXT)
        near = prepared(text[start : place.end + _CONTEXT])
        gaps = [
            max(start + found.start() - place.end, place.start - start - found.end(), 0)
            for found in wanted.finditer(near)
        ]
        return min(gaps, default=_CONTEXT + 1)

    def _find_tickers(self, text: str) -> Iterator[tuple[str, int, int]]:
        for found in _TICKER.finditer(text):
            code = found["cash"] or found["listed"] or found["code"]
            known = self._tickers.get(_symbol(f"{found['market'] or found['place'] or ''}:{code}"))
            if known is not None:
                yield known, found.start(), found.end()

    def _climb(self, entity_id: str) -> Iterator[str]:
        seen, waiting = {entity_id}, list(self._entities[entity_id].parents)
        while waiting:
            parent = waiting.pop(0)
            if parent in seen or parent not in self._entities:
                continue
            seen.add(parent)
            yield parent
            waiting += self._entities[parent].parents


def load_gazetteer(paths: Sequence[Path]) -> Gazetteer:
    """The entities of these files; a later file overrides by id. Raises DataError naming file and entity."""
    entities: dict[str, Entity] = {}
    for path in paths:
        try:
            rows = tomllib.loads(path.read_text(encoding="utf-8")).get("entity", [])
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise DataError(f"{path}: cannot be read ({error}); correct the file") from error
        for row in rows:
            entity = _entity(row, path)
            entities[entity.id] = entity
    return Gazetteer(entities.values())


def _entity(row: Mapping[str, Any], path: Path) -> Entity:
    try:
        names = row["name"] if isinstance(row["name"], dict) else {"en": str(row["name"])}
        aliases = _texts(row.get("aliases"))
        ambiguous = row.get("ambiguous", ())
        if isinstance(ambiguous, bool):
            ambiguous = (*names.values(), *aliases) if ambiguous else ()
        lists = {key: _texts(row.get(key)) for key in ("ticker", "parents", "topics", "context_any", "context_none")}
        return Entity(
            id=row["id"], kind=row["kind"], names=names, aliases=aliases, ambiguous=_texts(ambiguous), **lists
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"{path}: entity {row.get('id', '?')!r} lacks or garbles {error}; see the file's first lines"
        ) from error


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, Mapping):
        value = [text for inner in value.values() for text in _texts(inner)]
    return (value,) if isinstance(value, str) else tuple(str(text) for text in value or ())


def _forms(entities: Iterable[Entity]) -> Iterator[_Form]:
    """Every form once an entity; one that two entities share is ambiguous for both."""
    writings: dict[tuple[str, str], list[str]] = {}
    doubtful: set[tuple[str, str]] = set()
    owners: dict[str, set[str]] = {}
    for entity in entities:
        doubtful |= {(prepared(form).strip(), entity.id) for form in entity.ambiguous}
        for form in (*entity.names.values(), *entity.aliases, *entity.ambiguous):
            key = prepared(form).strip()
            if key:
                writings.setdefault((key, entity.id), []).append(levelled(form.strip()).replace("-", " "))
                owners.setdefault(key, set()).add(entity.id)
    for (key, owner), written in writings.items():
        exact = _only_as_written(written)
        only = frozenset({*written, *(form.upper() for form in written)}) if exact else frozenset()
        yield _Form(written[0], owner, only, (key, owner) in doubtful or len(owners[key]) > 1)


def _only_as_written(written: Sequence[str]) -> bool:
    """Short names and English words: `Meta` is not `meta`. A form that is also given in small letters counts so too."""
    form = written[0]
    if has_han(form) or any(one.islower() for one in written):
        return False
    return sum(character.isalnum() for character in form) <= _SHORT or form.lower() in ORDINARY


def _any_of(words: Sequence[str]) -> re.Pattern[str] | None:
    """Latin words begin at a word's start (their plural may follow); Han words stand anywhere."""
    if not words:
        return None
    known = sorted({prepared(word) for word in words}, key=lambda word: (-len(word), word))
    return re.compile(
        "|".join(re.escape(w) if has_han(w) else rf"(?<![a-z0-9]){re.escape(w)}(?![a-rt-z0-9])" for w in known)
    )


def _symbol(ticker: str) -> str:
    """One writing for NASDAQ:NVDA, NVDA.US and NVDA; and for SSE:600519, 600519.SH."""
    market, _, code = ticker.strip().upper().rpartition(":")
    if not market and "." in code:
        code, _, market = code.rpartition(".")
    if code[:1].isdigit():
        return f"{code.lstrip('0')}.{_MARKETS.get(market, market)}"
    return code if market in _AMERICAN else f"{code}.{market}"


def _hit(known: str, start: int, end: int, text: str, title_length: int) -> Hit:
    if end <= title_length:
        return Hit(known, True, start, end, text[start:end])
    shift = title_length + 1
    return Hit(known, False, max(0, start - shift), end - shift, text[start:end])
