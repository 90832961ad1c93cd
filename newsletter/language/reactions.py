"""Whether a headline tells how investors took the news, not the news."""

import re
from enum import StrEnum


class Market(StrEnum):
    REACTION = "reaction"
    """A share price that moved, or whose shares may profit."""
    RESULTS = "results"
    """Figures of a quarter or a year: what the price did is told along with them."""


_MOVES = r"climb|jump|soar|surg|ris|rose|fall|fell|drop|slump|plung|tumbl|sink|sank|slid|gain|rall|pop|spik|sag"
_REACTION = re.compile(
    rf"\b(?:shares?|stocks?)\b.{{0,25}}?\b(?:{_MOVES})\w*"
    rf"|\b(?:{_MOVES})\w*\s+(?:(?:by|as much as|over|nearly|about|almost|up to|more than)\s+)?\d+(?:\.\d+)?\s?%"
    r"|\bstocks? to (?:buy|watch|own)\b"
    r"|股价|涨停|跌停|涨幅|跌幅|涨超|跌超|大涨\d|大跌\d|标的|概念股|板块|受益股|机构看好",
    re.IGNORECASE,
)
_RESULTS = re.compile(
    r"\b(?:results?|earnings?|revenues?|profits?|sales|quarter(?:ly)?|q[1-4]|outlook|forecasts?|guidance|growth)\b"
    r"|业绩|财报|财季|季度|营收|净利|盈利|亏损|预测|指引|预期|销售",
    re.IGNORECASE,
)


# "Maker confirms recall, shares fall" tells the recall. A Chinese headline has its occasion first, often with a comma.
_CLAUSE = re.compile(r"[,;.!?]\s|\s[-–—|]\s")


def market_of(title: str) -> Market | None:
    """Results first: a headline that has both tells the figures."""
    if _RESULTS.search(title):
        return Market.RESULTS
    return Market.REACTION if _REACTION.search(_CLAUSE.split(title, maxsplit=1)[0]) else None
