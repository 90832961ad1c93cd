"""Which language a text is in, and texts levelled without moving an offset."""

import pytest

from newsletter.language.script import is_traditional, language_of, levelled, lowered


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Nvidia unveils GB300 NVL72", "en"),
        ("英伟达发布新芯片", "zh"),
        ("微软、OpenAI、Oracle联手", "zh"),
        ("Meta 公布財報", "zh"),
        ("輝達發表新晶片", "zh"),
        ("半導体の新しい工場を建設する", "ja"),
        ("삼성전자 HBM4 양산", "ko"),
        ("OpenAI, Oracle and SoftBank 携手 build Stargate sites across Texas", "en"),
        ("2026", "en"),
        ("", "en"),
    ],
)
def test_the_script_tells_the_language(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_declared_language_decides_only_where_the_script_leaves_a_doubt() -> None:
    assert language_of("2026", declared="zh-CN") == "zh"
    assert language_of("Nvidia 涨", declared="zh_TW") == "zh"
    assert language_of("Nvidia 涨") == "en"
    assert language_of("Nvidia unveils a new chip for data centers", declared="zh-CN") == "en"
    assert language_of("英伟达发布新芯片", declared="en") == "zh"


def test_a_chinese_report_with_a_word_of_kana_or_hangul_stays_chinese() -> None:
    assert language_of("日本软银旗下の子公司宣布投资数据中心，规模达百亿美元，预计明年动工") == "zh"
    assert language_of("韩国现代集团（현대）宣布在蔚山建设人工智能数据中心，投资规模超过五十亿美元") == "zh"


def test_traditional_is_told_from_simplified() -> None:
    assert is_traditional("輝達發表伺服器晶片")
    assert not is_traditional("英伟达发布服务器芯片")
    assert not is_traditional("Nvidia")
    assert not is_traditional("台北")


@pytest.mark.parametrize("text", ["ＮＶＩＤＩＡ　投資１００億", "“台積電”—㎡…", "plain", "ﬁber İstanbul", "𠮷野家"])
def test_levelling_and_lowering_keep_every_offset(text: str) -> None:
    assert len(levelled(text)) == len(text)
    assert len(lowered(levelled(text))) == len(text)


def test_levelling_makes_full_width_and_traditional_one_with_simplified() -> None:
    assert levelled("ＮＶＩＤＩＡ：輝達　投資１００億") == "NVIDIA:辉达 投资100亿"
    assert levelled("it’s “fine” – really") == 'it\'s "fine" - really'
