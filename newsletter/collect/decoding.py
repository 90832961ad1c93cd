"""Bytes become text before any parser sees them: labels are hints, the bytes decide."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.language.hanzi import COMMON_HANZI

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LABEL = re.compile(rb"^[^<]{0,64}<\?xml[^>]{0,200}?encoding\s*=\s*[\"']?\s*([A-Za-z0-9][A-Za-z0-9._:+\-]{0,40})")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9][A-Za-z0-9._:+\-]{0,40})", re.IGNORECASE)
# What is labelled with the old name is nearly always written with the larger set.
_MAPPED_UP = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
}
_NAMES = {
    "x-gbk": "gbk",
    "gb_2312-80": "gbk",
    "gb-2312": "gbk",
    "utf8mb4": "utf-8",
    "unicode": "utf-16",
    "x-sjis": "shift_jis",
}
_NO_CHARSETS = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "unicode-escape", "raw-unicode-escape"}
)
_SEVEN_BIT = ("iso2022", "hz", "utf-7")
_CHINESE = ("gb18030", "big5hkscs")
_SAMPLE = 200_000
_PLAUSIBLE = 0.25
"""Real Chinese news has 0.5 to 0.7 common characters among its Han ones, the wrong one of GB and Big5 below 0.1."""
_SURE = 0.4
_BAD = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    text: str
    encoding: str
    problems: tuple[str, ...] = ()


def decode(body: bytes, content_type: str = "") -> Decoded:
    """Text from bytes: byte order mark, UTF-8, what is declared, what is likely; there is always a text."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _as(name, body[len(mark) :])
    if wide := _wide(body):
        return _as(wide, body)
    declared = tuple(_declared(body, content_type))
    if any(name.startswith(_SEVEN_BIT) for name in declared) and body.isascii():
        return _as(declared[0], body)
    try:
        return Decoded(text=body.decode("utf-8"), encoding="utf-8")
    except UnicodeDecodeError:
        return _not_quite_utf8(body, declared)


def _declared(body: bytes, content_type: str) -> Iterator[str]:
    """Names that Python knows, the one of HTTP first, mapped up."""
    given = [match[1] for match in (_CHARSET.search(content_type),) if match]
    given += [match[1].decode("ascii") for match in (_LABEL.match(body[:1024]),) if match]
    for name in dict.fromkeys(given):
        try:
            known = codecs.lookup(_NAMES.get(name.lower(), name)).name
            b"a".decode(known)
        except (LookupError, ValueError):
            continue
        if known not in _NO_CHARSETS:
            yield _MAPPED_UP.get(known, known)


def _wide(body: bytes) -> str:
    """UTF-16 without a mark: every second byte of its markup is zero. Such bytes are valid UTF-8 too."""
    head = body[:400]
    if len(head) < 8 or b"\0" not in head[:8]:
        return ""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if even > len(head) / 5 and not odd:
        return "utf-16-be"
    return "utf-16-le" if odd > len(head) / 5 and not even else ""


def _not_quite_utf8(body: bytes, declared: tuple[str, ...]) -> Decoded:
    strict = body.decode("utf-8", "replace")
    bad = strict.count("\ufffd") - body.count(b"\xef\xbf\xbd")
    good = _count_beyond_ascii(strict) - bad
    # A few bad bytes among many good sequences: no other encoding looks like UTF-8 by chance.
    if (good >= 3 and bad <= max(good // 10, 1)) or ("utf-8" in declared and good >= bad):
        return Decoded(text=body.decode("utf-8", _MENDING), encoding="utf-8", problems=("a few bytes are not UTF-8",))
    if likely := _likely_asian(body, declared):
        return _as(likely, body, declared)
    for name in declared:
        found = _as(name, body, declared)
        if name != "utf-8" and _badness(found.text) <= _BAD:
            return found
    return _as(_detected(body), body, declared)


def _likely_asian(body: bytes, declared: tuple[str, ...]) -> str:
    """GB18030 or Big5 where the text makes sense so: each can read nearly all bytes of the other, as nonsense."""
    if any(name not in _CHINESE and _is_wide_set(name) for name in declared):
        return ""
    sample = body[:_SAMPLE]
    sense = {name: _sense(sample.decode(name, "replace")) for name in _CHINESE}
    best = max(_CHINESE, key=lambda name: (sense[name] + 0.1 * (name in declared), name == "gb18030"))
    if best in declared and sense[best] >= _PLAUSIBLE:
        return best
    for name in ("euc_jp", "cp932"):
        if _share(sample, name, "\u3041", "\u30fa") > 0.2:
            return name
    if _share(sample, "cp949", "\uac00", "\ud7a3") > 0.7 and sense[best] < _SURE:
        return "cp949"
    if sense[best] >= _PLAUSIBLE:
        return best
    return next((name for name in declared if name in _CHINESE and sense[name] > 0), "")


def _share(sample: bytes, name: str, first: str, last: str) -> float:
    text = sample.decode(name, "replace")
    return sum(first <= character <= last for character in text) / max(_count_beyond_ascii(text), 1)


def _is_wide_set(name: str) -> bool:
    return name.startswith(("cp932", "euc", "cp949", "johab", "shift", "iso2022"))


def _sense(text: str) -> float:
    """The share of common characters among the Han ones; 0 for text that is damaged or hardly Chinese."""
    beyond = _count_beyond_ascii(text)
    han = [character for character in text if "\u3400" <= character <= "\u9fff"]
    if not han or len(han) < beyond / 3 or text.count("\ufffd") > max(3, beyond * 3 * _BAD):
        return 0.0
    return sum(character in COMMON_HANZI for character in han) / len(han)


def _badness(text: str) -> float:
    """The share of what no text has: lost bytes and C1 controls."""
    beyond = _count_beyond_ascii(text)
    return (text.count("\ufffd") + sum("\x80" <= c <= "\x9f" for c in text)) / max(beyond, 1)


def _count_beyond_ascii(text: str) -> int:
    return sum(map(len, _BEYOND_ASCII.findall(text)))


def _detected(body: bytes) -> str:
    """The detector is believed about other alphabets; among the Latin sets it guesses, and Windows-1252 is likelier."""
    from charset_normalizer import from_bytes  # slow to load, seldom needed

    found = from_bytes(body[:_SAMPLE]).best()
    name = codecs.lookup(found.encoding if found else "cp1252").name
    letters = [
        character for character in body[:_SAMPLE].decode(name, "replace") if character > "\x7f" and character.isalpha()
    ]
    other = sum(character > "\u024f" for character in letters)
    return _MAPPED_UP.get(name, name) if other * 2 > len(letters) else "cp1252"


def _as(name: str, body: bytes, declared: tuple[str, ...] = ()) -> Decoded:
    text = body.decode(name, "replace")
    problems = ["a few bytes are not " + name.upper()] if text.count("\ufffd") > body.count(b"\xef\xbf\xbd") else []
    if declared and name not in declared:
        problems.append(f"labelled {declared[0]}, read as {name}")
    return Decoded(text=text.removeprefix("\ufeff"), encoding=name, problems=tuple(problems))


def _mend(error: UnicodeError) -> tuple[str, int]:
    """A lone byte among ASCII is a quotation mark or an accent of Windows-1252; any other is lost."""
    assert isinstance(error, UnicodeDecodeError)
    start, end, given = error.start, error.end, error.object
    alone = end - start == 1 and given[end : end + 1].isascii() and given[max(start - 1, 0) : start].isascii()
    return (given[start:end].decode("cp1252", "replace") if alone else "\ufffd"), end


_MENDING = "newsletter-mend"
codecs.register_error(_MENDING, _mend)
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
