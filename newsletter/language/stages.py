"""How far a matter has come, by the words of a headline: a permit asked for is not yet a permit granted."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache

from newsletter.language.indexing import stem


class Stage(StrEnum):
    ASKED = "asked"
    DECIDED = "decided"


_ASKED = """
    ask asks asked seek seeks sought request requests apply applies applied filing propose proposes proposed hearing bid
    bids urge urges consider considers mull mulls weigh weighs debate debates
    申请 请求 寻求 提议 拟议 听证 听证会 考虑 酝酿
    """
# Of a plan only where nothing else is said: a plan may be approved.
_PLANNED = """
    plan plans planned planning
    计划 拟 规划
    """
_DECIDED = """
    approve approves approved approval grant grants granted wins clears cleared ratify ratifies reject rejects rejected
    deny denies denied veto vetoes rules ruled
    批准 获批 核准 获准 许可 驳回 否决 裁定 判决 通过
    """


def stage_of(terms: Iterable[str]) -> Stage | None:
    """By the first word that tells, of English stems and Chinese words in order: who seeks approval has none yet."""
    known, seen = _known(), tuple(terms)
    found = next((known[term] for term in seen if term in known), None)
    return Stage.ASKED if found is None and not _plans().isdisjoint(seen) else found


@cache
def _known() -> Mapping[str, Stage]:
    decided = {stem(word): Stage.DECIDED for word in _DECIDED.split()}
    return decided | {stem(word): Stage.ASKED for word in _ASKED.split()}


@cache
def _plans() -> frozenset[str]:
    return frozenset(map(stem, _PLANNED.split()))
