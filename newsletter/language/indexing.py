"""A text becomes the terms that a search index keeps, the same for an article and for a query."""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from newsletter.language.segmenting import search_tokens, simplified
from newsletter.language.stopwords import STOPWORDS

_SIGNS = re.compile(r"[\W_]+")
_SUFFIXES = (("sses", "ss"), ("ies", "y"), ("ing", ""), ("edly", ""), ("ed", ""), ("s", ""))
_SPELLINGS = {"centr": "center", "datacentr": "datacenter"}
_LONGEST = 64
_HAN_RUN = re.compile(r"[\u3007-\u9fff\uf900-\ufaff]+|[\U00020000-\U0003134f]+")


def index_terms(text: str) -> tuple[str, ...]:
    """Words in order, repeated as often as the text has them: stems in English, words and their parts in Chinese.

    Every term is letters, figures and `_`, so that no search engine cuts it again.
    """
    return tuple(term for token in search_tokens(text) if token not in STOPWORDS and (term := index_term(token)))


@lru_cache(maxsize=50_000)
def index_term(token: str) -> str:
    """`node.js` → node_js, raises → rais; "" when nothing searchable is left."""
    if not token.isalnum():
        token = _SIGNS.sub("_", token).strip("_")
    return stem(token)[:_LONGEST] if token.isascii() else token[:_LONGEST]


def sign_pairs(text: str) -> list[tuple[str, ...]]:
    """Of each run of Han signs the neighbouring pairs, in order: they find words that were cut in another way."""
    return [tuple(map("".join, pairwise(run))) for run in _HAN_RUN.findall(text) if len(run) > 1]


def plain(text: str) -> str:
    """A text as its characters are compared: NFKC, casefolded, Simplified."""
    return simplified(unicodedata.normalize("NFKC", text).casefold())


def stem(word: str) -> str:
    """Raises, raised and raising are one word; short words and names with figures stay."""
    if len(word) < 5 or not word.isalpha():
        return word
    for suffix, instead in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)] + instead
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    word = word.removesuffix("e") if len(word) > 4 else word
    return _SPELLINGS.get(word, word)
