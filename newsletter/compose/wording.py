"""The letter's own words in both languages, and words from elsewhere made fit to stand beside them."""

import re
from collections.abc import Mapping
from functools import cache

from babel import Locale

from newsletter.language.phrasebook import Phrasebook
from newsletter.language.spacing import spaced
from newsletter.slots import without_markers

LOCALES = {"en": "en_GB", "zh": "zh_Hans_CN"}
TAGS = {"en": "en", "zh": "zh-Hans"}
"""BCP 47 tags of our editions' languages."""

# Controls, and the invisible signs that turn the direction of all that follows (CVE-2021-42574).
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")
_STRAIGHT = str.maketrans("‘’“”", "''\"\"")
_SPACE = re.compile(r"\s+")

WORDS: dict[str, dict[str, str]] = {
    "number": {"en": "No. {number}", "zh": "第 {number} 期"},
    "five lines": {"en": "This week in five lines", "zh": "本周五句话"},
    "numbers": {"en": "The week in numbers", "zh": "本周数字"},
    "lead": {"en": "Lead story", "zh": "头条"},
    "web": {"en": "Read on the web", "zh": "网页版"},
    "twin": {"en": "中文版", "zh": "English edition"},
    "earlier": {"en": "earlier", "zh": "此前"},
    "related": {"en": "Related", "zh": "相关文章"},
    "note": {"en": "Editor’s note", "zh": "编者按"},
    "follow-up": {"en": "Follow-up", "zh": "后续"},
    "why": {"en": "Why it is here: {reasons}", "zh": "入选理由：{reasons}"},
    "semicolon": {"en": "; ", "zh": "；"},
    "translated": {"en": "machine translated", "zh": "机器翻译"},
    "in en": {"en": " (in English)", "zh": "（英文）"},
    "in zh": {"en": " (in Chinese)", "zh": "（中文）"},
    "in other": {"en": " (in another language)", "zh": "（其他语言）"},
    "comma": {"en": ", ", "zh": "，"},
    "forwarded": {
        "en": "Was this letter forwarded to you? Subscribe to get your own every week.",
        "zh": "这封信是别人转发给您的？订阅后每周都会收到。",
    },
    "subscribe": {"en": "Subscribe", "zh": "订阅"},
    "because": {"en": "You get this letter because", "zh": "您收到这封信，因为"},
    "subscribed": {"en": "subscribed to {title}.", "zh": "订阅了《{title}》。"},
    "unsubscribe": {"en": "Unsubscribe", "zh": "退订"},
    "preferences": {"en": "Preferences", "zh": "偏好设置"},
    "archive": {"en": "All issues", "zh": "往期"},
    "also": {"en": "Also: {headlines}", "zh": "另有：{headlines}"},
    "empty": {
        "en": "Nothing in our sources was worth your time this week.",
        "zh": "本周来源中没有值得占用您时间的消息。",
    },
    "week": {"en": "Week of {date}", "zh": "{date}当周"},
    # -- why a story is not in the issue
    "dropped": {"en": "dropped by {by}", "zh": "{by} 删除"},
    "dropped why": {"en": "dropped by {by}: {reason}", "zh": "{by} 删除：{reason}"},
    "merged": {"en": "told with “{headline}” by {by}", "zh": "{by} 将其并入《{headline}》"},
    "told": {"en": "told in {issue} and has not moved since", "zh": "{issue} 已报道，此后无新进展"},
    "alike": {"en": "tells the same event as “{headline}”", "zh": "与《{headline}》是同一事件"},
    "company": {"en": "{company} is in this issue {count} times already", "zh": "{company}在本期已出现 {count} 次"},
    "full": {"en": "the section “{section}” is full", "zh": "“{section}”版块已满"},
    "enough": {"en": "the issue has its {count} stories", "zh": "本期已满 {count} 则"},
    "weak": {"en": "too little weight for this week", "zh": "本周分量不足"},
    "homeless": {"en": "no section of this edition takes it", "zh": "本版没有对应的版块"},
    "gone": {"en": "its story is gone; the edit ({kind}) is kept", "zh": "对应的报道已不存在，编辑（{kind}）仍保留"},
}
LEFT_OUT = (
    "dropped why", "dropped", "merged", "told", "alike", "company", "full", "enough", "weak", "homeless", "gone",
)  # fmt: skip
"""The keys of what a draft says of a story that is not in it; the longer of two alike is first."""
_PLURALS: dict[str, dict[str, dict[str, str]]] = {
    "stories": {"en": {"one": "{count} story", "other": "{count} stories"}, "zh": {"other": "{count} 则报道"}},
    "minutes": {"en": {"one": "{count} minute", "other": "{count} minutes"}, "zh": {"other": "{count} 分钟读完"}},
    "min": {"en": {"other": "{count} min"}, "zh": {"other": "{count} 分钟"}},
    "reports": {"en": {"one": "{count} report", "other": "{count} reports"}, "zh": {"other": "{count} 篇报道"}},
}


def say(key: str, language: str, **values: object) -> str:
    return WORDS[key][language].format(**values)


def left_out_in(language: str, sentence: str, names: Mapping[str, str]) -> str:
    """Why a story is not in the issue, for a person who reads another language than the issue's readers.

    `names` says how sections are called there. The sentence as it is where it is none of ours.
    """
    return _left_out_book(language).said(sentence, names)


@cache
def _left_out_book(language: str) -> Phrasebook:
    other = "en" if language == "zh" else "zh"
    return Phrasebook((WORDS[key][other], WORDS[key][language]) for key in LEFT_OUT)


def count(key: str, number: int, language: str) -> str:
    """`1 story`, `2 stories`, by the plural rules of the language (CLDR)."""
    forms = _PLURALS[key][language]
    return forms.get(_locale(language).plural_form(number), forms["other"]).format(count=number)


def one_line(text: str) -> str:
    """Words from elsewhere as one line: no controls, no slots, one space between Han and Latin."""
    return spaced(plain_line(text))


def beside_han(text: str) -> str:
    """An English phrase in a Chinese letter: its curly quotation marks would be as wide as a Han sign."""
    return text.translate(_STRAIGHT)


def plain_line(text: str) -> str:
    """As `one_line`, with the spacing that the words have."""
    return _SPACE.sub(" ", _UNFIT.sub(" ", without_markers(text))).strip()


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(LOCALES[language])
