"""A text becomes words: Han runs by dictionary, Latin runs by their own rule."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING

from opencc import OpenCC

from newsletter.language.script import HAN, has_han, is_traditional, levelled

if TYPE_CHECKING:
    import rjieba

_RUN = re.compile(rf"[{HAN}]+|[a-z0-9À-ɏ]+(?:[.\-_'’&+/][a-z0-9À-ɏ]+)*\+{{0,2}}")
_HAN_ONLY = re.compile(rf"[{HAN}]{{2,}}")
_PARTS = re.compile(r"[\-_/]")
_OWN_WORD = re.compile(r"[a-zÀ-ɏ]{4,}")
# Enough that every name of the gazetteer is one word by itself (add_word's own guess leaves 昇腾 in two), and no more
# than a word has that stands across its end: at 20,000 新联电子 was 新 联电 子, and 微软件 a firm's.
_NAME_FREQUENCY = 500
# Signs on either side of a name that show which words it is made of.
_AROUND = 6


def simplified(text: str) -> str:
    """Simplified Chinese; Traditional text gets mainland vocabulary too (伺服器 → 服务器), so lengths may change."""
    if not has_han(text):
        return text
    return _taiwan_to_mainland().convert(text) if is_traditional(text) else levelled(text)


def tokens(text: str) -> tuple[str, ...]:
    """Words in order: NFKC, casefolded, Simplified. Names keep their signs (gb300, sk-ii, node.js, c++)."""
    return tuple(_cut(text, _segmenter().cut))


def search_tokens(text: str) -> tuple[str, ...]:
    """As `tokens`, with the shorter words inside long Han words added, for a search index."""
    return tuple(_cut(text, _segmenter().cut_for_search))


def tagged_tokens(text: str) -> Iterable[tuple[str, str]]:
    """As `tokens`, each with the dictionary's part of speech; "" for what is not Han."""
    plain = simplified(unicodedata.normalize("NFKC", text).casefold())
    for run in _RUN.findall(plain):
        if run[0] >= "\u3007":
            yield from _segmenter().tag(run)
        else:
            for word in _latin(run):
                yield word, ""


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether the signs of this span (of levelled text) are words of their own: 新思 is none in 新思维 or 重新思考.

    A name may stand at the head or end of a longer word when what is left is a word too: 高通公司, 比尔盖茨. One that
    opens its clause wins over a word across its end: 超微处理器.
    """
    first = at = max(0, start - _AROUND)
    opens = start == 0 or not has_han(text[start - 1])
    for word in _segmenter().cut(text[first : end + _AROUND], False):
        begin, at = at, at + len(word)
        if begin < end and at > start and (begin < start or at > end):
            whole = begin <= start and end <= at
            if 1 in (start - begin, at - end) if whole else not (opens and begin > start):
                return False
    return True


def holds_a_word(text: str) -> bool:
    """Whether signs of a Han run make a word of the dictionary: those of 自带 do, those of 曦智 do not."""
    return any(len(word) > 1 for word in _segmenter().cut(text, False))


def know(words: Iterable[str]) -> None:
    """Teach names to the dictionary. Only Han words: a Latin word in it would cut English apart (jieba#514)."""
    segmenter = _segmenter()
    for word in sorted(set(words)):
        known = simplified(word)
        if _HAN_ONLY.fullmatch(known):
            segmenter.add_word(known, _NAME_FREQUENCY, "nz")


def _cut(text: str, cut_han: Callable[[str], Iterable[str]]) -> Iterable[str]:
    plain = simplified(unicodedata.normalize("NFKC", text).casefold())
    for run in _RUN.findall(plain):
        if run[0] >= "\u3007":
            yield from cut_han(run)
        else:
            yield from _latin(run)


def _latin(run: str) -> Iterable[str]:
    """A run with signs in it is one name (sk-ii, gpt-5) unless a part is a word of its own (data-center)."""
    run = run.replace("’", "'").removesuffix("'s")
    parts = _PARTS.split(run)
    if len(parts) > 1 and any(_OWN_WORD.fullmatch(part) for part in parts):
        return parts
    return (run,)


@cache
def _segmenter() -> "rjieba.Jieba":
    import rjieba  # 34 MB, which collecting and sending do not need

    return rjieba.Jieba()


@cache
def _taiwan_to_mainland() -> OpenCC:
    return OpenCC("tw2sp")
