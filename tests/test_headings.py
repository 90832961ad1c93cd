"""The manner of a title says what a piece is, in both languages."""

import pytest

from newsletter.curate.headings import manners_of


@pytest.mark.parametrize(
    ("title", "manner"),
    [
        ("Acme Compute (ACMC) Climbs 9% on Chip Deal", "share note"),
        ("Here's What Analysts Think About Acme (ACMC)", "share note"),
        ("Broker Reaffirms Buy on Acme Networks", "share note"),
        ("Madison Fund Trimmed Acme (ACM) Due to Elevated Valuation", "share note"),
        ("Acme and Bolt Join Forces to Tackle This $600 Billion Opportunity", "share note"),
        ("市场的担忧被夸大了，为何该股可能反弹", "share note"),
        ("港股光通讯股多数走强 某某科技涨近9%", "share note"),
        ("某某股份：控股股东拟减持不超过2%", "share note"),
        ("【风口研报】光模块龙头订单饱满，这家公司打开成长空间", "column"),
        ("【数智周报】云厂商涨价；芯片出口新规撤回", "column"),
        ("首席执行官飞往韩国谈存储｜AGI焦点", "column"),
        ("Opinion: the grid cannot wait", "column"),
        ("Show HN: A scheduler for GPUs", "project"),
        ("Join us for a webinar on liquid cooling", "invitation"),
        ("液冷技术研讨会将在北京举行，报名从速", "invitation"),
    ],
)
def test_a_manner_is_seen(title: str, manner: str) -> None:
    assert manner in dict(manners_of(title))


@pytest.mark.parametrize(
    "title",
    [
        "Acme Limited (ACME) Announces Purchase of 50,000 GPUs",
        "Anthropic raises $30 billion at a $380 billion valuation",
        "Oracle sees AI boom through at least 2027",
        "光纤光缆招标价最高涨100%",
        "【人工智能芯片出口新规撤回】",
        "某云厂商上调算力价格，最高上涨30%",
        "Amazon cuts the price of its inference chips",
    ],
)
def test_plain_news_has_no_manner(title: str) -> None:
    assert dict(manners_of(title)) == {}
