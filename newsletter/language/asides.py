"""Which amounts are told only for comparison: an earlier value, an expectation, a conversion, a price for one piece."""

import re

_WINDOW = 18  # characters before an amount that can say what it is
# Below a million an amount of money is a price tag or a fee, not what a report of this field is about.
_PRICE_TAG = 1_000_000

_BEFORE = re.compile(
    r"(?:预期|预期的|此前(?:的)?(?:预测|预计|估计|指引|目标)?(?:为|是)?|上年同期(?:的)?(?:亏损|盈利|净亏损|净利润)?(?:为)?|去年同期(?:的)?(?:亏损|盈利)?(?:为)?"
    r"|原(?:先|本|定|计划)[^，。；]{0,6}|远超[^，。；]{0,12}|高于[^，。；]{0,6}|低于[^，。；]{0,6}|成交额(?:达|为|约)?|缩量|放量"
    r"|每\d*[股张台块片千百万][^，。；]{0,12}|耗费的|市场预估(?:为)?"
    r"|\b(?:expected|expectations? of|expectations? for|estimates? of|estimates? for|consensus of|forecasts? of|compared (?:with|to)|versus|vs\.?"
    r"|up from|down from|previously|from a year earlier|earlier this year was)(?: (?:about|around|roughly|the|an?))*)\s*$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s?(?:的?(?:预期|普遍预期|市场预期)|(?:analysts?|analysts') (?:had )?(?:expected|expectations|estimate)|expected by|"
    r"a year (?:ago|earlier)|in dividends)",
    re.IGNORECASE,
)
_CONVERTED = re.compile(
    r"[(（]\s?(?:约合|折合|约|合|大约|相当于|or|about|around|approximately|roughly|equivalent to|some|=|~|≈|\s)*$"
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
    if _SCALE_ALONE.match(text, start) and not text[start : start + 2] == "十万":
        return True
    bracket = _CONVERTED.search(before)
    return (
        bracket is not None
        and kind == "money"
        and after_amount is not None
        and start - len(before) + bracket.start() - after_amount <= 3
    )
