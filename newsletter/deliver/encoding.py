"""Bodies for the wire, encoded once for all readers: only the slots and their seams are encoded for each.

Both encodings give lines of at most 76 ASCII characters that end in CRLF, and none that begins with a dot.
"""

import re
from binascii import b2a_base64
from collections.abc import Sequence
from typing import Protocol

_WIDTH = 75  # and the "=" of a soft line break, RFC 2045 6.7
_LINE_BYTES = 57  # 76 letters of base64
_SOFT = b"=\r\n"
_PLAIN = re.compile(rb"[!-\-/-<>-~][ -<>-~]{0,73}")
_ENTITY = tuple(bytes((byte,)) if 32 <= byte <= 126 and byte != 0x3D else b"=%02X" % byte for byte in range(256))
_LINE_BREAK = re.compile("\r\n|\r|\n")


class Body(Protocol):
    """One part of a letter. `spliced` takes the reader's values, a value for each slot in order of appearance."""

    encoding: str
    size: int
    """Bytes without the values."""

    def spliced(self, values: Sequence[bytes]) -> list[bytes]: ...


def best_body(fixed: Sequence[str]) -> Body:
    """The shorter encoding of a text that is cut at its slots: n + 1 fixed pieces for n slots."""
    pieces = [_LINE_BREAK.sub("\r\n", piece).encode() for piece in fixed]
    quoted, base64 = Quoted(pieces), Base64(pieces)
    return quoted if quoted.size <= base64.size else base64


class Quoted:
    """Quoted-printable. A value stands on lines of its own, parted by soft line breaks that readers never see."""

    encoding = "quoted-printable"

    def __init__(self, pieces: Sequence[bytes]) -> None:
        last = len(pieces) - 1
        self._pieces = [_quoted(piece, open_end=at < last) for at, piece in enumerate(pieces)]
        self.size = sum(map(len, self._pieces))

    def spliced(self, values: Sequence[bytes]) -> list[bytes]:
        parts = [self._pieces[0]]
        for value, piece in zip(values, self._pieces[1:], strict=True):
            parts.append(value + _SOFT if _PLAIN.fullmatch(value) else _quoted(value, open_end=True))
            parts.append(piece)
        return parts


class Base64:
    """Base64 turns 3 bytes into 4 letters, so what follows a value has three forms, one for each length modulo 3.

    The bytes around a value that do not fill a group are encoded with it; all others are encoded beforehand.
    """

    encoding = "base64"

    def __init__(self, pieces: Sequence[bytes]) -> None:
        first, *rest = pieces
        self._first, self._carry = _groups(first)
        self._rest = [tuple((piece[:head], *_groups(piece[head:])) for head in range(3)) for piece in rest]
        self.size = len(self._first) + sum(len(forms[0][1]) for forms in self._rest)

    def spliced(self, values: Sequence[bytes]) -> list[bytes]:
        parts, carry = [self._first], self._carry
        for value, forms in zip(values, self._rest, strict=True):
            seam = carry + value
            head, encoded, tail = forms[-len(seam) % 3]
            seam += head
            if len(seam) % 3:  # the piece was too short to fill the group
                carry = seam
                continue
            parts += (_lines(seam), encoded)
            carry = tail
        parts.append(_lines(carry))
        return parts


def _quoted(data: bytes, *, open_end: bool) -> bytes:
    """`open_end`: more follows on the same line, so it ends in a soft line break unless it stands at a line's start."""
    lines: list[bytes] = []
    *whole, last = data.split(b"\r\n")
    for line in whole:
        lines += _quoted_line(line)
        lines.append(b"\r\n")
    rest = _quoted_line(last)
    if rest and open_end:
        rest.append(_SOFT)
    return b"".join(lines + rest)


def _quoted_line(line: bytes) -> list[bytes]:
    """White space at the end of a line and a dot at its start would not survive the way; both are escaped."""
    parts: list[bytes] = []
    width, last = 0, len(line) - 1
    for at, byte in enumerate(line):
        entity = b"=%02X" % byte if at == last and byte == 0x20 else _ENTITY[byte]
        if width + len(entity) > _WIDTH:
            parts.append(_SOFT)
            width = 0
        if width == 0 and byte == 0x2E:
            entity = b"=2E"
        parts.append(entity)
        width += len(entity)
    return parts


def _groups(data: bytes) -> tuple[bytes, bytes]:
    """Whole groups of three, encoded, and the bytes left over."""
    whole = len(data) // 3 * 3
    return _lines(data[:whole]), data[whole:]


def _lines(data: bytes) -> bytes:
    if len(data) <= _LINE_BYTES:
        return b2a_base64(data, newline=False) + b"\r\n" if data else b""
    return b"".join(
        b2a_base64(data[at : at + _LINE_BYTES], newline=False) + b"\r\n" for at in range(0, len(data), _LINE_BYTES)
    )
