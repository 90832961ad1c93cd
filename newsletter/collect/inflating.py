"""Compressed bodies are inflated piece by piece, so that a small bomb never becomes a large one."""

import zlib

_RATIO = 200
"""XML with long repeats shrinks to a fiftieth at best; bombs reach a thousandth."""
_INNOCENT = 1024 * 1024
_STEP = 64 * 1024


class TooLargeError(ValueError):
    """More bytes than we take; the message says which limit."""


class Inflater:
    """Takes one body; `limit` is for what comes out. Raises TooLargeError; ValueError for a coding not asked for."""

    def __init__(self, coding: str, limit: int) -> None:
        names = [name.strip().lower() for name in coding.split(",")]
        self._coding = ",".join(name for name in names if name not in ("", "identity"))
        self._limit = limit
        self._taken = self._given = 0
        if self._coding not in ("", "gzip", "x-gzip", "deflate"):
            raise ValueError(f"compressed as {self._coding}, which was not asked for")
        self._zlib = zlib.decompressobj(47 if "gzip" in self._coding else 15) if self._coding else None
        self._raw = self._coding == "deflate"

    def feed(self, piece: bytes) -> bytes:
        self._taken += len(piece)
        if self._zlib is None:
            return self._count(piece)
        found = bytearray()
        while piece:
            found += self._count(self._inflate(piece))
            piece = self._zlib.unconsumed_tail or self._next_member()
        return bytes(found)

    def _inflate(self, piece: bytes) -> bytes:
        assert self._zlib is not None
        try:
            return self._zlib.decompress(piece, _STEP)
        except zlib.error as error:
            if not self._raw or self._given:
                raise ValueError(f"damaged compression ({error})") from None
            # "deflate" should be wrapped in zlib's format (RFC 9110); some servers send it bare.
            self._raw, self._zlib = False, zlib.decompressobj(-15)
            return self._inflate(piece)

    def _next_member(self) -> bytes:
        assert self._zlib is not None
        rest = self._zlib.unused_data
        if not self._zlib.eof or "gzip" not in self._coding or not rest.startswith(b"\x1f\x8b"):
            return b""
        self._zlib = zlib.decompressobj(47)
        return rest

    def _count(self, piece: bytes) -> bytes:
        self._given += len(piece)
        if self._given > self._limit:
            raise TooLargeError(f"larger than {self._limit} bytes when unpacked")
        if self._given > max(_INNOCENT, self._taken * _RATIO):
            raise TooLargeError(f"unpacks to more than {_RATIO} times its size")
        return piece


def inflated(body: bytes, limit: int) -> bytes:
    """A file that is gzip inside, unpacked; any other as it is. Raises TooLargeError or ValueError."""
    return Inflater("gzip", limit).feed(body) if body.startswith(b"\x1f\x8b\x08") else body
