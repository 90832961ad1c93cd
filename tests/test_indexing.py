"""The same terms for an article and for a query."""

import pytest

from newsletter.language.indexing import index_term, index_terms, plain, stem


def test_forms_of_an_english_word_are_one_term() -> None:
    assert len({stem(word) for word in ("raise", "raises", "raised", "raising")}) == 1
    assert len({stem(word) for word in ("invest", "invests", "invested", "investing")}) == 1
    assert stem("centre") == stem("center") == stem("centers")
    assert stem("h100s") == "h100s"
    assert stem("gas") == "gas"


def test_terms_are_letters_and_figures_only() -> None:
    assert index_terms("Node.js on GB300") == ("node_js", "gb300")
    assert all(term.replace("_", "").isalnum() for term in index_terms("Node.js & C++ AT&T GPT-5.3 数据中心 ☃"))
    assert index_term("☃") == ""


@pytest.mark.parametrize("text", ["数据中心扩建", "資料中心擴建", "數據中心擴建"])
def test_the_writings_of_chinese_share_their_terms(text: str) -> None:
    assert {"数据", "中心"} <= set(index_terms(text))


def test_a_long_word_is_cut_to_the_same_term_everywhere() -> None:
    assert len(index_terms("x" * 5_000)[0]) == 64
    assert index_terms("x" * 5_000) == index_terms("x" * 90)


def test_plain_text_compares_across_case_width_and_writing() -> None:
    assert plain("ＡＩ 輝達的伺服器") == plain("ai 英伟达的服务器")
