"""What belongs in a digest of AI infrastructure, and the reason told."""

from pathlib import Path

import pytest

from newsletter.curate.scoping import Sign, judge, role_of
from newsletter.curate.tagging import read
from newsletter.language.lexicon import Lexicon, open_lexicon
from tests.builders import article

FEEDS = Path(__file__).parents[1] / "feeds"


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return open_lexicon([FEEDS])


def belongs(lexicon: Lexicon, title: str, summary: str = "") -> bool:
    return read(article(title=title, summary=summary), lexicon).in_scope


@pytest.mark.parametrize(
    "title",
    [
        "Vantage to build a 1.4 GW data center campus in Texas",
        "万国数据将在马来西亚新建300兆瓦数据中心",
        "萬國數據將在馬來西亞新建300兆瓦資料中心",
        "SK hynix starts mass production of HBM4",
        "SK海力士开始量产HBM4",
        "Broadcom unveils a 102.4 Tbps Ethernet switch chip for AI clusters",
        "博通发布面向AI集群的交换芯片",
        "Microsoft signs deal to restart nuclear plant for its AI data centers",
        "微软为AI数据中心签署核电购电协议",
        "Anthropic raises $30 billion at a $380 billion valuation",
        "月之暗面完成10亿美元融资",
        "Meta raises its capital expenditure forecast to $135 billion for AI infrastructure",
        "US tightens export controls on AI chips to China",
        "美国拟收紧人工智能芯片出口管制",
        "CoreWeave sells $2 billion of notes",
        "昇腾384超节点上线",
        "台積電擴充先進封裝產能",
        "vLLM 0.9 doubles inference throughput on Blackwell GPUs",
    ],
)
def test_what_belongs(lexicon: Lexicon, title: str) -> None:
    assert belongs(lexicon, title)


@pytest.mark.parametrize(
    "title",
    [
        "Apple unveils the iPhone 18 with a faster chip",
        "苹果发布新款iPhone，芯片升级",
        "蘋果發表新款iPhone，晶片升級",
        "Nvidia shares jump 5 percent: should you buy the stock?",
        "光模块概念股集体涨停",
        "光模組概念股集體漲停",
        "某公司：公司不涉及算力租赁业务",
        "Tesla robotaxi drives in Austin",
        "比亚迪新款汽车搭载智驾芯片",
        "Anthropic sues the Pentagon over a supply chain risk label",
        "ChatGPT adds shopping to its app",
        "微信接入龙虾助手",
        "Arsenal win the cup",
        "伊朗外长发表讲话",
        "Quantum computing start-up raises $300 million",
        "Malware found in npm packages",
        "英国加快核电站审批",
        "",
    ],
)
def test_what_does_not_belong(lexicon: Lexicon, title: str) -> None:
    assert not belongs(lexicon, title)


def test_power_counts_only_with_ai_or_data_centres(lexicon: Lexicon) -> None:
    assert not belongs(lexicon, "New gas plant approved in Ohio")
    assert belongs(lexicon, "New gas plant approved in Ohio to power AI data centers")
    assert not belongs(lexicon, "俄亥俄州批准新建燃气电厂")
    assert belongs(lexicon, "俄亥俄州批准为AI数据中心新建燃气电厂")


def test_the_reason_names_the_words(lexicon: Lexicon) -> None:
    yes = read(article(title="Vantage builds a data center"), lexicon)
    no = read(article(title="光模块概念股集体涨停"), lexicon)
    assert "data center" in yes.scope_because
    assert "market" in no.scope_because
    assert read(article(title="Arsenal win the cup"), lexicon).scope_because == "no word of the field"


def test_signs_add_up_and_the_strongest_are_told_first() -> None:
    field = Sign("core", 1.0, "gpu")
    assert judge([field]).belongs
    assert not judge([field, Sign("market", 1.0, "shares")]).belongs
    assert judge([field, Sign("maker", 1.0, "Nvidia")]).because == "core: gpu, maker: Nvidia"
    assert judge([Sign("unheard of", 9.0, "x")]).because == "no word of the field"


@pytest.mark.parametrize(
    ("entity", "role"),
    [
        ("nvidia", "maker"), ("tsmc", "maker"), ("sk-hynix", "maker"), ("blackwell", "maker"),
        ("jensen-huang", "maker"),
        ("nebius", "builder"), ("equinix", "builder"), ("vertiv", "builder"), ("openai", "lab"), ("kimi", "lab"),
        ("amazon", "giant"), ("aws", "giant"), ("oracle", "builder"), ("vistra", "utility"), ("goldman-sachs", ""),
        ("johor", ""), ("white-house", ""),
    ],
)  # fmt: skip
def test_what_a_company_does_for_the_field(lexicon: Lexicon, entity: str, role: str) -> None:
    assert role_of(entity, lexicon) == role


@pytest.mark.parametrize(
    "title",
    [
        "Hudbay Minerals (HBM) acquires a copper mine",
        "Windmills add 2.5 GW to the grid of Egypt",
        "埃及将新增2.5吉瓦可再生电力",
        "Nuclear War: An LLM Scenario",
        "家电厂发布搭载AI技术的家庭空调",
        "重新思考企业软件交付",
    ],
)
def test_what_only_sounds_like_the_field_stays_out(lexicon: Lexicon, title: str) -> None:
    assert not belongs(lexicon, title)


def test_an_abbreviation_of_the_words_before_it_is_a_word_of_the_field(lexicon: Lexicon) -> None:
    assert belongs(lexicon, "SK hynix sells out of High Bandwidth Memory (HBM)")
