"""The letters that a test sent, as a mail program reads them."""

import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path


def letters(folder: Path) -> list[EmailMessage]:
    """Those below `folder`/outbox, in the order in which they were written."""
    paths = sorted((folder / "outbox").rglob("*.eml"), key=lambda path: (path.stat().st_mtime_ns, path))
    return [BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(path.read_bytes()) for path in paths]


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def path_in(message: EmailMessage, page: str) -> str:
    """The path of the first link to one of our pages, `/confirm/...`."""
    found = re.search(rf"https?://[^/\s]+(/{page}/\S+)", text_of(message))
    assert found is not None
    return found[1]
