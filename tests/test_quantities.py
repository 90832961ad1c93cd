"""Amounts in both languages become one value in one unit."""

import pytest

from newsletter.language.quantities import quantities
from newsletter.model import Quantity


def values(text: str) -> list[tuple[str, float, str]]:
    return [(one.kind, one.value, one.unit) for one in quantities(text)]


def only(text: str) -> Quantity:
    (one,) = quantities(text)
    return one


@pytest.mark.parametrize(
    "text",
    [
        "$10 billion", "$10bn", "$10B", "US$10 billion", "10 billion dollars", "USD 10 billion", "ten billion dollars",
        "100亿美元", "一百亿美元", "100億美元", "１００億美元", "US$100亿", "100亿美金",
    ],
)  # fmt: skip
def test_ten_billion_dollars_is_one_value(text: str) -> None:
    assert values(text) == [("money", 1e10, "USD")]


@pytest.mark.parametrize(
    "text",
    ["1.5GW", "1.5 GW", "1.5-gigawatt", "1.5 gigawatts", "1,500 megawatts", "1.5吉瓦", "1500兆瓦", "150万千瓦",
     "150萬千瓦", "1.5千兆瓦"],
)  # fmt: skip
def test_one_and_a_half_gigawatts_is_one_value(text: str) -> None:
    assert values(text) == [("power", 1500.0, "MW")]


@pytest.mark.parametrize(
    "text",
    ["200,000 GPUs", "200k GPUs", "200,000 Nvidia H100 GPUs", "200,000 AI chips", "20万张GPU", "20万块B300芯片",
     "二十万张加速卡", "部署GPU20万张", "20萬顆晶片"],
)  # fmt: skip
def test_two_hundred_thousand_chips_is_one_value(text: str) -> None:
    assert values(text) == [("chips", 200_000.0, "")]


@pytest.mark.parametrize(
    ("text", "kind", "value", "unit"),
    [
        ("500 MWh", "energy", 500.0, "MWh"),
        ("945 TWh", "energy", 945e6, "MWh"),
        ("1,000亿千瓦时", "energy", 1e8, "MWh"),
        ("1亿度电", "energy", 1e5, "MWh"),
        ("1 million square feet", "area", 92_903.04, "m2"),
        ("5万平方米", "area", 50_000.0, "m2"),
        ("210亩", "area", 140_000.0, "m2"),
        ("22.2％", "percent", 22.2, "%"),
        ("53 percent", "percent", 53.0, "%"),
        ("5 exaflops", "compute", 5000.0, "PFLOPS"),
        ("14万P算力", "compute", 140_000.0, "PFLOPS"),
        ("102.4 Tbps", "bandwidth", 102.4, "Tbps"),
        ("30,000 jobs", "jobs", 30_000.0, ""),
        ("1.5万名员工", "jobs", 15_000.0, ""),
        ("9000片晶圆", "wafers", 9000.0, ""),
        ("a 1-gigawatt campus", "power", 1000.0, "MW"),
        ("at least a gigawatt of power", "power", 1000.0, "MW"),
        ("half a billion dollars", "money", 5e8, "USD"),
    ],
)
def test_units_become_normal_units(text: str, kind: str, value: float, unit: str) -> None:
    assert values(text) == [(kind, value, unit)]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("¥300亿元", 3e10, "CNY"),
        ("¥300亿日元", 3e10, "JPY"),
        ("RMB100亿", 1e10, "CNY"),
        ("100亿元人民币", 1e10, "CNY"),
        ("新台币3176.6亿元", 317.66e9, "TWD"),
        ("3176.6亿元台币", 317.66e9, "TWD"),
        ("NT$3.2 billion", 3.2e9, "TWD"),
        ("20兆韓元", 2e13, "KRW"),
        ("€14.5bn", 1.45e10, "EUR"),
        ("£2.5 billion", 2.5e9, "GBP"),
        ("HK$500 million", 5e8, "HKD"),
        ("C$390 million", 3.9e8, "CAD"),
        ("A$3.5bn", 3.5e9, "AUD"),
        ("Rs 1,500 crore", 1.5e10, "INR"),
        ("₹2 lakh crore", 2e12, "INR"),
        ("1.2万亿美元", 1.2e12, "USD"),
        ("三十亿美元", 3e9, "USD"),
        ("negative $24.7 billion", -2.47e10, "USD"),
    ],
)
def test_money_keeps_its_currency(text: str, value: float, unit: str) -> None:
    assert values(text) == [("money", value, unit)]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("300-500MW", (300.0, 500.0)),
        ("300至500兆瓦", (300.0, 500.0)),
        ("$37 billion to $42 billion", (3.7e10, 4.2e10)),
        ("$37-42 billion", (3.7e10, 4.2e10)),
        ("250亿至300亿美元", (2.5e10, 3e10)),
        ("3,000億至4,000億美元", (3e11, 4e11)),
        ("between $5 billion and $6 billion", (5e9, 6e9)),
        ("18%-20%", (18.0, 20.0)),
    ],
)
def test_a_range_keeps_both_ends_and_both_are_soft(text: str, ends: tuple[float, float]) -> None:
    found = quantities(text)
    assert tuple(one.value for one in found) == ends
    assert all(one.soft for one in found)
    assert len({(one.kind, one.unit) for one in found}) == 1


@pytest.mark.parametrize(
    "text",
    [
        "in 2026", "a 3nm chip", "3纳米制程", "GB300 NVL72", "H20", "iPhone 17", "5G", "No. 5", "第5000张卡", "Q3 2026",
        "7B model", "1.6万亿参数", "$5 an hour", "$2.50 per million tokens", "2022 and 2023 Raptor Lake chips",
        "four new chips",
        "四款芯片", "RTX 4080 Ti 显卡", "搭载4080 Ti显卡", "百度云",
        "全国统一", "万有引力", "16亿张电影票", "几千亿美元", "数十亿美元",
        "gigawatt-scale", "hundreds of megawatts", "Llama 3.1 405B", "",
    ],
)  # fmt: skip
def test_what_is_no_amount(text: str) -> None:
    assert values(text) == []


@pytest.mark.parametrize(
    "text", ["up to $10 billion", "about 1 GW", "逾10亿美元", "最多100亿欧元", "约300兆瓦", "$10 billion or more"]
)
def test_a_bounded_amount_is_soft(text: str) -> None:
    assert only(text).soft


@pytest.mark.parametrize("text", ["$10 billion", "投资20亿美元", "1.5吉瓦"])
def test_a_plain_amount_is_not_soft_and_no_aside(text: str) -> None:
    assert not only(text).soft
    assert not only(text).aside


@pytest.mark.parametrize(
    ("text", "main"),
    [
        ("revenue of $17.19 billion versus $16.89 billion expected", 17.19e9),
        ("营收171.9亿美元，分析师预期168.9亿美元", 171.9e8),
        ("上调至8.9万亿美元，而此前的预测为8万亿美元", 8.9e12),
        ("净利润20.59亿元，上年同期亏损4.5亿元", 20.59e8),
        ("100亿欧元（约合116亿美元）", 1e10),
        ("€14.5bn (about $16.8 billion)", 1.45e10),
        ("a $2 billion round; the headset costs $549", 2e9),
        ("派发129亿元，每10股派发6.5元", 129e8),
        ("$7 billion, up from $5 billion", 7e9),
    ],
)
def test_comparisons_conversions_and_price_tags_are_asides(text: str, main: float) -> None:
    assert [one.value for one in quantities(text) if not one.aside] == [main]
    assert any(one.aside for one in quantities(text))


def test_a_vague_size_is_an_aside() -> None:
    assert only("突破百亿美元").aside
    assert only("千卡集群").aside
    assert only("1吉瓦级园区").aside
    assert not only("十万卡集群").aside


def test_the_span_points_into_the_text_as_given() -> None:
    text = "輝達　將投資２０億美元於Nebius"
    found = only(text)
    assert text[slice(*found.span)] == found.text == "２０億美元"


def test_several_amounts_in_order() -> None:
    assert values("Nscale raised $2 billion at $14.6 billion for 100,000 GPUs and 1.35GW") == [
        ("money", 2e9, "USD"),
        ("money", 14.6e9, "USD"),
        ("chips", 100_000.0, ""),
        ("power", 1350.0, "MW"),
    ]


def test_hostile_digits_take_no_time() -> None:
    assert quantities("1" * 5_000 + "万" * 5_000 + "$" * 5_000 + "1,1" * 5_000) is not None


@pytest.mark.parametrize("text", ["千亿兆瓦算力", "a 100 trillion megawatt bet"])
def test_more_power_than_the_world_has_is_no_amount(text: str) -> None:
    assert values(text) == []


@pytest.mark.parametrize("text", ["全国装机33亿千瓦", "the world's 9,000 GW"])
def test_the_power_of_a_country_or_of_the_world_is_one(text: str) -> None:
    assert [kind for kind, _, _ in values(text)] == ["power"]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("twenty-five billion dollars", ("money", 25e9, "USD")),
        ("a hundred billion dollars", ("money", 1e11, "USD")),
        ("a half-billion dollars", ("money", 5e8, "USD")),
        ("one and a half gigawatts", ("power", 1500.0, "MW")),
        ("一點五兆美元", ("money", 1.5e12, "USD")),
        ("三千亿美元", ("money", 3e11, "USD")),
        ("3000 亿美元", ("money", 3e11, "USD")),
        ("營收達 1.2 兆元新台幣", ("money", 1.2e12, "TWD")),
        ("一万张卡", ("chips", 1e4, "")),
        ("两万五千张卡", ("chips", 25e3, "")),
        ("一亿三千万美元", ("money", 1.3e8, "USD")),
        ("投资5000兆韩元", ("money", 5e15, "KRW")),
    ],
)
def test_numerals_in_words(text: str, amount: tuple[str, float, str]) -> None:
    assert values(text) == [amount]


@pytest.mark.parametrize("text", ["3万亿颗芯片", "5000亿吉瓦", "$900 trillion", "9亿平方公里", "90 trillion chips"])
def test_more_than_the_world_has_is_no_amount(text: str) -> None:
    assert values(text) == []
