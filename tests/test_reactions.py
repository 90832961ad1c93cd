"""A headline tells the news, or what investors made of it."""

import pytest

from newsletter.language.reactions import Market, market_of


@pytest.mark.parametrize(
    "title",
    [
        "Nebius climbs 16% on Nvidia backing",
        "Shares of Vertiv tumble after cooling remark",
        "Maker's stock soars: here is why",
        "三星股价涨幅扩大至近10%",
        "英伟达投资后，Nebius股价飙升",
        "【电报解读】下一代平台启动新材测试，机构看好相关标的",
    ],
)
def test_a_share_price_is_a_reaction(title: str) -> None:
    assert market_of(title) is Market.REACTION


@pytest.mark.parametrize("title", ["Oracle soars 8% on cloud revenue", "Dell Q4 results", "甲骨文财报后股价上涨8%"])
def test_a_price_told_with_figures_is_part_of_the_results(title: str) -> None:
    assert market_of(title) is Market.RESULTS


@pytest.mark.parametrize(
    "title",
    [
        "Maker confirms recall, shares fall",
        "Bank shares its data with rivals",
        "Temperatures rise in May",
        "英伟达向Nebius投资20亿美元",
    ],
)
def test_other_news_is_neither(title: str) -> None:
    assert market_of(title) is None
