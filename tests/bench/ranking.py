"""An archive of many articles: how soon it finds what is related to a story, and what a reader searches for.

`BENCH_ARCHIVE` is the number of articles (200,000 unless set; the budget is for 1,000,000, which takes some minutes to
build) and `BENCH_ARCHIVE_URL` an empty PostgreSQL database to use instead of a file.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import accumulate
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, NamedTuple

from newsletter.config import config_from
from newsletter.curate.relating import Known, card, related
from newsletter.language.glossary import concepts
from newsletter.language.lexicon import Lexicon
from newsletter.language.script import has_han
from newsletter.model import Article, ArticleId, Reading, Story, StoryId
from newsletter.newsroom import Newsroom, open_newsroom
from newsletter.store.shelves import Shelves
from tests.bench.figures import Figure, at_most
from tests.builders import NOW, article, reading

_ARTICLES = 200_000
_AT_ONCE = 5_000
_ASKED = 200
_BUDGET = 50
_DAYS = 3 * 365
_IN_FIELD = 0.3
_WORDS = 40_000
_SYLLABLES = ("ba", "cor", "den", "fi", "gan", "hol", "in", "jor", "ka", "lem", "mon", "ner", "ost", "pra", "qui",
              "ros", "sta", "tel", "ur", "ven", "wil", "xan", "yor", "zet")  # fmt: skip


class _Vocabulary(NamedTuple):
    """Words by rank and what the first so many weigh together: as Zipf found, the n-th is an n-th as frequent."""

    words: Sequence[str]
    weights: Sequence[float]

    def some(self, chance: Random, count: int) -> list[str]:
        return chance.choices(self.words, cum_weights=self.weights, k=count)


def _by_rank(words: Sequence[str]) -> _Vocabulary:
    return _Vocabulary(words, list(accumulate(1 / (rank + 3) for rank in range(len(words)))))


class _Press:
    """Writes articles as newsrooms do: names of the field, words of every day, a long tail of rare ones."""

    def __init__(self, lexicon: Lexicon) -> None:
        chance = Random(1)
        known = sorted(concepts())
        signs = [bytes((high, low)).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFA)]
        self._english = _by_rank(["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(_WORDS)])
        self._chinese = _by_rank(["".join(chance.choices(signs, k=2)) for _ in range(_WORDS)])
        self._usual = {zh: _shuffled(chance, [one for one in known if has_han(one) == zh]) for zh in (False, True)}
        entities = [one for one in lexicon.gazetteer if one.kind in ("company", "unit", "product", "person")]
        self._names = {one.id: one.names for one in entities}
        self._entities = _shuffled(chance, [one.id for one in entities])
        self._topics = _shuffled(chance, sorted(topic.key for topic in lexicon.taxonomy))

    def article(self, number: int) -> tuple[Article, Reading]:
        """Always the same for a number."""
        chance = Random(number)
        zh, inside = chance.random() < 0.4, chance.random() < _IN_FIELD
        entities = sorted(set(self._entities.some(chance, chance.randint(1, 4)))) if inside else []
        topics = sorted({"ai-infrastructure", *self._topics.some(chance, chance.randint(1, 4))}) if inside else []
        names = [self._names[one].get("zh-Hans" if zh else "en", one) for one in entities]
        words = self._text(chance, zh, 60)
        joint = "" if zh else " "
        one = article(
            f"a{number}",
            joint.join((*names[:2], *words[:8])),
            summary=joint.join((*words[8:40], *names, *words[40:])) + ("。" if zh else "."),
            language="zh" if zh else "en",
            published=NOW - timedelta(days=_DAYS * chance.random()),
        )
        return one, reading(one.id, (*topics, *(f"e:{entity}" for entity in entities)), in_scope=inside)

    def _text(self, chance: Random, zh: bool, count: int) -> list[str]:
        usual = self._usual[zh].some(chance, count // 3)
        return _mixed(chance, [*usual, *(self._chinese if zh else self._english).some(chance, count - len(usual))])


def archive() -> Iterator[Figure]:
    count = int(os.environ.get("BENCH_ARCHIVE", _ARTICLES))
    with TemporaryDirectory() as folder:
        url = os.environ.get("BENCH_ARCHIVE_URL")
        data = {"newsroom": {"site": "https://news.example"}} | ({"store": {"url": url}} if url else {})
        with open_newsroom(config_from(data, where="config.toml", folder=Path(folder))) as room:
            press = _Press(room.lexicon)
            began = perf_counter()
            _fill(room, press, count)
            yield Figure(what=f"index {count:,} articles", value=perf_counter() - began, unit="s")
            with room.store.read() as tx:
                yield from _asked(tx, room.lexicon, press, count)


def _asked(tx: Shelves, lexicon: Lexicon, press: _Press, count: int) -> Iterator[Figure]:
    def lookup(ids: Sequence[ArticleId]) -> Mapping[ArticleId, Known]:
        articles, readings = tx.articles.get_many(ids), tx.stories.readings(ids)
        return {one: (articles[one], readings[one], StoryId(one)) for one in ids if one in articles}

    def relate(number: int) -> object:
        one, found = press.article(number)
        story = Story(id=StoryId(one.id), articles=(one.id,), first=one.published, last=one.published, in_scope=True)
        return related(story, {one.id: one}, {one.id: found}, tx.archive, lookup=lookup, lexicon=lexicon, now=NOW)

    inside = [n for n in range(count, count + 10 * _ASKED) if press.article(n)[1].in_scope][:_ASKED]
    yield at_most(f"related among {count:,}, p95", _p95(relate, inside), _BUDGET, "ms")
    for language, zh in (("English", False), ("Chinese", True)):
        chance = Random(7)
        asked = [_query(press, chance, zh) for _ in range(_ASKED)]
        took = _p95(lambda query: tx.archive.find(query, limit=40), asked)
        yield at_most(f"search among {count:,}, {language}, p95", took, _BUDGET, "ms")


def _query(press: _Press, chance: Random, zh: bool) -> str:
    """One to three words that some article has."""
    one = press.article(chance.randrange(_AT_ONCE * 10))[0]
    while (one.language == "zh") != zh:
        one = press.article(chance.randrange(_AT_ONCE * 10))[0]
    if zh:
        start = chance.randrange(max(1, len(one.title) - 6))
        return one.title[start : start + chance.choice((2, 4, 6))]
    return " ".join(chance.sample(one.title.split(), chance.choice((1, 2, 3))))


def _fill(room: Newsroom, press: _Press, count: int) -> None:
    for start in range(0, count, _AT_ONCE):
        written = [press.article(number) for number in range(start, min(count, start + _AT_ONCE))]
        with room.store.write() as tx:
            tx.articles.add([one for one, _ in written])
            tx.stories.save_readings((found, "bench") for _, found in written)
            tx.archive.index([card(one, found) for one, found in written])


def _p95(work: Callable[[Any], object], questions: Sequence[Any]) -> float:
    took = []
    for one in questions:
        began = perf_counter()
        work(one)
        took.append(1000 * (perf_counter() - began))
    return sorted(took)[int(0.95 * len(took))]


def _shuffled(chance: Random, words: Sequence[str]) -> _Vocabulary:
    return _by_rank(chance.sample(words, len(words)))


def _mixed(chance: Random, words: list[str]) -> list[str]:
    chance.shuffle(words)
    return words


MEASURES = (archive,)
