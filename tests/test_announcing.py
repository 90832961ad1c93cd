"""Subject and preheader fit an inbox and are never cut where they would lie."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.compose.announcing import PREHEADER, SUBJECT, fitted, preheader, subject
from newsletter.language.segmenting import tokens
from newsletter.model import Item
from tests.builders import item

LONG_EN = "OpenAI and SoftBank put $1 billion into SB Energy to build Stargate data centres in Texas"
LONG_ZH = "英伟达宣布向云计算公司Nebius投资20亿美元并计划在2030年前部署超过5吉瓦的数据中心"


def test_a_short_headline_is_the_subject_as_it_stands() -> None:
    assert subject([item()], language="en", otherwise="") == "Nvidia invests $2 billion in Nebius"


@pytest.mark.parametrize(("headline", "language"), [(LONG_EN, "en"), (LONG_ZH, "zh")])
def test_a_long_headline_is_cut_to_the_limit_of_its_language(headline: str, language: str) -> None:
    made = subject([item(headline=headline, language=language)], language=language, otherwise="")
    assert 0 < len(made) <= SUBJECT[language]


def test_an_english_subject_ends_where_a_phrase_ends() -> None:
    assert fitted(LONG_EN, 60) == "OpenAI and SoftBank put $1 billion into SB Energy"


def test_a_chinese_subject_ends_with_a_clause_where_it_can() -> None:
    assert fitted("Meta 启动“Meta Compute”计划，将自建数十吉瓦电力与算力", 28) == "Meta 启动“Meta Compute”计划"


@pytest.mark.parametrize("limit", range(12, 44))
def test_a_number_is_whole_or_absent(limit: int) -> None:
    for text in (
        "Chipmaker wins order worth $1,250,000,000 from ministry",
        "芯片公司获得部委价值1,250,000,000元的大额订单合同",
        "某公司今年将投资12.5亿元建设新的数据中心园区项目",
    ):
        shown = re.findall(r"\d[\d,.]*", fitted(text, limit))
        assert all(number in re.findall(r"\d[\d,.]*", text) for number in shown), fitted(text, limit)


@pytest.mark.parametrize("limit", range(8, 28))
def test_a_chinese_word_is_whole_or_absent(limit: int) -> None:
    kept = fitted("国家发展改革委员会批准内蒙古数据中心集群扩建工程并提供补贴", limit).rstrip("…")
    words = tokens("国家发展改革委员会批准内蒙古数据中心集群扩建工程并提供补贴")
    ends = {len("".join(words[:count])) for count in range(1, len(words) + 1)}
    assert len(kept) in ends


@given(st.text(max_size=200), st.sampled_from([28, 60]))
def test_no_text_is_ever_longer_than_the_limit(text: str, limit: int) -> None:
    made = fitted(text, limit)
    assert len(made) <= limit
    assert "\n" not in made
    assert "\r" not in made


def test_one_space_stands_between_latin_and_han() -> None:
    assert subject([item(headline="英伟达向Nebius投资20亿美元", language="zh")], language="zh", otherwise="") == (
        "英伟达向 Nebius 投资 20 亿美元"
    )


def test_a_headline_in_capitals_becomes_a_sentence() -> None:
    made = subject([item(headline="NVIDIA INVESTS IN CLOUD COMPANY")], language="en", otherwise="")
    assert made == "Nvidia invests in cloud company"


def test_a_chinese_reader_is_not_greeted_by_an_english_subject_when_there_is_a_chinese_story() -> None:
    items = [item(), item("a2", "Meta 发布四款自研芯片", language="zh")]
    assert subject(items, language="zh", otherwise="") == "Meta 发布四款自研芯片"


def test_an_issue_without_stories_is_announced_by_its_name() -> None:
    assert subject([], language="en", otherwise="Weekly 2026-W11") == "Weekly 2026-W11"


@pytest.mark.parametrize(
    ("language", "lead", "second"),
    [
        (
            "en",
            item(key_points=("The company plans 5 gigawatts of data centres by 2030.",)),
            item("a2", "Meta shows four chips of its own"),
        ),
        (
            "zh",
            item(
                headline="英伟达向 Nebius 投资 20 亿美元",
                language="zh",
                key_points=("后者计划到 2030 年建成 5 吉瓦的数据中心园区。",),
            ),
            item("a2", "台达发布数据中心储能方案", language="zh"),
        ),
    ],
)
def test_the_preheader_says_what_the_subject_does_not(language: str, lead: Item, second: Item) -> None:
    first = subject([lead, second], language=language, otherwise="")
    made = preheader([lead, second], first, language=language)
    least, most = PREHEADER[language]
    assert least <= len(made) <= most
    assert first not in made


def test_a_preheader_never_repeats_a_lead_that_only_repeats_itself() -> None:
    lead = item(key_points=(), summary="Nvidia invests $2 billion in Nebius.")
    made = preheader([lead, item("a2", "Meta shows four chips of its own")], lead.headline, language="en")
    assert made == "Also: Meta shows four chips of its own"
