"""Amounts written for a reader of either language."""

import pytest

from newsletter.language.numbers import shown
from newsletter.language.quantities import quantities


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("100亿美元", "$10 billion", "100亿美元"),
        ("$1.2tn", "$1.2 trillion", "1.2万亿美元"),
        ("$750 million", "$750 million", "7.5亿美元"),
        ("1500兆瓦", "1.5 GW", "1.5吉瓦"),
        ("500 kW", "500 kW", "500千瓦"),
        ("945 TWh", "945 TWh", "945太瓦时"),
        ("十万张GPU", "100,000 chips", "10万颗芯片"),
        ("5M GPUs", "5 million chips", "500万颗芯片"),
        ("22.2％", "22.2%", "22.2%"),
        ("€14.5bn", "€14.5 billion", "145亿欧元"),
        ("新台币3176.6亿元", "TWD 317.66 billion", "3,176.6亿元新台币"),
        ("20兆韓元", "₩20 trillion", "20万亿韩元"),
        ("30,000 jobs", "30,000 jobs", "3万个岗位"),
        ("102.4Tbps", "102.4 Tbps", "102.4 Tbps"),
        ("negative $24.7 billion", "-$24.7 billion", "-247亿美元"),
    ],
)
def test_an_amount_reads_well_in_both_languages(text: str, english: str, chinese: str) -> None:
    (amount,) = quantities(text)
    assert shown(amount, "en") == english
    assert shown(amount, "zh") == chinese


def test_traditional_readers_get_traditional_signs() -> None:
    (amount,) = quantities("$10 billion")
    assert shown(amount, "zh-Hant") == "100億美元"


@pytest.mark.parametrize(
    "text", ["$10 billion", "1.5 GW", "200,000 chips", "945 TWh", "-$24.7 billion", "€14.5 billion"]
)
def test_what_is_shown_is_read_back_as_the_same_amount(text: str) -> None:
    (amount,) = quantities(text.replace("-", "negative "))
    for language in ("en", "zh", "zh-Hant"):
        (again,) = quantities(shown(amount, language).replace("-", "negative "))
        assert (again.kind, again.value, again.unit) == (amount.kind, amount.value, amount.unit)
