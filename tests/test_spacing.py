"""Text set for a reader: spaced, measured, wrapped, shortened."""

import pytest

from newsletter.language.spacing import shorten, spaced, width, wrap


def test_a_space_stands_between_han_and_latin_once() -> None:
    assert spaced("英伟达GB300发布，共100万颗") == "英伟达 GB300 发布，共 100 万颗"
    assert spaced("英伟达 GB300  发布") == "英伟达 GB300 发布"
    assert spaced("輝達投資$2億") == "輝達投資 $2 億"
    assert spaced("Nvidia, GB300") == "Nvidia, GB300"


def test_a_name_that_writes_itself_in_one_stays_in_one() -> None:
    assert spaced("据36氪获悉，36氪首发") == "据 36氪获悉，36氪首发"
    assert spaced("36 氪和21世纪经济报道") == "36氪和 21世纪经济报道"
    assert spaced("36个月，136氪") == "36 个月，136 氪"


def test_a_han_sign_is_two_columns_wide_and_a_combining_mark_none() -> None:
    assert width("英伟达GPU") == 9
    assert width("e\u0301") == 1
    assert width("輝達") == 4
    assert width("") == 0


@pytest.mark.parametrize("columns", [12, 20, 33, 72])
@pytest.mark.parametrize(
    "text",
    [
        "英伟达（Nvidia）宣布投资20亿美元，用于建设数据中心。“我们需要更多电力”，黄仁勋说。",
        "輝達（Nvidia）宣布投資20億美元，用於興建資料中心。",
        "Nvidia said it would invest $2 billion in Nebius, a cloud provider.",
    ],
)
def test_no_line_is_wider_than_asked_or_starts_with_a_closing_sign(text: str, columns: int) -> None:
    lines = wrap(text, columns, "  ").split("\n")
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert width(line) <= columns or len(line.split()) == 1
        assert line.strip()[0] not in "，。”）.,"
        assert line.strip()[-1] not in "（“"


def test_a_link_stays_whole_on_a_line_of_its_own() -> None:
    link = "https://example.com/a/very/long/link/that/is/longer/than/the/line"
    assert link in wrap(f"See {link} now 请看 {link}。", 20).split("\n")


def test_a_line_break_stays_a_line_break() -> None:
    assert wrap("a\n\n英伟达", 10) == "a\n\n英伟达"


def test_shortening_cuts_neither_a_word_nor_a_number() -> None:
    assert shorten("Nvidia invests two billion dollars", 18) == "Nvidia invests…"
    assert shorten("英伟达投资2000000美元入股", 9) == "英伟达投资…"
    assert shorten("輝達投資Nebius公司", 8) == "輝達投資…"
    assert shorten("short", 10) == "short"
    assert shorten("  short  ", 5) == "short"


def test_shortening_never_exceeds_its_limit_even_for_one_long_word() -> None:
    for limit in range(1, 30):
        for text in ("Supercalifragilistic words", "英伟达与Nebius达成20亿美元合作", "（英伟达）"):
            assert len(shorten(text, limit)) <= limit
