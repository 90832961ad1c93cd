"""Which script a text is written in, and so which language it is."""

import re
import unicodedata
from functools import cache

from opencc import OpenCC

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAN = re.compile(f"[{HAN}]")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]")
_HANGUL = re.compile("[\uac00-\ud7a3\u1100-\u11ff]")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’\-]*")
_KNOWN = ("en", "zh", "ja", "ko")

# A Chinese report may quote a の or a Korean name; a Japanese or Korean one is full of its own letters.
_OWN_LETTERS = 0.1


def has_han(text: str) -> bool:
    return _HAN.search(text) is not None


def language_of(text: str, *, declared: str = "") -> str:
    """One of en, zh, ja, ko. `declared` (a feed's `zh-CN`) decides only where the script leaves a doubt."""
    han, kana, hangul = (len(p.findall(text)) for p in (_HAN, _KANA, _HANGUL))
    words = len(_LATIN_WORD.findall(text))
    if kana and kana >= _OWN_LETTERS * (han + kana) and han + kana >= words / 2:
        return "ja"
    if hangul and hangul >= _OWN_LETTERS * (han + hangul) and hangul >= words / 2:
        return "ko"
    prior = _base(declared)
    if han + words == 0:
        return prior or "en"
    if prior == "zh" and han and han >= words / 4:
        return "zh"
    if prior == "ja" and han and not words:
        return "ja"
    return "zh" if han >= 2 and han >= words / 2 else "en"


def is_traditional(text: str) -> bool:
    """More characters that only Traditional writing has than characters that only Simplified writing has."""
    traditional, simplified = _marks()
    balance = 0
    for character in _HAN.findall(text):
        balance += (character in traditional) - (character in simplified)
    return balance > 0


def language_tag(text: str, language: str) -> str:
    """The BCP 47 tag for a phrase: Chinese says which of its two ways of writing it is in."""
    if language != "zh":
        return language or "en"
    return "zh-Hant" if is_traditional(text) else "zh-Hans"


def runs_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction is of a script written from the right (UAX #9, P2)."""
    strong = next((d for c in text if (d := unicodedata.bidirectional(c)) in ("L", "R", "AL")), "L")
    return strong != "L"


def levelled(text: str) -> str:
    """Full-width as half-width and Traditional as Simplified, character by character: offsets stay as they are.

    What NFKC would spell with several characters (㎡, …) keeps its own, except that every kind of space is a space.
    """
    return text if text.isascii() else text.translate(_LEVEL)


def lowered(text: str) -> str:
    """Small letters, never longer or shorter than the text (İ would become two)."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(c if len(c.lower()) != 1 else c.lower() for c in text)


def _base(declared: str) -> str:
    base = declared.replace("_", "-").partition("-")[0].lower()
    return base if base in _KNOWN else ""


class _Level(dict[int, int]):
    """A translation table that fills itself with the characters it meets."""

    def __missing__(self, code: int) -> int:
        single = unicodedata.normalize("NFKC", chr(code))
        if len(single) == 1 and has_han(single):
            single = _to_simplified().convert(single)
        self[code] = ord(single) if len(single) == 1 else code
        return self[code]


_LEVEL = _Level({ord("’"): ord("'"), ord("‘"): ord("'"), ord("“"): ord('"'), ord("”"): ord('"')})
_LEVEL.update({ord(dash): ord("-") for dash in "‐‑‒–—―−"})


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


@cache
def _marks() -> tuple[frozenset[str], frozenset[str]]:
    """The characters that only one of the two ways of writing uses."""
    every = [chr(code) for code in range(0x4E00, 0x9FFF)]
    line = "\n".join(every)
    simple, full = OpenCC("t2s").convert(line).split("\n"), OpenCC("s2t").convert(line).split("\n")
    traditional = {c for c, other in zip(every, simple, strict=True) if c != other}
    simplified = {c for c, other in zip(every, full, strict=True) if c != other}
    return frozenset(traditional - simplified), frozenset(simplified - traditional)
