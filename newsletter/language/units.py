"""The units that amounts of our field come in, as both languages write them."""

import re
from typing import NamedTuple


class Unit(NamedTuple):
    """What stands behind a number: a kind with its normal unit, the factor to it, and where the words end."""

    kind: str
    name: str
    factor: float
    end: int
    bare: bool = False
    """A counting word alone (20万张, 14万P): it counts only where the text is about chips."""


SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "k": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "mm": 1e6, "b": 1e9, "bn": 1e9, "bln": 1e9, "tn": 1e12, "trn": 1e12,
    "t": 1e12, "crore": 1e7, "lakh": 1e5, "lakh crore": 1e12, "hundred million": 1e8, "hundred billion": 1e11,
    "hundred thousand": 1e5,
    "百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8, "十亿": 1e9, "百亿": 1e10,
    "千亿": 1e11, "万亿": 1e12, "兆": 1e12,
}  # fmt: skip
_HAN_SCALES = "|".join(sorted((s for s in SCALES if not s.isascii()), key=len, reverse=True))
_LATIN_SCALES = "|".join(sorted((s for s in SCALES if s.isascii()), key=len, reverse=True))
# 兆瓦 is a megawatt and 千瓦 a kilowatt: there the sign belongs to the unit.
SCALE = re.compile(
    rf"\s?(?:{_HAN_SCALES})(?!(?<=[兆千])[瓦伏])|[ \-]?(?:{_LATIN_SCALES})(?![a-z0-9])",
    re.IGNORECASE,
)

_SIGNS = {
    "US$": "USD", "U.S.$": "USD", "$": "USD", "USD": "USD", "HK$": "HKD", "HKD": "HKD", "A$": "AUD", "AU$": "AUD",
    "AUD": "AUD", "C$": "CAD", "CA$": "CAD", "CAD": "CAD", "S$": "SGD", "SGD": "SGD", "NT$": "TWD", "TWD": "TWD",
    "R$": "BRL", "BRL": "BRL", "€": "EUR", "EUR": "EUR", "£": "GBP", "GBP": "GBP", "¥": "CNY", "RMB": "CNY",
    "CNY": "CNY",
    "CN¥": "CNY", "JP¥": "JPY", "JPY": "JPY", "₩": "KRW", "KRW": "KRW", "₹": "INR", "Rs": "INR", "Rs.": "INR",
    "INR": "INR", "AED": "AED", "SAR": "SAR", "CHF": "CHF", "SEK": "SEK", "NOK": "NOK", "DKK": "DKK", "RM": "MYR",
    "MYR": "MYR", "THB": "THB", "IDR": "IDR", "VND": "VND", "PLN": "PLN", "₺": "TRY",
}  # fmt: skip
_CURRENCY_WORDS = {
    "USD": "us dollars|u.s. dollars|american dollars|dollars|dollar|usd|us$|美元|美金",
    "CNY": "yuan|renminbi|rmb|cny|人民币元|元人民币|人民币|元",
    "EUR": "euros|euro|eur|欧元",
    "GBP": "pounds sterling|british pounds|pounds|gbp|英镑",
    "JPY": "yen|jpy|日元|日圆",
    "KRW": "korean won|won|krw|韩元|韩圆",
    "HKD": "hong kong dollars|hkd|港元|港币",
    "TWD": "new taiwan dollars|taiwan dollars|twd|新台币元|元新台币|元台币|新台币|台币",
    "INR": "indian rupees|rupees|inr|印度卢比|卢比",
    "SGD": "singapore dollars|sgd|新加坡元|新元",
    "AUD": "australian dollars|aud|澳元|澳大利亚元",
    "CAD": "canadian dollars|cad|加元|加拿大元",
    "CHF": "swiss francs|chf|瑞士法郎",
    "AED": "dirhams|dirham|aed|迪拉姆",
    "SAR": "riyals|riyal|sar|沙特里亚尔|里亚尔",
    "MYR": "ringgit|myr|马来西亚林吉特|林吉特|令吉",
    "SEK": "swedish kronor|sek|瑞典克朗",
    "NOK": "norwegian kroner|nok|挪威克朗",
    "BRL": "reais|brl|雷亚尔",
    "THB": "baht|thb|泰铢",
    "VND": "dong|vnd|越南盾",
}
_MEASURES = {
    ("power", "MW"): {
        "kw|kilowatts|kilowatt|千瓦": 1e-3, "mw|megawatts|megawatt|兆瓦": 1.0, "gw|gigawatts|gigawatt|吉瓦": 1e3,
        "tw|terawatts|terawatt|太瓦": 1e6,
    },
    ("energy", "MWh"): {
        "kwh|kilowatt hours|kilowatt hour|千瓦时|千瓦小时|度电": 1e-3,
        "mwh|megawatt hours|megawatt hour|兆瓦时": 1.0,
        "gwh|gigawatt hours|gigawatt hour|吉瓦时": 1e3, "twh|terawatt hours|terawatt hour|太瓦时": 1e6,
    },
    ("area", "m2"): {
        "square feet|square foot|sq ft|sq. ft.|sqft|平方英尺": 0.09290304,
        "square meters|square metres|square meter|square metre|sqm|sq m|m2|m²|㎡|平方米|平米": 1.0,
        "acres|acre|英亩": 4046.8564224, "hectares|hectare|公顷": 1e4, "亩": 2000 / 3,
        "square miles|平方英里": 2589988.110336, "square kilometers|square kilometres|平方公里|平方千米": 1e6,
    },
    ("percent", "%"): {"%|percent|per cent": 1.0},
    ("compute", "PFLOPS"): {
        "tflops|teraflops": 1e-3, "pflops|petaflops|pflop/s": 1.0, "eflops|exaflops|eflop/s": 1e3,
        "zflops|zettaflops": 1e6,
    },
    ("bandwidth", "Tbps"): {
        "gbps|gb/s|gbit/s|gigabits per second": 1e-3, "tbps|tb/s|tbit/s|terabits per second": 1.0,
        "pbps": 1e3,
    },
    ("wafers", ""): {"wafers|wafer starts|片晶圆|片晶片": 1.0},
    ("jobs", ""): {
        "jobs|job cuts|employees|staff|layoffs|workers|roles|positions": 1.0,
        "名员工|个工作岗位|个岗位|个就业岗位|个职位|名雇员|员工": 1.0,
    },
}  # fmt: skip


def _table() -> dict[str, tuple[str, str, float]]:
    table = {
        form: (kind, name, factor)
        for (kind, name), units in _MEASURES.items()
        for forms, factor in units.items()
        for form in forms.split("|")
    }
    money = {form: ("money", code, 1.0) for code, forms in _CURRENCY_WORDS.items() for form in forms.split("|")}
    return table | money


_UNITS = _table()


def _one_of(forms: list[str]) -> str:
    """Latin forms end at a word's end, Han forms where they end."""
    longest_first = sorted(forms, key=len, reverse=True)
    return "|".join(
        re.escape(form).replace(r"\ ", r"[ \-]")
        + (r"(?![a-z0-9])" if form[-1].isascii() and form[-1].isalnum() else "")
        for form in longest_first
    )


_UNIT = re.compile(rf"[ \-]{{0,2}}(?P<unit>{_one_of(list(_UNITS))})", re.IGNORECASE)
_CHIP = (
    r"gpus?|tpus?|npus?|xpus?|chips?|accelerators?|processors?|ai cards?|graphics cards?|superchips?|"
    r"[a-z]{0,3}\d{2,4}[a-z]{0,2}s? (?:gpus?|chips?|accelerators?)|[abhgr]{1,2}\d{2,3}s?|mi\d{3}x?s?"
)
_NOT_OF_CHIPS = r"of|and|in|to|for|from|per|percent|dollars?|nm|nanometers?"
_CHIPS_HAN = (
    r"[张颗块枚片个]?(?:以上|多)?的?(?:最先进的?|先进的?|顶级|高端)?[ ]?"
    r"(?:[a-z0-9][a-z0-9 ]{0,12}|英伟达|升腾|国产|AI|人工智能|高性能|算力){0,2}[ ]?"
    r"(?:GPU|TPU|NPU|XPU|芯片|晶片|加速卡|加速器|显卡|算力卡|处理器|卡(?![车塔路通]))"
)
_CHIPS = re.compile(
    rf"[ \-](?:(?!(?:{_NOT_OF_CHIPS})\b)[a-z][a-z0-9.'\-]*[ ]){{0,3}}?(?:{_CHIP})(?![a-z0-9])"
    rf"|{_CHIPS_HAN}",
    re.IGNORECASE,
)
_BARE = {"张": "chips", "片": "wafers", "P": "compute"}
_BARE_WORD = re.compile(r"[张片](?![图床桌纸照票门机车])|P(?![A-Za-z0-9])")

_SIGN = rf"(?P<sign>{'|'.join(re.escape(s) for s in sorted(_SIGNS, key=len, reverse=True))}|人民币|新台币)"
CURRENCY_BEFORE = re.compile(rf"(?<![A-Za-z]){_SIGN}\s?$")
CURRENCY_BEFORE_NEXT = re.compile(rf"{_SIGN}\s?")
NOT_A_FIGURE_BEFORE = re.compile(r"(?:[A-Za-z]|[A-Za-z]-|第|数|几|上|[a-z]\.)$")
BEFORE_SOFT = re.compile(
    r"(?:up to|as much as|as many as|at least|more than|over|about|around|roughly|nearly|almost|approximately|some|"
    r"close to|under|less than|most|tens of|最多|至多|至少|"
    r"超过|超|逾|近|约|约为|大约|高达|将近|接近|不少于|不超过|上限|最高|多达"
    r"|达到?约)\s?$",
    re.IGNORECASE,
)
AFTER_SOFT = re.compile(r"\s?(?:以上|左右|以下|以内|\+| or more| or so|-plus)")
PER_UNIT = re.compile(
    r"\s?(?:/|每|(?:per|an|a|each|apiece)\s(?:hour|month|year|day|week|share|unit|barrel|ounce|ton|tonne|gallon|user|seat|token|"
    r"million tokens|kilo\w*|mega\w*|watt|person|head|piece|night)\b|per\b|apiece\b|each\b|[一]?/)",
    re.IGNORECASE,
)


def read_unit(text: str, at: int, sign: str) -> Unit | None:
    """The unit behind a number. A currency in words beats the sign before it: ¥300亿日元 is yen, ¥300亿元 yuan."""
    unit = _UNIT.match(text, at)
    if unit is not None:
        kind, name, factor = _UNITS[unit["unit"].lower().replace("-", " ")]
        if not sign or kind == "money":
            if name == "CNY" and unit["unit"] == "元" and sign in ("新台币", "NT$"):
                name = "TWD"
            return Unit(kind, name, factor, unit.end())
    if sign:
        code = {"人民币": "CNY", "新台币": "TWD"}.get(sign) or _SIGNS[sign]
        return Unit("money", code, 1.0, at)
    chips = _CHIPS.match(text, at)
    if chips is not None:
        return Unit("chips", "", 1.0, chips.end())
    bare = _BARE_WORD.match(text, at)
    if bare is None:
        return None
    kind = _BARE[bare[0]]
    return Unit(kind, "PFLOPS" if kind == "compute" else "", 1.0, bare.end(), bare=True)
