"""Where a sentence ends, in English and in Chinese."""

import re

from newsletter.language.script import HAN

_ABBREVIATIONS = frozenset(
    """mr mrs ms dr prof sen rep gov gen col lt sgt capt st jr sr inc corp co ltd llc plc bros vs no nos fig vol ed eds
    approx est dept univ jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun u.s u.k u.n e.u
    u.s.a d.c a.m p.m i.e e.g cf al etc""".split()  # noqa: SIM905
)
# These end a sentence as often as not: the next word decides.
_EITHER = frozenset("u.s u.k u.n e.u u.s.a d.c a.m p.m inc corp co ltd llc plc etc al jr sr".split())  # noqa: SIM905
_STARTERS = frozenset(
    """the a an it he she they we in on at but and this that these those its his her their as after before while when if
    meanwhile however for with by from to there what i you our according last""".split()  # noqa: SIM905
)
_CLOSING = "\"'”’」』）)】》］\\]"
_END = re.compile(
    rf"(?P<han>[。！？；!?;…]+(?=[{_CLOSING}]*(?:[\s{HAN}]|$))|[。！？；]+)[{_CLOSING}]*|(?P<latin>[.!?]+)[{_CLOSING}]*(?=\s)|\n+"
)
_LAST_WORD = re.compile(r"([A-Za-z][A-Za-z.]*|\d[\d.]*)$")
# What is quoted stays whole unless it is a speech.
_QUOTED = re.compile(
    r"“[^“”\n]{1,200}”|「[^「」\n]{1,200}」|『[^『』\n]{1,200}』|‘[^‘’\n]{3,200}’(?![A-Za-z])"
    r"|(?<![^\s(\[—:：，,])\"[^\"\n]{1,200}\"(?![A-Za-z0-9])"
)
_SAYS = re.compile(rf"[，,、：:]|[{HAN}]{{0,6}}(?:说|表示|称|指出|道|写道|补充|強調|强调|說|表示|稱)")


def sentences(text: str) -> tuple[str, ...]:
    """The sentences in order, without the space around them."""
    found: list[str] = []
    start = 0
    quoted = [quote.span() for quote in _QUOTED.finditer(text)]
    for end in _END.finditer(text):
        if any(open_ < end.start() and end.end() < close for open_, close in quoted) or not _breaks(text, end, start):
            continue
        found.append(text[start : end.end()].strip())
        start = end.end()
    found.append(text[start:].strip())
    return tuple(sentence for sentence in found if sentence)


def _breaks(text: str, end: re.Match[str], start: int) -> bool:
    if end["latin"]:
        return _breaks_latin(text, end, start)
    if end["han"]:
        closed = end.end() > end.end("han")
        if closed and _SAYS.match(text, end.end()):
            return False  # “……。”他说 goes on
        if end["han"][0] in ";；":
            return "；" in end["han"] and end.end() - start > 8
        return end["han"].strip("…") != ""
    return True


def _breaks_latin(text: str, end: re.Match[str], start: int) -> bool:
    """A period ends a sentence when a capital, figure, quote or Han sign follows and no abbreviation precedes."""
    rest = text[end.end() :].lstrip()
    if not rest:
        return True
    if not (rest[0].isupper() or rest[0].isdigit() or rest[0] in "\"'“‘([$€£" or ord(rest[0]) > 0x2E80):
        return False
    if end["latin"] != ".":
        return True
    word = _LAST_WORD.search(text, start, end.start())
    if word is None:
        return True
    last = word[1].lower()
    if last.isdigit() and not text[start : word.start()].strip():
        return False  # the number of a list: 1. First
    next_word = re.split(r"[^A-Za-z]", rest, maxsplit=1)[0].lower()
    if last in ("no", "nos", "fig", "vol") and not rest[0].isdigit():
        return True
    if last in _EITHER:
        return next_word in _STARTERS
    if len(last) == 1 and last.isalpha():
        return last == "i" or next_word in _STARTERS  # an initial: J. Smith
    return last not in _ABBREVIATIONS
