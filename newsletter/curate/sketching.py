"""What of an article is compared when two reports are compared: words, names, amounts, time."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

from newsletter.curate.tagging import passage_of
from newsletter.language.lexicon import ENTITY
from newsletter.language.quantities import quantities
from newsletter.language.script import HAN
from newsletter.language.segmenting import tokens
from newsletter.language.stopwords import STOPWORDS
from newsletter.model import Article, ArticleId, Quantity, Reading

Vector = Mapping[str, float]

# Enough of a body to hold who, what, where and how much; more only dilutes.
_LEAD_CHARACTERS = 420
_HAN_RUN = re.compile(f"[{HAN}]+")
_NAME = re.compile(r"(?<![\w.])(?:[A-Z][\w&'’\-]*[A-Za-z0-9]|[A-Z])(?:[ ](?:(?:of|de|von|van|al|the|for)[ ])?[A-Z][\w&'’\-]*)*")
_SUFFIXES = (("sses", "ss"), ("ies", "y"), ("ing", ""), ("edly", ""), ("ed", ""), ("s", ""))


@dataclass(frozen=True, slots=True)
class Words:
    """An article as counted words, before their rarity among all is known."""

    id: ArticleId
    language: str
    hours: float
    title: Counter[str]
    lead: Counter[str]
    names: Mapping[str, float]
    """Entities and unknown names, 1 for the title and less for the body."""
    topics: Mapping[str, float]
    quantities: tuple[Quantity, ...]
    link: str


@dataclass(frozen=True, slots=True)
class Sketch:
    """An article ready to compare: unit vectors over words, names and topics."""

    words: Words
    title: Vector
    lead: Vector
    names: Vector
    title_names: frozenset[str]
    topics: Vector


def words_of(article: Article, reading: Reading | None) -> Words:
    passage = passage_of(article)
    title, body = Counter(terms(passage.title)), Counter(terms(passage.body[:_LEAD_CHARACTERS]))
    return Words(
        id=article.id,
        language=article.language,
        hours=article.published.timestamp() / 3600,
        title=title,
        lead=title + body,
        names=_names(passage.title, passage.body[:_LEAD_CHARACTERS], reading),
        topics={tag.tag: min(tag.score, 1.0) for tag in reading.tags if not tag.tag.startswith(ENTITY)} if reading else {},
        quantities=reading.quantities if reading else quantities(passage.text),
        link=article.link,
    )


def terms(text: str) -> Iterable[str]:
    """Words that can tell events apart: English stems, Chinese words and pairs of signs."""
    for token in tokens(text):
        if token[0] >= "\u3007":
            if len(token) > 1 and token not in STOPWORDS:
                yield token
        elif token not in STOPWORDS:
            yield stem(token)
    plain = text
    for run in _HAN_RUN.findall(plain):
        for at in range(len(run) - 1):
            yield "~" + run[at : at + 2]


def stem(word: str) -> str:
    """Raises, raised and raising are one word; short words and names with figures stay."""
    if len(word) < 5 or not word.isalpha():
        return word
    for suffix, instead in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)] + instead
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 4 else word


def rarity(everything: Sequence[Words]) -> dict[str, float]:
    """IDF over all articles of the call. The floor of 50 keeps small collections from calling everything rare or common."""
    counts: Counter[str] = Counter()
    for words in everything:
        counts.update(words.lead.keys())
        counts.update(words.names.keys())
    total = max(len(everything), 50)
    return {term: log(1 + total / count) for term, count in counts.items()}


def sketch(words: Words, rarities: Mapping[str, float]) -> Sketch:
    return Sketch(
        words=words,
        title=_unit({t: rarities[t] * (1 + log(n)) for t, n in words.title.items()}),
        lead=_unit({t: rarities[t] * (1 + log(n)) for t, n in words.lead.items()}),
        names=_unit({name: rarities[name] * weight for name, weight in words.names.items()}),
        title_names=frozenset(name for name, weight in words.names.items() if weight >= 1),
        topics=_unit(dict(words.topics)),
    )


def _names(title: str, body: str, reading: Reading | None) -> dict[str, float]:
    known = {tag.tag: 1.0 if tag.score >= 1 else 0.5 for tag in reading.tags if tag.tag.startswith(ENTITY)} if reading else {}
    return known


def _unit(weights: dict[str, float]) -> Vector:
    length = sqrt(sum(weight * weight for weight in weights.values()))
    return {term: weight / length for term, weight in weights.items()} if length else {}
