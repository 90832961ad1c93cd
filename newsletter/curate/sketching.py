"""What of an article is compared when two reports are compared: words, names, amounts, time."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum, log, sqrt
from sys import intern

from newsletter.curate.passages import passage_of
from newsletter.language.glossary import concepts, phrases
from newsletter.language.indexing import stem
from newsletter.language.lexicon import ENTITY
from newsletter.language.quantities import quantities
from newsletter.language.reactions import Market, market_of
from newsletter.language.script import has_han
from newsletter.language.segmenting import tagged_tokens
from newsletter.language.stages import Stage, stage_of
from newsletter.language.stopwords import STOPWORDS
from newsletter.model import Article, ArticleId, DateQuality, Quantity, Reading

Vector = Mapping[str, float]

# Enough of a body to hold who, what, where and how much; more only dilutes.
_LEAD = 420
# Words that a sketch keeps: the rarest; with all of them a Chinese lead alone takes twice the memory.
_MOST_TERMS = 200
# Weights share their numbers, which takes a third off the memory of a window.
_FINENESS = 2_000
_LEVELS = tuple(level / _FINENESS for level in range(_FINENESS + 1))
# Of people, places, organisations and other names, as the segmenter's dictionary marks them.
_NAME_TAGS = frozenset(("nr", "nrt", "nrfg", "ns", "nt", "nz"))
_WORD = re.compile(r"[A-Za-zÀ-ɏ0-9][\wÀ-ɏ]*(?:[.\-_'’&+/][\wÀ-ɏ]+)*")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\"“”'‘|\-–—(]\s*)$")
# Of the longer words after the first, as many capitals as this make a headline in title case.
_TITLE_CASE = 0.6
_BODY_NAME = 0.5
_UNSEEN = 0.4
# Written with capitals or figures and yet nobody's name, as stems.
_NO_NAMES = frozenset(
    stem(word)
    for word in """
    inc corp co ltd llc group plc company corporation limited holdings ceo cfo coo mr ms mrs dr pt ai us usa uk eu q1 q2
    q3 q4 fy h1 h2 ipo etf gdp cpi tv january february march april june july august september october november december
    sunday saturday
    """.split()  # noqa: SIM905
)
# A word of every day tells events apart less well than one of a single day: mean F1 of the general collections
# .855 → .859, and the forms of the real week (earnings calls, market flashes) fall apart.
_EVERY_DAY = 0.3
_FEWEST_DAYS = 4
# Hours that a date may be off: feeds and their readers see a report hours after it was written.
_SLACK, _DAY = 6.0, 24.0


@dataclass(frozen=True, slots=True)
class Spelling:
    """How an article writes its Latin words, as stems."""

    capital: tuple[str, ...]
    """With a capital where none is due: names."""
    doubtful: tuple[str, ...]
    """With a capital that a sentence or a headline may have given."""
    small: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """An article as counted words, before their rarity among all is known."""

    id: ArticleId
    language: str
    hours: float | None
    """None where nobody knows when it was published."""
    slack: float
    """How many hours the date may be off."""
    title: tuple[str, ...]
    body: tuple[str, ...]
    entities: Mapping[str, float]
    """Names of the gazetteer: 1 in the title, less in the body."""
    names: Mapping[str, float]
    """Other words that may be names, by their spelling or the dictionary."""
    concepts: Mapping[str, float]
    """What the words mean, as both languages have it."""
    amounts: tuple[Quantity, ...]
    spelling: "Spelling"
    market: Market | None
    """What the title says of a share price or of results."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """An article ready to compare: unit vectors over words, names, and what every language shares."""

    id: ArticleId
    language: str
    hours: float | None
    slack: float
    amounts: tuple[Quantity, ...]
    entities: frozenset[str]
    title: Vector
    lead: Vector
    names: Vector
    neutral: Vector
    """Names that another language writes the same."""
    meaning: Vector
    """Those names, and concepts."""
    mass: float
    """The rarities of all its words together."""
    title_entities: frozenset[str]
    title_actors: frozenset[str]
    """Those of them who do things, not places."""
    title_names: Vector
    """How surely and how rarely each name of the title is one, up to 1."""
    surest: float
    """How surely the surest of these is one."""
    stage: Stage | None
    """How far the matter has come, by the title."""
    market: Market | None
    """Whether the title tells of a share price, or of results."""
    title_meaning: Vector
    """The rarities of the entities and concepts of the title."""


def hours_of(article: Article) -> float:
    return article.published.timestamp() / 3600


def words_of(article: Article, reading: Reading | None, *, dated: bool = True) -> Words:
    passage = passage_of(article)
    body = passage.body[:_LEAD]
    title_terms, title_names = _terms(passage.title)
    body_terms, body_names = _terms(body)
    words = {*title_terms, *body_terms}
    entities, spelled = _entities(reading)
    spelling = _spelling(passage.title, body)
    names = dict.fromkeys(body_names, _BODY_NAME) | dict.fromkeys(title_names, 1.0)
    names |= {name: 1.0 if name in title_terms else _BODY_NAME for name in spelling.capital if name in words}
    names = {name: weight for name, weight in names.items() if name not in spelled}
    amounts = reading.quantities if reading is not None else quantities(passage.text)
    return Words(
        id=article.id,
        language=article.language,
        hours=hours_of(article) if dated else None,
        slack=_DAY if article.date_quality is DateQuality.DATE_ONLY else _SLACK,
        title=tuple(title_terms),
        body=tuple(body_terms),
        entities=entities,
        names=names,
        concepts=dict.fromkeys(_concepts(body_terms), _BODY_NAME) | dict.fromkeys(_concepts(title_terms), 1.0),
        amounts=tuple(q for q in amounts if q.span[0] <= len(passage.title) + _LEAD),
        spelling=spelling,
        market=market_of(passage.title),
    )


def _terms(text: str) -> tuple[list[str], list[str]]:
    """Words that can tell events apart, and those of them that are Chinese names."""
    terms: list[str] = []
    names: list[str] = []
    last = ""
    for token, tag in tagged_tokens(text):
        if not tag:
            last = ""
            if token not in STOPWORDS:
                terms.append(intern(stem(token)))
            continue
        if last:
            terms.append(intern(f"~{last[-1]}{token[0]}"))
        last = token
        terms += [intern(f"~{token[at : at + 2]}") for at in range(len(token) - 1)]
        if len(token) > 1 and token not in STOPWORDS:
            terms.append(intern(token))
            if tag in _NAME_TAGS:
                names.append(intern(token))
    return terms, names


def _concepts(terms: Sequence[str]) -> Iterable[str]:
    known, pairs = concepts(), phrases()
    yield from (known[term] for term in terms if term in known)
    yield from (pairs[pair] for pair in pairwise(terms) if pair in pairs)


def _entities(reading: Reading | None) -> tuple[dict[str, float], set[str]]:
    """The names of the gazetteer, and the words that spell them here."""
    if reading is None:
        return {}, set()
    known = [tag for tag in reading.tags if tag.tag.startswith(ENTITY)]
    spelled = {word for tag in known for text in tag.because for word, _ in tagged_tokens(text)}
    return {tag.tag: 1.0 if tag.score >= 1 else _BODY_NAME for tag in known}, {stem(word) for word in spelled} | spelled


def _spelling(title: str, body: str) -> Spelling:
    capital: set[str] = set()
    doubtful: set[str] = set()
    small: set[str] = set()
    for word, due in (*_latin_words(title, headline=True), *_latin_words(body, headline=False)):
        plain = word.replace("’", "'").casefold().removesuffix("'s")
        if plain in STOPWORDS or word[0].isdigit():
            continue
        own = any(sign.isupper() or sign.isdigit() for sign in word[1:])
        kind = small if not word[0].isupper() else capital if own or not due else doubtful
        kind.add(intern(stem(plain)))
    return Spelling(tuple(sorted(capital)), tuple(sorted(doubtful)), tuple(sorted(small)))


def _latin_words(text: str, *, headline: bool) -> list[tuple[str, bool]]:
    """Each with whether a capital is due there: at the start of a sentence, anywhere in a headline in title case."""
    found = [
        (word[0], _SENTENCE_START.search(text, max(0, word.start() - 3), word.start()) is not None)
        for word in _WORD.finditer(text)
    ]
    if has_han(text):
        return [(word, False) for word, _ in found]
    longer = [word for word, first in found if not first and len(word) > 3 and word[0].isalpha()]
    if headline and len(longer) > 2 and sum(word[0].isupper() for word in longer) >= _TITLE_CASE * len(longer):
        return [(word, True) for word, _ in found]
    return found


@dataclass(frozen=True, slots=True)
class Rarity:
    """How rare each word is among all articles of the call, and how often it is a name."""

    idf: Mapping[str, float]
    capital: Mapping[str, float]
    most: float
    """The rarity of a word that stands in one article."""


def rarity(everything: Iterable[Words]) -> Rarity:
    """Of words in order of time. The floor of 50 keeps small collections from calling everything rare or common."""
    counts: Counter[str] = Counter()
    capitals: Counter[str] = Counter()
    smalls: Counter[str] = Counter()
    days: Counter[str] = Counter()
    latest: dict[str, int] = {}
    seen: set[int] = set()
    size = 0
    for words in everything:
        size += 1
        day = None if words.hours is None else int(words.hours // 24)
        if day is not None:
            seen.add(day)
        for term in {*words.title, *words.body, *words.entities, *words.concepts}:
            counts[term] += 1
            if day is not None and latest.get(term) != day:
                days[term] += 1
                latest[term] = day
        capitals.update(words.spelling.capital)
        smalls.update(words.spelling.small)
    total, span = max(size, 50), len(seen)
    fade = _EVERY_DAY / (span - 1) if span >= _FEWEST_DAYS else 0.0
    idf = {term: log(1 + total / n) * (1 - fade * max(0, days[term] - 1)) for term, n in counts.items()}
    capital = {t: (capitals[t] + _UNSEEN) / (capitals[t] + smalls[t] + 1) for t in {*capitals, *smalls}}
    return Rarity(idf, capital, log(1 + total))


def sketch(words: Words, rare: Rarity, actors: Collection[str]) -> Sketch:
    idf, capital = rare.idf, rare.capital
    names = {e: idf[e] * w for e, w in words.entities.items()}
    names |= {n: idf[n] * w * capital.get(n, 1.0) for n, w in words.names.items() if n in idf}
    names |= {n: idf[n] * capital.get(n, _UNSEEN) for n in words.spelling.doubtful if n in idf and n not in names}
    lead = _heaviest({t: idf[t] * (1 + log(n)) for t, n in Counter(words.title + words.body).items()})
    about = frozenset(entity for entity, weight in words.entities.items() if weight >= 1)
    title = {*words.title, *about}
    whole, named = unit(lead), unit(names)
    foreign = {n: w for n, w in names.items() if n.startswith(ENTITY) or n.isascii()}
    told = {name: weight / rare.most for name, weight in names.items() if name in title and name not in _NO_NAMES}
    neutral = named if len(foreign) == len(names) else unit(foreign)
    meant = {c: idf[c] * w for c, w in words.concepts.items()}
    return Sketch(
        id=words.id,
        language=words.language,
        hours=words.hours,
        slack=words.slack,
        amounts=words.amounts,
        entities=frozenset(words.entities),
        title=unit({t: idf[t] * (1 + log(n)) for t, n in Counter(words.title).items()}) if words.body else whole,
        lead=whole,
        names=named,
        neutral=neutral,
        meaning=unit(foreign | meant) if meant else neutral,
        mass=sum(idf[t] for t in lead),
        title_names=told,
        surest=max(told.values(), default=0.0),
        title_entities=about,
        title_actors=frozenset(entity for entity in about if entity in actors),
        stage=stage_of(words.title),
        market=words.market,
        title_meaning={key: idf[key] for key, w in (*words.entities.items(), *words.concepts.items()) if w >= 1},
    )


def _heaviest(weights: dict[str, float]) -> dict[str, float]:
    if len(weights) <= _MOST_TERMS:
        return weights
    return dict(sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:_MOST_TERMS])


def unit(weights: Mapping[str, float]) -> Vector:
    length = sqrt(sum(weight * weight for weight in weights.values()))
    if not length:
        return {}
    scale = _FINENESS / length
    return {term: _LEVELS[int(weight * scale + 0.5)] for term, weight in weights.items()}


def dot(one: Vector, other: Vector) -> float:
    """The same in whatever order the words come: the sum is exact before it is rounded."""
    shared = one.keys() & other.keys()
    return fsum([one[term] * other[term] for term in shared]) if shared else 0.0
