"""What an article is about, as numbers to compare: words, names, topics and concepts by their rarity in the archive."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import NamedTuple, Protocol

from newsletter.curate import passages
from newsletter.curate.tagging import ROOT
from newsletter.language.glossary import concepts
from newsletter.language.indexing import index_terms
from newsletter.language.lexicon import ENTITY
from newsletter.model import Article, ArticleId, Found, Quantity, Reading

_BODY = 1_500  # characters; the first paragraphs say what an article is about
_BODY_CONCEPT = 0.8
# The IDF from which a name is as rare as can be: in one of 250 articles of the field.
_SCARCE = 5.5
# A share of the highest IDF; any from 0.4 to 0.8 does as well as looking up each word, and a little better.
_USUAL = 0.5
_REMEMBERED_TERMS, _REMEMBERED_ARTICLES = 100_000, 1_000

Vector = Mapping[str, float]


class Archive(Protocol):
    """What relating asks of the archive; `store.archive.ArchiveShelf` answers."""

    def documents(self, terms: Collection[str]) -> Mapping[str, int]: ...

    def search(
        self, terms: Sequence[str], keys: Sequence[str], *, limit: int, newest: float = 1.0
    ) -> Sequence[Found]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What an article is compared by: unit vectors over words, meaning and topics; how strongly each is meant."""

    words: Vector
    meaning: Vector
    """Names and concepts, the same in every language."""
    topics: Vector
    names: Vector
    """From 0 to 1 by key, without regard to rarity; `subjects` the same of topics."""
    subjects: Vector
    amounts: tuple[Quantity, ...]


class Rarity:
    """IDF of words, names and keys by the archive's counts, asked for in few questions.

    `scarcity` is the IDF of a name or topic among the articles of the field, since a general feed has few. It goes from
    0 to 1 and is the same in an archive of any size.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._counts: dict[str, int] = {}
        field = topic_key(ROOT)
        counts = archive.documents(["", field])
        self.size = max(counts[""], 1)
        self.field = counts[field] or self.size

    def learn(self, terms: Iterable[str]) -> None:
        if len(self._counts) > _REMEMBERED_TERMS:
            self._counts.clear()
        unknown = {term for term in terms if term not in self._counts}
        self._counts |= self._archive.documents(unknown)

    def count(self, term: str) -> int:
        return self._counts.get(term, 0)

    def of(self, term: str) -> float:
        return log(1 + max(self.size, 50) / (1 + self._counts.get(term, 0)))

    @property
    def usual(self) -> float:
        """Of a word that nobody looked up."""
        return _USUAL * log(1 + max(self.size, 50))

    def scarcity(self, key: str) -> float:
        return min(1.0, log(1 + max(self.field, 50) / (1 + self._counts.get(key, 0))) / _SCARCE)


class Counted(NamedTuple):
    """Weights before rarity: words (those of the title double), keys of names, of concepts and of topics."""

    words: Vector
    names: Vector
    concepts: Vector
    topics: Vector


class Memory:
    """What is looked up once for many stories of one run: counts of terms, words of articles; bounded."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.rarity = Rarity(archive)
        self._counted: dict[ArticleId, Counted] = {}

    def counted(self, article: Article, reading: Reading) -> Counted:
        if len(self._counted) > _REMEMBERED_ARTICLES:
            self._counted.clear()
        known = self._counted.get(article.id)
        if known is None:
            known = self._counted[article.id] = counted(article, reading)
        return known


def counted(article: Article, reading: Reading) -> Counted:
    title, body = index_terms(article.title), index_terms(body_of(article))
    counts: Counter[str] = Counter(title * 2)
    counts.update(body)
    words = {term: 1 + log(count) for term, count in counts.items()}
    names = {key_of(tag.tag): min(tag.score, 1.0) for tag in reading.tags if tag.tag.startswith(ENTITY)}
    concepts = dict.fromkeys(concept_keys(body), _BODY_CONCEPT) | dict.fromkeys(concept_keys(title), 1.0)
    topics = {topic_key(tag.tag): min(tag.score, 2.0) for tag in reading.tags if is_topic(tag.tag) and tag.tag != ROOT}
    return Counted(words, names, concepts, topics)


def concept_keys(terms: Sequence[str]) -> list[str]:
    known = concepts()
    return [key_of(known[term]) for term in terms if term in known]


def profile(counted: Counted, reading: Reading, rarity: Rarity, *, asked: Mapping[str, float] | None = None) -> Profile:
    """`asked` are the words to compare with and how rare each is; no other is looked up."""
    words, names, meant, topics = counted
    named = {name: weight * rarity.of(name) for name, weight in names.items()}
    usual = rarity.usual
    return Profile(
        words=unit(
            {
                term: weight * (rarity.of(term) if asked is None else asked.get(term, usual))
                for term, weight in words.items()
            }
        ),
        meaning=unit(named | {key: weight * rarity.of(key) for key, weight in meant.items()}),
        topics=unit({key: weight * rarity.scarcity(key) for key, weight in topics.items()}),
        names=names,
        subjects={key: min(weight, 1.0) for key, weight in topics.items()},
        amounts=tuple(q for q in reading.quantities if q.kind != "percent"),
    )


def name_keys(reading: Reading) -> tuple[str, ...]:
    return tuple(key_of(tag.tag) for tag in reading.tags if tag.tag.startswith(ENTITY))


def topic_keys(reading: Reading) -> tuple[str, ...]:
    return tuple(topic_key(tag.tag) for tag in reading.tags if is_topic(tag.tag))


def topic_key(topic: str) -> str:
    return key_of(f"t:{topic}")


def is_topic(tag: str) -> bool:
    return not tag.startswith(ENTITY)


def key_of(tag: str) -> str:
    return "".join(sign if sign.isalnum() else "_" for sign in tag)


def body_of(article: Article) -> str:
    return passages.body_of(article, _BODY)


def dot(one: Vector, other: Vector) -> float:
    small, large = (one, other) if len(one) <= len(other) else (other, one)
    return sum(weight * large[term] for term, weight in small.items() if term in large)


def unit(weights: Vector) -> dict[str, float]:
    length = sqrt(sum(weight * weight for weight in weights.values()))
    return {term: weight / length for term, weight in weights.items()} if length else {}
