"""What of an article is compared when two reports are compared: words, names, amounts, time."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log, sqrt

from newsletter.curate.passages import passage_of
from newsletter.language.glossary import concepts, phrases
from newsletter.language.indexing import stem
from newsletter.language.lexicon import ENTITY
from newsletter.language.quantities import quantities
from newsletter.language.segmenting import tagged_tokens
from newsletter.language.stopwords import STOPWORDS
from newsletter.model import Article, ArticleId, DateQuality, Quantity, Reading

Vector = Mapping[str, float]

# Enough of a body to hold who, what, where and how much; more only dilutes.
_LEAD = 420
# Of people, places, organisations and other names, as the segmenter's dictionary marks them.
_NAME_TAGS = frozenset(("nr", "nrt", "nrfg", "ns", "nt", "nz"))
_WORD = re.compile(r"[A-Za-zÀ-ɏ0-9][\wÀ-ɏ]*(?:[.\-_'’&+/][\wÀ-ɏ]+)*")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\"“”'‘|\-–—(]\s*)$")
# Of the longer words after the first, as many capitals as this make a headline in title case.
_TITLE_CASE = 0.6
_BODY_NAME = 0.5
_UNSEEN = 0.4


@dataclass(frozen=True, slots=True)
class Words:
    """An article as counted words, before their rarity among all is known."""

    id: ArticleId
    language: str
    hours: float | None
    """None where nobody knows when it was published."""
    slack: float
    """How many hours the date may be off."""
    title: Counter[str]
    lead: Counter[str]
    entities: Mapping[str, float]
    """Names of the gazetteer: 1 in the title, less in the body."""
    names: Mapping[str, float]
    """Other words that may be names, by their spelling or the dictionary."""
    foreign: frozenset[str]
    """Those of `names` that another language would write the same."""
    concepts: Mapping[str, float]
    """What the words mean, as both languages have it."""
    amounts: tuple[Quantity, ...]
    title_amounts: tuple[Quantity, ...]
    capitals: frozenset[str]
    smalls: frozenset[str]
    link: str


@dataclass(frozen=True, slots=True)
class Sketch:
    """An article ready to compare: unit vectors over words, names, and names that every language shares."""

    words: Words
    title: Vector
    lead: Vector
    names: Vector
    neutral: Vector
    meaning: Vector
    """Names and concepts, the same in every language."""
    mass: float
    """The rarities of all its words together."""
    title_entities: frozenset[str]
    title_meaning: Vector
    """The rarities of the entities and concepts of the title."""


def words_of(article: Article, reading: Reading | None, *, dated: bool = True) -> Words:
    passage = passage_of(article)
    body = passage.body[:_LEAD]
    title_terms, title_names = _terms(passage.title)
    body_terms, body_names = _terms(body)
    title, lead = Counter(title_terms), Counter(title_terms + body_terms)
    entities, spelled = _entities(reading)
    capitals, smalls = _cases(passage.title, body)
    names = dict.fromkeys(body_names, _BODY_NAME) | dict.fromkeys(title_names, 1.0)
    names |= {name: 1.0 if name in title else _BODY_NAME for name in capitals if name in lead}
    names = {name: weight for name, weight in names.items() if name not in spelled}
    amounts = reading.quantities if reading is not None else quantities(passage.text)
    return Words(
        id=article.id,
        language=article.language,
        hours=article.published.timestamp() / 3600 if dated else None,
        slack=24.0 if article.date_quality is DateQuality.DATE_ONLY else 6.0,
        title=title,
        lead=lead,
        entities=entities,
        names=names,
        concepts=dict.fromkeys(_concepts(body_terms), _BODY_NAME) | dict.fromkeys(_concepts(title_terms), 1.0),
        foreign=frozenset(name for name in names if name.isascii()),
        amounts=tuple(q for q in amounts if q.span[0] <= len(passage.title) + _LEAD),
        title_amounts=tuple(q for q in amounts if q.span[0] < len(passage.title)),
        capitals=capitals,
        smalls=smalls,
        link=article.link,
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
                terms.append(stem(token))
            continue
        if last:
            terms.append(f"~{last[-1]}{token[0]}")
        last = token
        terms += [f"~{token[at : at + 2]}" for at in range(len(token) - 1)]
        if len(token) > 1 and token not in STOPWORDS:
            terms.append(token)
            if tag in _NAME_TAGS:
                names.append(token)
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


def _cases(title: str, body: str) -> tuple[frozenset[str], frozenset[str]]:
    """Stems of words with a capital where none is due, and of words without."""
    capitals: set[str] = set()
    smalls: set[str] = set()
    for text, headline in ((title, True), (body, False)):
        found = [
            (word[0], _SENTENCE_START.search(text, max(0, word.start() - 3), word.start()) is not None)
            for word in _WORD.finditer(text)
        ]
        longer = [word for word, first in found if not first and len(word) > 3 and word[0].isalpha()]
        shouted = headline and len(longer) > 2 and sum(w[0].isupper() for w in longer) >= _TITLE_CASE * len(longer)
        for word, first in found:
            small = word.replace("’", "'").casefold().removesuffix("'s")
            if small in STOPWORDS or word[0].isdigit():
                continue
            own = any(sign.isupper() for sign in word[1:]) or any(sign.isdigit() for sign in word)
            if word[0].isupper() and (own or not (first or shouted)):
                capitals.add(stem(small))
            elif word[0].isupper():
                capitals.add("?" + stem(small))
            else:
                smalls.add(stem(small))
    return frozenset(capitals), frozenset(smalls)


@dataclass(frozen=True, slots=True)
class Rarity:
    """How rare each word is among all articles of the call, and how often it is a name."""

    idf: Mapping[str, float]
    capital: Mapping[str, float]
    most: float
    """The rarity of a word that stands in one article."""


def rarity(everything: Sequence[Words]) -> Rarity:
    """The floor of 50 keeps small collections from calling everything rare or common."""
    counts: Counter[str] = Counter()
    capitals: Counter[str] = Counter()
    smalls: Counter[str] = Counter()
    for words in everything:
        counts.update(words.lead.keys())
        counts.update(words.entities.keys())
        counts.update(words.concepts.keys())
        capitals.update(words.capitals)
        smalls.update(words.smalls)
    total = max(len(everything), 50)
    idf = {term: log(1 + total / count) for term, count in counts.items()}
    capital = {t: (capitals[t] + _UNSEEN) / (capitals[t] + smalls[t] + 1) for t in {*capitals, *smalls}}
    return Rarity(idf, capital, log(1 + total))


def sketch(words: Words, rare: Rarity) -> Sketch:
    idf, capital = rare.idf, rare.capital
    names = {e: idf[e] * w for e, w in words.entities.items()}
    names |= {n: idf[n] * w * capital.get(n, 1.0) for n, w in words.names.items() if n in idf}
    doubtful = (name[1:] for name in words.capitals if name[0] == "?")
    names |= {n: idf[n] * capital.get(n, _UNSEEN) for n in doubtful if n in idf and n not in names}
    neutral = {n: w for n, w in names.items() if n.startswith(ENTITY) or n in words.foreign}
    return Sketch(
        words=words,
        title=unit({t: idf[t] * (1 + log(n)) for t, n in words.title.items()}),
        lead=unit({t: idf[t] * (1 + log(n)) for t, n in words.lead.items()}),
        names=unit(names),
        neutral=unit(neutral),
        meaning=unit(neutral | {c: idf[c] * w for c, w in words.concepts.items()}),
        mass=sum(idf[t] for t in words.lead),
        title_entities=frozenset(e for e, w in words.entities.items() if w >= 1),
        title_meaning={key: idf[key] for key, w in (*words.entities.items(), *words.concepts.items()) if w >= 1},
    )


def unit(weights: Mapping[str, float]) -> Vector:
    length = sqrt(sum(weight * weight for weight in weights.values()))
    return {term: weight / length for term, weight in weights.items()} if length else {}


def dot(one: Vector, other: Vector) -> float:
    small, large = (one, other) if len(one) <= len(other) else (other, one)
    return sum(weight * large[term] for term, weight in small.items() if term in large)


def shared(one: Vector, other: Vector) -> Iterable[str]:
    small, large = (one, other) if len(one) <= len(other) else (other, one)
    return (term for term in small if term in large)
