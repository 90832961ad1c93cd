"""What the pages say, in both languages: a file for each group of pages."""

from newsletter.web.words import delivery, desk, draft, joining, pages
from newsletter.web.words.said import Said

LANGUAGES = ("en", "zh")
HTML_LANGUAGE = {"en": "en", "zh": "zh-Hans"}
GROUPS = (pages.WORDS, joining.WORDS, desk.WORDS, draft.WORDS, delivery.WORDS)
WORDS: dict[str, Said] = {key: said for group in GROUPS for key, said in group.items()}


def say(key: str, language: str, /, **values: object) -> str:
    """The words of a key; an unknown key is a mistake of ours and raises KeyError."""
    said = WORDS[key]
    words = said.zh if language == "zh" else said.en
    return words.format(**values) if values else words
