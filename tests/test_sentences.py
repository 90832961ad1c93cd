"""Where sentences end."""

import pytest

from newsletter.language.sentences import sentences


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("The U.S. government said so. It acted.", 2),
        ("Sales rose in the U.S. The firm said so.", 2),
        ("That holds for Q3. Next year is better.", 2),
        ("It is No. 5 in the list. Good.", 2),
        ("J. P. Morgan and Dr. Smith met. They agreed.", 2),
        ("It cost $3.5 billion. Shares rose 2.4 percent.", 2),
        ("Nvidia Corp. will invest. Amazon.com Inc. said no.", 2),
        ("She works at Apple Inc. The company is big.", 2),
        ("It works with node.js. And vLLM 0.6.1 is out.", 2),
        ("At 9 a.m. Monday it began. At 5 p.m. The crowd left.", 3),
        ("Chips, e.g. GPUs, i.e. accelerators, sell. Yes.", 2),
        ("Really? Yes! Good.", 3),
        ('He said, "We will build. We will win." Then he left.', 2),
        ("He said “we build. We win ‘it. All’ now.” Then he left.", 2),
        ("1. First point\n2. Second point", 2),
        ("Wait ... then go on", 1),
        ("", 0),
    ],
)
def test_english(text: str, parts: int) -> None:
    assert len(sentences(text)) == parts, sentences(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("英伟达发布新品。股价上涨3.5%！真的吗？是的", ("英伟达发布新品。", "股价上涨3.5%！", "真的吗？", "是的")),
        ("“我们会建设。”他说。然后离开。", ("“我们会建设。”他说。", "然后离开。")),
        ("“我们会建设。我们会赢。”黄仁勋表示。下一句。", ("“我们会建设。我们会赢。”黄仁勋表示。", "下一句。")),
        ("財報公布。黃仁勳說：「很好。」他離開了。", ("財報公布。", "黃仁勳說：「很好。」", "他離開了。")),
        ("公司（NASDAQ：NVDA）收于100.2美元。完", ("公司（NASDAQ：NVDA）收于100.2美元。", "完")),
        ("第一行\n第二行", ("第一行", "第二行")),
        ("等等……再说", ("等等……再说",)),
    ],
)
def test_chinese(text: str, expected: tuple[str, ...]) -> None:
    assert sentences(text) == expected


def test_no_character_is_lost_but_space() -> None:
    text = 'Nvidia said "yes. No." and left. 英伟达表示：“好。”完了。 U.S. firms, J. Doe etc. grew.'
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


def test_a_hostile_text_takes_no_time() -> None:
    assert len(sentences("“" * 5_000 + '"' * 5_000 + "a." * 5_000)) >= 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Nvidia Corp. said sales rose 3.5%. It expects more.", 2),
        ("The U.S. Commerce Dept. pulled it. Officials in D.C. agreed.", 2),
        ("J. Huang spoke at 9 a.m. Monday. He left.", 2),
        ("See Fig. 3 for details. No. 5 is next.", 2),
        ("Visit example.com. It runs v2.0.1 of vLLM.", 2),
        ("Wait... what? Yes!", 2),
        ("他说：「我們會擴產。明年更多。」隨後離開。", 2),
        ("“产能不足。”他说，“明年会好。”公司股价上涨。", 2),
        ("营收增长3.5%。净利润为1.2亿元！是吗？是的。", 4),
        ("等等……我们再看。结果如何？", 2),
        ("OpenAI宣布与AWS合作。The deal is worth $38bn. 双方未置评。", 3),
    ],
)
def test_hard_cases_of_both_languages(text: str, count: int) -> None:
    assert len(sentences(text)) == count
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
