"""Whatever an issue holds, its letter has every point of the checklist."""

import random
from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from newsletter.compose.wording import one_line
from newsletter.deliver.headers import fixed, free
from newsletter.model import Issue, Item, RelatedLink, Section, SourceLine, StoryId, TagLabel
from tests.builders import NOW
from tests.checklist import faults, grown
from tests.test_rendering import LANGUAGES, rendered, whole

WORDS = {
    "long": "A title that goes on and on about data centres and their power " * 8,
    "right to left": "مركز بيانات جديد للذكاء الاصطناعي في الرياض بقدرة 500 ميغاواط",
    "emoji": "🚀 rockets 🛰️ 👩🏽‍💻 and 🔌",
    "markup": "<&\">'</td></table><script>alert(1)</script>",
    "template": "{{ 7 * 7 }}{% include 'x' %}{#",
    "forged": "\ue0f0unsubscribe\ue0f1\u202eesrever\r\nBcc: all@example.org",
    "one word": "x" * 900,
}


def everywhere(words: str, language: str) -> Issue:
    """These words in every field that a feed, an editor or a model can fill."""
    line = SourceLine(source=words, title=words, link="https://a.example/1", language=language, published=NOW)
    link = RelatedLink(
        story_id=StoryId("r1"), title=words, link="/stories/r1", source=words, summary=words, language="en",
        published=NOW, because=words, earlier=True, tags=(TagLabel(key="x", name=words),),
    )  # fmt: skip

    def filled(one: Item) -> Item:
        return replace(
            one, headline=words, source=words, summary=words, key_points=(words, words), note=words, why=(words,),
            tags=(TagLabel(key="x", name=words),), sources=(line, line), related=(link,), follow_up="en/2026-W10",
        )  # fmt: skip

    made = whole(3, language)
    assert made.lead is not None
    return replace(
        made,
        intro=words,
        title=words,
        lead=filled(made.lead),
        sections=tuple(replace(one, title=words, items=tuple(map(filled, one.items))) for one in made.sections),
        figures=tuple(replace(one, shown=words[:40], label=words, source=words) for one in made.figures),
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 4, 24, 60])
def test_an_issue_of_any_length_has_every_point(count: int, language: str) -> None:
    made = whole(count, language)
    made = replace(made, subject="AI 基建周报" if language == "zh" else made.subject)
    letter = rendered(made, why=True, sender="AI 基建周报 <weekly@news.example>")
    assert faults(made, letter) == []
    if count <= 45:
        assert grown(letter) <= 90_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_section_without_items_leaves_no_trace(language: str) -> None:
    made = replace(whole(3, language), subject="AI 基建周报")
    hollow = replace(made, sections=(Section(key="x", title="Nothing here", items=()), *made.sections))
    letter = rendered(hollow, sender="weekly@news.example")
    assert faults(hollow, letter) == []
    assert letter == rendered(made, sender="weekly@news.example")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(WORDS))
def test_whatever_words_stand_in_every_field_the_letter_has_every_point(kind: str, language: str) -> None:
    made = replace(everywhere(WORDS[kind], language), subject="AI 基建周报")
    seen = replace(everywhere(one_line(WORDS[kind]), language), subject="AI 基建周报")
    letter = rendered(made, why=True, sender="AI 基建周报 <weekly@news.example>")
    assert faults(seen, letter) == []


def test_three_thousand_mixed_subjects_come_back_as_they_were_written() -> None:
    dice = random.Random(2026)
    words = (
        "AI GPU 英伟达 Nebius 投资 20亿美元 $2 billion 数据中心 — “ ” ， 。 1.5 GW =?utf-8?q? 🚀 é x=y 輝達 a".split(
            " "
        )
    )
    for _ in range(3_000):
        joint = dice.choice(["", " ", "  "])
        text = joint.join(dice.choice(words) for _ in range(dice.randint(1, 25))).strip()
        line = free("Subject", text)
        assert message_from_bytes(line.encode() + b"\r\n\r\n", policy=policy.default)["Subject"] == text
        assert all(len(part) <= 78 for part in line.split("\r\n"))


def test_tokens_of_a_hundred_signs_stay_on_one_line_byte_by_byte() -> None:
    dice = random.Random(2026)
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for _ in range(500):
        value = f"<https://news.example/unsubscribe/{''.join(dice.choice(signs) for _ in range(100))}>"
        line = fixed("List-Unsubscribe", value)
        assert line == f"List-Unsubscribe: {value}"
        assert message_from_bytes(line.encode() + b"\r\n\r\n", policy=policy.default)["List-Unsubscribe"] == value
