"""Amounts in either language become one value in one unit: $10 billion = 100亿美元."""

import re
from typing import NamedTuple

from newsletter.language.asides import is_aside
from newsletter.language.script import has_han, levelled
from newsletter.language.units import (
    AFTER_SOFT,
    BEFORE_SOFT,
    CURRENCY_BEFORE,
    CURRENCY_BEFORE_NEXT,
    NOT_A_FIGURE_BEFORE,
    PER_UNIT,
    SCALE,
    SCALES,
    Unit,
    read_unit,
)
from newsletter.model import Quantity

_FIGURE = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?"
_HAN_DECIMAL = r"[一二两三四五六七八九十]{1,3}点[零一二三四五六七八九]{1,3}(?=[百千万亿兆吉])"
_HAN_NUMERAL = (
    r"[一二两三四五六七八九十百千万亿零〇]*[一二两三四五六七八九十百千万亿][一二两三四五六七八九十百千万亿零〇]*"
)
_SPELLED = {
    "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "seven": 7.0, "eight": 8.0, "nine": 9.0,
    "ten": 10.0, "eleven": 11.0, "twelve": 12.0, "thirteen": 13.0, "fourteen": 14.0, "fifteen": 15.0, "sixteen": 16.0,
    "seventeen": 17.0, "eighteen": 18.0, "nineteen": 19.0, "twenty": 20.0, "thirty": 30.0, "forty": 40.0, "fifty": 50.0,
    "sixty": 60.0, "seventy": 70.0, "eighty": 80.0, "ninety": 90.0, "half a": 0.5, "a half": 0.5,
    "a quarter of a": 0.25, "one and a half": 1.5, "two and a half": 2.5, "three and a half": 3.5,
}  # fmt: skip
_SPELLED |= {
    f"{ten}-{one}": _SPELLED[ten] + _SPELLED[one]
    for ten in ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
    for one in ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
}
# `a gigawatt` is one; a bare `a million` of anything else is a manner of speaking.
_ONE = (
    r"\ban?(?= (?:gigawatt|megawatt|terawatt)s?\b(?!-| scale| class)"
    r"| (?:billion|trillion) (?:dollars|euros|pounds|yuan)\b| hundred (?:thousand|million|billion)\b)"
)
_WORDS = "|".join(sorted(_SPELLED, key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?<![\d.])(?:{_FIGURE})|(?<![a-z])(?:{_WORDS})"
    r"(?=[ \-](?:hundred|thousand|million|billion|trillion|gigawatt|megawatt))"
    rf"|{_ONE}|(?<![\d.])(?:{_HAN_DECIMAL}|{_HAN_NUMERAL})",
    re.IGNORECASE,
)
_TO = re.compile(r"\s?(?:-|~|to|至|到)\s?", re.IGNORECASE)
_BETWEEN_TO = re.compile(r"\s?(?:-|~|to|and|至|到|和|与)\s?", re.IGNORECASE)
_PIECES = 100  # and more are counted one by one
# More than all plants of the world together is a figure of speech or a slip (千亿兆瓦 in a headline about 1 GW).
# So is a sum above all wealth, more chips than are made in two years, or more ground than a large country has.
_MOST = {
    "power": 1e7, "energy": 1e12, "chips": 2e12, "wafers": 1e9, "jobs": 1e9, "area": 1e12, "compute": 1e9,
    "bandwidth": 1e7, "money": 6e14,
}  # fmt: skip
_SMALL_COINS = {"JPY": 150, "KRW": 1400, "INR": 85, "IDR": 16_000, "VND": 25_000, "TWD": 32}  # to a dollar, about
_YEARS = range(1950, 2051)
_ABOUT_CHIPS = re.compile(r"gpu|tpu|npu|显卡|加速卡|芯片|晶片|算力|晶圆|英伟达|昇腾|[hb][123]00", re.IGNORECASE)
_MODEL = re.compile(r"(?![ ]?[张颗块枚片个]).*[a-z].*(?<!GPU)$", re.IGNORECASE | re.DOTALL)  # 4080 Ti 显卡
_NEGATIVE = re.compile(r"(?:\bnegative|\bminus|负)\s?$", re.IGNORECASE)
_BETWEEN = re.compile(r"(?:between|介于|在)\s?$", re.IGNORECASE)
_HAN_DIGIT = {c: v for v, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_UNIT = {"十": 10, "百": 100, "千": 1000}
_LONGEST_PREFIX = 8


def quantities(text: str) -> tuple[Quantity, ...]:
    """Every amount with a unit that we know, in order of the text; both ends of a range, each soft.

    Left out: years, model numbers, process nodes (3nm), prices per unit ($5 an hour).
    """
    plain = levelled(text)
    found: list[Quantity] = []
    at = 0
    while (number := _NUMBER.search(plain, at)) is not None:
        amount = _amount(plain, number)
        if amount is None:
            at = max(number.end(), at + 1)
            continue
        found += [_quantity(text, plain, end, found) for end in amount if _possible(end)]
        at = max(end.span[1] for end in amount)
    return tuple(found)


def _possible(end: "_End") -> bool:
    coins = _SMALL_COINS.get(end.unit.name, 1)
    return bool(end.unit.kind) and end.value <= coins * _MOST.get(end.unit.kind, end.value)


class _End(NamedTuple):
    """One stated value: an amount, or one end of a range."""

    value: float
    unit: Unit
    span: tuple[int, int]
    soft: bool


class _Scaled(NamedTuple):
    value: float
    scale: float
    end: int

    @property
    def amount(self) -> float:
        return self.value * self.scale


def _amount(text: str, number: re.Match[str]) -> tuple[_End, ...] | None:
    """The amount that starts at a number; None when the number is none."""
    start = number.start()
    before = CURRENCY_BEFORE.search(text, max(0, start - _LONGEST_PREFIX), start)
    counted = text[number.end() : number.end() + 1] in ("万", "亿") and text[start - 1 : start].isascii()  # GPU20万张
    if start and before is None and not counted and NOT_A_FIGURE_BEFORE.search(text, max(0, start - 2), start):
        return None
    currency = before["sign"] if before else ""
    first = _scaled(text, number)
    if first is None:
        return None
    begin = before.start("sign") if before else start
    span = _range(text, first, currency, begin)
    unit = read_unit(text, (span.last or first).end, currency)
    if unit is None:
        return None
    if PER_UNIT.match(text, unit.end) or _no_count(text, unit, span.last or first):
        unit = unit._replace(kind="")
    if begin and _NEGATIVE.search(text, max(0, begin - 10), begin) and unit.kind == "money":
        unit = unit._replace(factor=-unit.factor)
    soft = bool(BEFORE_SOFT.search(text, max(0, begin - 16), begin)) or bool(AFTER_SOFT.match(text, unit.end))
    if span.last is None:
        return (_End(first.amount * unit.factor, unit, (begin, unit.end), soft),)
    if span.own is not None and not (span.own.end == first.end and first.scale == 1):
        low = first.amount * span.own.factor
    else:
        low = (
            first.value
            * unit.factor
            * (first.scale if first.scale != 1 or first.value > span.last.amount else span.last.scale)
        )
    high = _End(span.last.amount * unit.factor, unit, (span.starts, unit.end), True)
    return (_End(low, span.own or unit, (begin, span.own.end if span.own else first.end), True), high)


def _no_count(text: str, unit: Unit, number: _Scaled) -> bool:
    """Four new chips are four models, 2023 Raptor Lake chips of a year, 4080 Ti 显卡 one; 20万张 may be tickets."""
    if unit.kind not in ("chips", "jobs", "wafers", "compute"):
        return False
    if number.scale == 1 and number.value in _YEARS and text[number.end - 5 : number.end - 4] != ",":
        return True
    between = text[number.end : unit.end]
    if number.scale == 1 and has_han(between) and _MODEL.match(between):
        return True
    if unit.bare and not _ABOUT_CHIPS.search(text, max(0, number.end - 40), unit.end + 20):
        return True
    return unit.kind == "chips" and number.amount < _PIECES


class _Range(NamedTuple):
    """The second number of a range, where it starts, and the unit that the first already had; all empty when none."""

    last: _Scaled | None = None
    starts: int = 0
    own: Unit | None = None


def _range(text: str, first: _Scaled, currency: str, begin: int) -> _Range:
    """Of `300-500`, `$1bn to $2bn`, `10亿至20亿`, `between 5 and 6`."""
    own = read_unit(text, first.end, currency)
    joint = (_BETWEEN_TO if _BETWEEN.search(text, max(0, begin - 9), begin) else _TO).match(
        text, own.end if own else first.end
    )
    if joint is None:
        return _Range()
    sign = CURRENCY_BEFORE_NEXT.match(text, joint.end())
    number = _NUMBER.match(text, sign.end() if sign else joint.end())
    second = _scaled(text, number) if number else None
    if second is None or second.value * max(second.scale, first.scale) < first.amount:
        return _Range()
    unit = read_unit(text, second.end, sign["sign"] if sign else currency)
    if unit is None or (own is not None and (own.kind, own.name) != (unit.kind, unit.name)):
        return _Range()
    return _Range(second, joint.end(), own)


def _scaled(text: str, number: re.Match[str]) -> _Scaled | None:
    """A number and the million, 亿 or k behind it."""
    value = _value(number[0])
    if value is None:
        return None
    scale = SCALE.match(text, number.end())
    if scale is None:
        return _Scaled(value, 1.0, number.end())
    return _Scaled(value, SCALES[scale[0].strip(" -").lower()], scale.end())


def _value(word: str) -> float | None:
    if word[0].isdigit():
        return float(word.replace(",", ""))
    if word[0].isascii():
        return _SPELLED.get(word.lower(), 1.0)
    return _han_value(word)


def _han_value(word: str) -> float | None:
    """三十亿, 一万, 百亿, 1.2万亿's tail. None for a bare 一 or 十 that is seldom an amount's own number."""
    whole, point, after = word.partition("点")
    if point:
        tenths: float = sum(_HAN_DIGIT[sign] / 10 ** (at + 1) for at, sign in enumerate(after))
        return (_han_value(whole) or 0.0) + tenths
    total = section = digit = 0.0
    for sign in word:
        if sign in _HAN_DIGIT:
            digit = _HAN_DIGIT[sign]
        elif sign in _HAN_UNIT:
            section += (digit or 1) * _HAN_UNIT[sign]
            digit = 0
        elif sign == "万":  # of what stands since 亿
            total, section, digit = total + (section + digit or 1) * 1e4, 0, 0
        else:
            total, section, digit = (total + section + digit or 1) * 1e8, 0, 0
    return total + section + digit or None


def _quantity(text: str, plain: str, end: _End, found: list[Quantity]) -> Quantity:
    start, stop = end.span
    value = float(f"{end.value:.10g}")
    last = found[-1].span[1] if found else None
    aside = is_aside(plain, start, stop, kind=end.unit.kind, value=value, after_amount=last)
    return Quantity(
        kind=end.unit.kind,
        value=value,
        unit=end.unit.name,
        span=(start, stop),
        text=text[start:stop],
        soft=end.soft,
        aside=aside,
    )
