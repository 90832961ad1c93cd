import time

import pytest

from newsletter.collect.boilerplate import without_boilerplate

_HN = "Article URL: https://site.example/a?b=1 Comments URL: https://agg.example/item?id=1 Points: 123 # Comments: 20"


@pytest.mark.parametrize(
    "form",
    [
        _HN,
        _HN.replace(" Comments URL", "\nComments URL").replace(" Points", "\nPoints").replace(" #", "\n#"),
        "Score: 981\nComments: 611\nBy: some_body\nDiscussion: https://agg.example/item?id=1",
        "文章链接：https://site.example/a 评论链接：https://agg.example/1 得分： 12",
        "submitted by /u/some_body to r/hardware [link] [comments]",
        "Comments",
        "https://site.example/a https://site.example/b",
        "阅读原文…",
    ],
)
def test_a_form_that_a_program_filled_in_is_no_summary(form: str) -> None:
    assert without_boilerplate(form) == ""


@pytest.mark.parametrize("words", ["We built a chip.", "Ask: which grid? And why.", "我们造了一颗芯片。"])
@pytest.mark.parametrize(
    "around",
    [
        "{}\n" + _HN,
        "{} submitted by /u/some_body [link] [comments]",
        "{} Read more…",
        "{} Continue reading We built a chip at Site »",
        "{} The post We built a chip appeared first on Site.",
        "{}点击查看...",
        "{}（阅读全文）",
        "{} https://site.example/source",
    ],
)
def test_the_words_inside_stay(words: str, around: str) -> None:
    assert without_boilerplate(around.format(words)) == words


@pytest.mark.parametrize(
    "text",
    [
        "Comments: 3 of them were read out in court.",
        "The code is at https://code.example/x",
        "Read more books than last year, the minister said.",
        "Points: 12 and 13 of the agreement cover power.",
        "读者可以点击查看按钮。然后继续。",
        "He will read more",
        "",
    ],
)
def test_a_sentence_that_sounds_like_a_form_stays(text: str) -> None:
    assert without_boilerplate(text) == text


@pytest.mark.parametrize(
    "piece",
    [
        "http://a",
        "https://x ",
        "Points: 1",
        "Comments: ",
        ". Read more ",
        ">",
        "&gt;",
        "The post ",
        "点击查看",
        "submitted by ",
    ],
)
def test_no_repetition_makes_it_slow(piece: str) -> None:
    began = time.process_time()
    without_boilerplate(piece * 20_000 + " end")
    without_boilerplate((". Read more " + piece * 300)[:2300] + " end")
    assert time.process_time() - began < 0.5


def test_the_place_of_a_film_is_no_sentence() -> None:
    placed = "机组并网成功。[!--begin:htmlVideoCode--]3261d357,0,1,16:9,newPlayer[!--end:htmlVideoCode--]这是第一台。"
    assert without_boilerplate(placed) == "机组并网成功。这是第一台。"
