"""Whether an article belongs in a digest of AI infrastructure, and why: signs, each with its points, add up."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import exp
from typing import NamedTuple

from newsletter.curate.headings import manners_of
from newsletter.curate.passages import Passage
from newsletter.language.gazetteer import Hit
from newsletter.language.lexicon import Lexicon
from newsletter.language.taxonomy import Evidence
from newsletter.model import Quantity


class Sign(NamedTuple):
    """Something that speaks for or against: its name among the weights, its strength (about 0 to 1.5), the words."""

    name: str
    strength: float
    word: str


class Scope(NamedTuple):
    belongs: bool
    because: str
    chance: float = 0.0
    """Of belonging, by what the points add up to."""


# Points for each sign at full strength, and for two together ("a + b"): set by hand, then drawn by a logistic fit
# towards 363 labelled articles and 368 of a real week, rounded; manners of titles and the
# last pairs by 317 more of it. F1 of scope 0.945, and 0.93 when these are fitted without the events it is measured on.
# Names: groups "scope" and kind "market" of taxonomy.toml, topics, manners (headings.py), the roles below.
_BIAS = -1.3
_WEIGHTS = {
    "core": 1.8, "maker": 1.1, "builder": 1.0, "topic data-centres": 1.0, "topic export-controls": 0.9,
    "amount of power": 0.3, "topic compute": 0.8, "topic chips": 0.7, "topic servers": 0.7,
    "topic memory-storage": 0.6, "topic networking": 0.6, "ai": 0.5, "amount of chips": 0.5,
    "amount of compute": 0.5, "topic cloud": 0.5, "topic cooling": 0.3, "topic subsea-cables": 0.3,
    "topic supply-chain": 0.3, "topic training-clusters": 0.3, "big money": 0.2, "topic debt": 0.2,
    "topic open-models": 0.2, "topic power": 0.2, "giant": -0.3, "lab": -0.4, "utility": -0.5, "legal": -0.6,
    "apps": -1.1, "staff": -1.2, "security": -1.4, "vehicles": -1.7, "consumer": -1.8, "beside": -2.2,
    "project": -1.4, "invitation": -2.1, "share note": -2.7, "roundup": -3.1, "column": -3.6, "market": -3.7,
    "denial": -4.0,
    # together
    "lab + topic power": 2.6, "giant + topic power": 1.6, "lab + big money": 2.2, "ai + topic power": 1.5,
    "giant + topic debt": 1.4, "lab + topic compute": 1.2, "giant + topic layoffs": 1.0, "giant + big money": 0.9,
    "giant + topic capital-spending": 0.9, "giant + topic chips": 0.8, "giant + topic networking": 0.8,
    "lab + topic chips": 0.8, "lab + topic data-centres": 0.8, "giant + topic data-centres": 0.7,
    "maker + apps": 0.7, "maker + topic results": 0.7, "giant + topic funding": 0.6, "giant + topic results": 0.6,
    "lab + maker": 0.6, "core + topic power": 0.5, "maker + topic partnerships": 0.5, "ai + topic funding": 0.4,
    "ai + topic chips": 0.3, "maker + topic funding": 0.2, "lab + staff": -0.5, "lab + legal": -0.6,
    "lab + topic layoffs": -1.0, "builder + topic layoffs": -1.0, "maker + consumer": -1.0, "maker + legal": 0.8,
    "builder + market": 0.8, "builder + topic results": 0.7, "market + topic results": 0.7,
    "giant + topic security-outages": 0.6, "core + share note": 0.4, "project + consumer": -1.5,
}  # fmt: skip
_CAP = 1.5
_FROM = 0.5
_BIG = 1e9  # a funding round of a model maker counts from about a billion dollars
_IN_DOLLARS = {
    "USD": 1.0, "EUR": 1.1, "GBP": 1.3, "CNY": 0.14, "HKD": 0.13, "JPY": 0.0067, "KRW": 0.0007, "TWD": 0.031,
    "INR": 0.0115, "SGD": 0.75, "AUD": 0.65, "CAD": 0.72, "AED": 0.27, "SAR": 0.27, "CHF": 1.2,
}  # fmt: skip

# What a named company does, by the topics that the gazetteer gives it; the first that fits.
_ROLES = (
    ("maker", ("chips", "memory-storage", "servers", "networking", "supply-chain")),
    ("builder", ("data-centres", "neoclouds", "compute", "cooling", "power-equipment", "inference")),
    ("lab", ("models",)),
    ("giant", ("big-tech", "cloud")),
    ("utility", ("power",)),
)
_ACTORS = frozenset(("company", "unit", "product", "person"))
_PAIRS = tuple((one, other) for name in sorted(_WEIGHTS) for one, plus, other in [name.partition(" + ")] if plus)
_TOPICS = frozenset(
    part.removeprefix("topic ") for name in _WEIGHTS for part in name.split(" + ") if part.startswith("topic ")
)


def judge(signs: Iterable[Sign]) -> Scope:
    """In scope when the points of all signs, as a logistic sum, reach a half; the strongest reasons are told."""
    points = [(sign, _WEIGHTS.get(sign.name, 0.0) * sign.strength) for sign in signs]
    chance = 1 / (1 + exp(-(_BIAS + sum(value for _, value in points))))
    belongs = chance >= _FROM
    telling = sorted(
        ((sign, value) for sign, value in points if value and (value > 0) == belongs), key=lambda p: -abs(p[1])
    )
    because = ", ".join(f"{sign.name}: {sign.word}" if sign.word else sign.name for sign, _ in telling[:3])
    return Scope(belongs, because or "no word of the field", chance)


def signs_of(
    passage: Passage,
    *,
    evidence: Sequence[Evidence],
    hits: Sequence[Hit],
    amounts: Sequence[Quantity],
    topics: Mapping[str, Mapping[str, float]],
    lexicon: Lexicon,
) -> tuple[Sign, ...]:
    """Every sign that an article shows, those that go together among them."""
    signs = {sign.name: sign for sign in (
        *_of_words(passage, evidence),
        *(Sign(name, 1.0, words) for name, words in manners_of(passage.title)),
        *_of_names(passage, hits, lexicon),
        *_of_amounts(amounts),
        *_of_topics(topics),
    )}  # fmt: skip
    return (*signs.values(), *_together(signs))


def _of_words(passage: Passage, evidence: Iterable[Evidence]) -> Iterator[Sign]:
    """A vocabulary group's words, each counted once, at its best place."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    text = passage.text
    for item in evidence:
        if item.group == "scope" or (item.group, item.key) == ("kind", "market"):
            word, points = text[item.start : item.end], item.weight * passage.place(item.start)
            found[item.key].setdefault(word.lower(), points)
    for key in sorted(found):
        best = max(found[key], key=lambda word: found[key][word])
        yield Sign(key, max(-_CAP, min(_CAP, sum(found[key].values()))), best)


def _of_topics(topics: Mapping[str, Mapping[str, float]]) -> Iterator[Sign]:
    """How much speaks for a topic, also where that is too little to tag it."""
    for key in sorted(_TOPICS & set(topics)):
        best = max(topics[key], key=lambda word: topics[key][word])
        yield Sign(f"topic {key}", max(0.0, min(1.0, sum(topics[key].values()))), best)


def _of_names(passage: Passage, hits: Iterable[Hit], lexicon: Lexicon) -> Iterator[Sign]:
    """The roles of those who are named, at their best place."""
    found: dict[str, tuple[float, str]] = {}
    for hit in hits:
        role = role_of(hit.entity, lexicon)
        place = passage.place_of(hit)
        if role and place > found.get(role, (0.0, ""))[0]:
            found[role] = (place, hit.text)
    for role in sorted(found):
        yield Sign(role, *found[role])


def role_of(entity: str, lexicon: Lexicon) -> str:
    """What the company behind a name does: maker, builder, lab, giant, utility, or "" for all others and for places."""
    if lexicon.gazetteer.entity(entity).kind not in _ACTORS:
        return ""
    known = (entity, *lexicon.gazetteer.ancestors(entity))
    topics = [topic for one in known for topic in lexicon.gazetteer.entity(one).topics if topic in lexicon.taxonomy]
    every = {up for topic in topics for up in (topic, *lexicon.taxonomy.ancestors(topic))}
    return next((role for role, wanted in _ROLES if every & set(wanted)), "")


def _of_amounts(amounts: Iterable[Quantity]) -> Iterator[Sign]:
    found: dict[str, Quantity] = {}
    for amount in amounts:
        if amount.kind in ("power", "chips", "compute") and amount.value >= (1 if amount.kind != "power" else 5):
            found.setdefault(f"amount of {amount.kind}", amount)
        if amount.kind == "money" and amount.value * _IN_DOLLARS.get(amount.unit, 0.0) >= _BIG:
            found.setdefault("big money", amount)
    for name in sorted(found):
        yield Sign(name, 1.0, found[name].text)


def _together(signs: dict[str, Sign]) -> Iterator[Sign]:
    for one, other in _PAIRS:
        if one in signs and other in signs:
            a, b = signs[one], signs[other]
            if min(a.strength, b.strength) > 0:
                yield Sign(f"{one} + {other}", min(a.strength, b.strength, 1.0), f"{a.word} + {b.word}")
