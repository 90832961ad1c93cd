"""How an amount is written for a reader of either language."""

from dataclasses import replace
from functools import cache

from opencc import OpenCC

from newsletter.model import Quantity

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "INR": "₹", "KRW": "₩", "JPY": "¥"}
_ZH_CURRENCY = {
    "USD": "美元", "CNY": "元人民币", "EUR": "欧元", "GBP": "英镑", "JPY": "日元", "KRW": "韩元", "HKD": "港元",
    "TWD": "元新台币", "INR": "卢比", "SGD": "新加坡元", "AUD": "澳元", "CAD": "加元", "CHF": "瑞士法郎",
    "AED": "迪拉姆", "SAR": "里亚尔", "MYR": "林吉特", "SEK": "瑞典克朗", "NOK": "挪威克朗", "BRL": "雷亚尔",
    "THB": "泰铢", "VND": "越南盾",
}  # fmt: skip
_LADDERS = {
    "power": ((1e3, "GW", "吉瓦"), (1.0, "MW", "兆瓦"), (1e-3, "kW", "千瓦")),
    "energy": ((1e6, "TWh", "太瓦时"), (1e3, "GWh", "吉瓦时"), (1.0, "MWh", "兆瓦时"), (1e-3, "kWh", "千瓦时")),
    "compute": ((1e3, "EFLOPS", "EFLOPS"), (1.0, "PFLOPS", "PFLOPS"), (1e-3, "TFLOPS", "TFLOPS")),
    "bandwidth": ((1.0, "Tbps", "Tbps"), (1e-3, "Gbps", "Gbps")),
}
_NOUNS = {
    "chips": (" chips", "颗芯片"),
    "wafers": (" wafers", "片晶圆"),
    "jobs": (" jobs", "个岗位"),
    "area": (" m²", "平方米"),
    "percent": ("%", "%"),
}
_EN_SCALES = ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"))
_ZH_SCALES = ((1e12, "万亿"), (1e8, "亿"), (1e4, "万"))


def shown(quantity: Quantity, language: str) -> str:
    """`$10 billion` or 100亿美元, `1.5 GW` or 1.5吉瓦, `100,000 chips` or 10万颗芯片; 100億美元 for `zh-Hant`."""
    if quantity.value < 0:
        return "-" + shown(replace(quantity, value=-quantity.value), language)
    if language == "zh-Hant":
        return str(_to_taiwan().convert(shown(quantity, "zh")))
    chinese = language.startswith("zh")
    if quantity.kind == "money":
        return _money(quantity, chinese)
    if quantity.kind in _LADDERS:
        return _measured(quantity, chinese)
    en, zh = _NOUNS.get(quantity.kind, (f" {quantity.unit}".rstrip(), quantity.unit))
    return _counted(quantity.value, _ZH_SCALES) + zh if chinese else _plain_or_millions(quantity.value) + en


def _money(quantity: Quantity, chinese: bool) -> str:
    if chinese:
        return _counted(quantity.value, _ZH_SCALES) + _ZH_CURRENCY.get(quantity.unit, quantity.unit)
    symbol = _SYMBOLS.get(quantity.unit, f"{quantity.unit} ")
    return symbol + _counted(quantity.value, _EN_SCALES)


def _measured(quantity: Quantity, chinese: bool) -> str:
    ladder = _LADDERS[quantity.kind]
    factor, en, zh = next((rung for rung in ladder if quantity.value >= rung[0]), ladder[-1])
    number = _figures(quantity.value / factor)
    return f"{number}{zh}" if chinese and not zh.isascii() else f"{number} {en}"


def _plain_or_millions(value: float) -> str:
    return _figures(value) if value < 1e6 else _counted(value, _EN_SCALES)


def _counted(value: float, scales: tuple[tuple[float, str], ...]) -> str:
    """The value under the largest scale that leaves a number of one or more (20 thousand stays 20,000 in English)."""
    for factor, name in scales:
        if value >= factor:
            return _figures(value / factor) + name
    return _figures(value)


def _figures(value: float) -> str:
    """As many figures as the source can have meant: at most four decimals, no trailing zeros."""
    text = f"{value:,.4f}" if value < 1000 else f"{value:,.2f}"
    return text.rstrip("0").rstrip(".")


@cache
def _to_taiwan() -> OpenCC:
    return OpenCC("s2tw")
