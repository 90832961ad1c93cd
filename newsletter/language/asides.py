"""Which amounts are told only for comparison: an earlier value, an expectation, a conversion, a price for one piece."""

import re

_WINDOW = 18  # characters before an amount that can say what it is
# Below a million an amount of money is a price tag or a fee, not what a report of this field is about.
_PRICE_TAG = 1_000_000

# What stands right before such an amount: expected, earlier, of last year, far above, turnover, for each share.
_BEFORE_HAN = (
    r"预期的?|市场预估为?|此前的?(?:预测|预计|估计|指引|目标)?[为是]?|[上去]年同期的?(?:净?亏损|盈利|净利润)?为?",
    r"原(?:先|本|定|计划)[^，。；]{0,6}|远[超高]于?[^，。；]{0,12}|[高低]于(?:市场|分析师|此前|去年|上年)[^，。；]{0,4}",
    r"成交额[达为约]?|缩量|放量|耗费的|每\d*[股张台块片千百万][^，。；]{0,12}",
)
_BEFORE_LATIN = (
    r"expected|expectations? (?:of|for)|estimates? (?:of|for)|consensus of|forecasts? of|compared (?:with|to)",
    r"versus|vs\.?|up from|down from|previously|from a year earlier",
)
_BEFORE = re.compile(
    rf"(?:{'|'.join(_BEFORE_HAN)}|\b(?:{'|'.join(_BEFORE_LATIN)})(?: (?:about|around|roughly|the|an?))*)\s*$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s?(?:的?(?:市场|普遍)?预期|analysts?'? (?:had )?(?:expected|expectations|estimate)|expected by"
    r"|a year (?:ago|earlier)|in dividends)",
    re.IGNORECASE,
)
_CONVERTED = re.compile(
    r"[(（]\s?(?:约合|折合|约|合|大约|相当于|or|about|around|approximately|roughly"
    r"|equivalent to|some|=|~|≈|\s)*$"
)
_SCALE_ALONE = re.compile(r"(?:数|几|近|超|逾|约|上|突破)?[百千万亿]{1,3}(?![一二两三四五六七八九十\d])")
_CLASS = re.compile(r"\s?(?:级|-?\s?(?:scale|class)\b)")


def is_aside(text: str, start: int, end: int, *, kind: str, value: float, after_amount: int | None) -> bool:
    """Whether the amount at a span (of levelled text) is beside the point.

    `after_amount` is where the amount before it ended: in brackets right behind another one, it is its conversion.
    """
    if kind == "percent":
        return False
    before = text[max(0, start - _WINDOW) : start]
    if _BEFORE.search(before) or _AFTER.match(text, end) or _CLASS.match(text, end):
        return True
    if kind == "money" and abs(value) < _PRICE_TAG:
        return True
    if _SCALE_ALONE.match(text, start) and text[start : start + 2] != "十万":
        return True
    bracket = _CONVERTED.search(before)
    return (
        bracket is not None
        and kind == "money"
        and after_amount is not None
        and start - len(before) + bracket.start() - after_amount <= 3
    )
