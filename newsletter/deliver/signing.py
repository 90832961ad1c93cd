"""DKIM (RFC 6376): a letter signed by the domain that it comes from, both unsubscribe headers among what is signed.

No time stands in a signature, so that the same letter is signed the same after a crash.
"""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from newsletter.errors import ConfigError

SIGNED = (
    "from", "subject", "date", "to", "message-id", "list-id", "list-unsubscribe", "list-unsubscribe-post", "reply-to",
    "list-archive", "list-help", "feedback-id", "content-language", "mime-version", "content-type",
)  # fmt: skip
"""Those of them that a letter has; RFC 8058 wants both unsubscribe headers signed."""
_ONCE = ("from", "subject", "to", "date")
"""Named once more than they stand there: nobody can add a second one on the way (RFC 6376, 8.15)."""
_LEAST_BITS = 1024
_LINE = 72
_SPACES = re.compile(rb"[ \t]+")
_LINE_END = re.compile(rb"[ \t]+(?=\r\n)")
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:((?:[^\r]|\r(?!\n)|\r\n[ \t])*)\r\n")


@dataclass(frozen=True, slots=True, repr=False)
class Dkim:
    """Signs letters for a domain; the public half of the key stands in the DNS below `selector`._domainkey."""

    domain: str
    selector: str
    key: RSAPrivateKey

    def signed(self, letter: bytes) -> bytes:
        """The letter with its signature on top. Its lines end in CRLF."""
        head, _, body = letter.partition(b"\r\n\r\n")
        fields = _fields(head + b"\r\n")
        names = [name for name in SIGNED if name in fields]
        digest = b64encode(sha256(_relaxed_body(body)).digest()).decode()
        listed = ":".join([*names, *(name for name in _ONCE if name in fields)])
        opening = (
            f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n d={self.domain}; s={self.selector};\r\n"
            f" h={_folded(listed, ':')};\r\n bh={digest};\r\n b="
        )
        signed = b"".join(_relaxed(name, fields[name]) + b"\r\n" for name in names)
        name, _, value = opening.encode("ascii").partition(b":")
        signature = self.key.sign(signed + _relaxed(name.decode().lower(), value), PKCS1v15(), SHA256())
        found = b64encode(signature).decode()
        lines = "\r\n ".join(found[at : at + _LINE] for at in range(0, len(found), _LINE))
        return f"{opening}{lines}\r\n".encode("ascii") + letter


def open_key(domain: str, selector: str, file: Path) -> Dkim:
    """Raises ConfigError when the file has no RSA key without a password."""
    where = f"[deliver.smtp] dkim_key = {str(file)!r}"
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except OSError as error:
        raise ConfigError((f"{where}: cannot be read ({error.strerror})",)) from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ConfigError((f"{where}: is no private key in PEM without a password; {_HOW}",)) from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < _LEAST_BITS:
        raise ConfigError((f"{where}: is no RSA key of at least {_LEAST_BITS} bits; {_HOW}",))
    return Dkim(domain, selector, key)


_HOW = "make one: openssl genrsa -out dkim.pem 2048"


def _fields(head: bytes) -> Mapping[str, bytes]:
    """The header fields by name; ours has each once."""
    return {name.decode("ascii").lower(): value for name, value in _FIELD.findall(head)}


def _relaxed(name: str, value: bytes) -> bytes:
    """RFC 6376, 3.4.2."""
    return name.encode("ascii") + b":" + _SPACES.sub(b" ", value.replace(b"\r\n", b"")).strip(b" \t")


def _relaxed_body(body: bytes) -> bytes:
    """RFC 6376, 3.4.4."""
    text = _SPACES.sub(b" ", _LINE_END.sub(b"", body + (b"" if body.endswith(b"\r\n") else b"\r\n")))
    bare = text.rstrip(b"\r\n")
    return bare + b"\r\n" if bare else b""


def _folded(text: str, joint: str) -> str:
    """Folded behind the joints that reach the margin."""
    return "\r\n  ".join(_lines(text.split(joint), joint))


def _lines(parts: list[str], joint: str) -> Iterator[str]:
    line = parts[0]
    for part in parts[1:]:
        if len(line) + len(part) + 2 > _LINE:
            yield line + joint
            line = part
        else:
            line = f"{line}{joint}{part}"
    yield line
