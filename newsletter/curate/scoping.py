"""Whether an article belongs in a digest of AI infrastructure, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp

from newsletter.model import ArticleKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What speaks for or against an article: word groups of the taxonomy, topics, kind and names."""

    groups: Mapping[str, float]
    words: Mapping[str, str]
    topics: Mapping[str, float]
    kind: ArticleKind
    names: tuple[str, ...]
    name_kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Scope:
    belongs: bool
    because: str


# Hand-set; the signs are those of a logistic fit.
_BIAS = -2.2
_CAP = 1.5
_GROUPS = {"ai": 1.0, "core": 2.2, "consumer": -1.6, "vehicles": -1.2, "apps": -1.0, "denial": -3.0, "legal": -0.6, "beside": -1.2, "security": -1.5}
_TOPICS = {"data-centres": 1.5, "chips": 1.2, "compute": 1.2, "memory-storage": 0.8, "networking": 0.8, "servers": 0.8, "cloud": 0.8, "power": 0.2, "cooling": 0.4}
_KINDS = {ArticleKind.MARKET: -2.5}
_FROM = 0.5


def judge(signs: Signs) -> Scope:
    parts = dict(_parts(signs))
    score = _BIAS + sum(parts.values())
    belongs = 1 / (1 + exp(-score)) >= _FROM
    best = sorted((name for name, points in parts.items() if (points > 0) == belongs and points), key=lambda n: -abs(parts[n]))
    return Scope(belongs, ", ".join(best[:3]) or ("words of the field" if belongs else "no word of the field"))


def _parts(signs: Signs) -> list[tuple[str, float]]:
    parts = [(f"{key}: {signs.words.get(key, '')}", _GROUPS[key] * min(_CAP, max(points, 0.0))) for key, points in signs.groups.items() if key in _GROUPS]
    parts += [(key, weight * min(1.0, signs.topics[key])) for key, weight in _TOPICS.items() if key in signs.topics]
    parts += [(signs.kind.value, _KINDS.get(signs.kind, 0.0))]
    return parts
