"""One thing that a page says, in both languages."""

from typing import NamedTuple


class Said(NamedTuple):
    en: str
    zh: str
