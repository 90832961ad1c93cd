"""What every letter must have, whatever it tells: the points of a list, each a question to one letter as it is sent."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from itertools import pairwise

from selectolax.lexbor import LexborHTMLParser

from newsletter.compose.supporting import unsupported
from newsletter.language.spacing import width
from newsletter.model import Issue, Letter
from newsletter.pipeline.probing import sample
from newsletter.slots import OPEN, Slot
from tests.builders import NOW

LIMIT = {"en": 60, "zh": 28}
GROWTH = 300


def faults(issue: Issue, letter: Letter, *, address: str = "1 Sample Street") -> list[str]:
    """Everything that is wrong with a letter, in words; [] for one that may go."""
    page = LexborHTMLParser(letter.html)
    wire = sample(letter, NOW)
    return [
        *_parts(issue, letter, page, address),
        *_structure(letter, page),
        *_inbox(issue, letter, page),
        *_mime(letter, wire),
    ]


def grown(letter: Letter) -> int:
    """Bytes of the HTML when a service has put its addresses into the links."""
    return len(letter.html.encode()) + GROWTH * letter.html.count('href="')


def _flat(text: str) -> str:
    return re.sub(r"\s", "", text)


def _level(tag: str | None) -> int:
    return int((tag or "h0")[1])


def _parts(issue: Issue, letter: Letter, page: LexborHTMLParser, address: str) -> Iterator[str]:
    """What both parts have: the way out, the address, every item in its place."""
    shown = {"HTML": _flat(page.body.text() if page.body else ""), "text": _flat(letter.text)}
    for name, part in (("HTML", letter.html), ("text", letter.text)):
        if not any(ord(sign) > 255 and not "\ue000" <= sign <= "\uf8ff" for sign in part):
            yield f"the {name} fits Latin-1"
        if Slot.UNSUBSCRIBE.marker not in part:
            yield f"no way out in the {name}"
        if _flat(address) not in shown[name]:
            yield f"no postal address in the {name}"
    if [_flat(node.text()) for node in page.css("h3")] != [_flat(one.headline) for one in issue.items]:
        yield "the items of the HTML are not all there in order"
    at, links = 0, {unescape(line.strip()) for line in letter.text.splitlines()}
    for one in issue.items:
        at = shown["text"].find(_flat(one.headline + one.link), at)
        if at < 0 or (one.link and one.link not in links):
            yield f"the text has not {one.headline[:40]!r} in its place, or its link not in one"
            return
    yield from _plain(letter)


def _plain(letter: Letter) -> Iterator[str]:
    lines = [line for line in letter.text.splitlines() if "://" not in line]
    wide = [line for line in lines if width(line) > 78 and max(map(width, line.split())) < 70]
    if wide:
        yield f"a line of {width(wide[0])} columns: {wide[0][:60]!r}"
    if re.search(r"&(?:nbsp|#\d+|zwnj);", letter.text):
        yield "an entity in the text"


def _structure(letter: Letter, page: LexborHTMLParser) -> Iterator[str]:
    levels = [_level(node.tag) for node in page.css("h1,h2,h3,h4,h5,h6")]
    if levels[:1] != [1] or levels.count(1) != 1 or any(b > a + 1 for a, b in pairwise(levels)):
        yield f"headings {levels}"
    if any(table.attributes.get("role") != "presentation" for table in page.css("table")):
        yield "a table that is no presentation"
    html = page.css_first("html")
    article = page.css_first("[role=article]")
    if html is None or article is None or html.attributes.get("lang") != article.attributes.get("lang"):
        yield "no language on html and wrapper"
    if not all(link.attributes.get("aria-label") or link.text(strip=True) for link in page.css("a")):
        yield "a link without words"
    if letter.html.count("<!--[if mso]>") != letter.html.count("<![endif]-->") or "<v:" in letter.html:
        yield "Outlook's comments"
    head, _, body = letter.html.partition("</head>")
    styles = re.findall(r"<style>(.*?)</style>", head, re.DOTALL)
    if sum(len(style.encode()) for style in styles) > 6_000 or "<style" in body:
        yield "styles too large or outside the head"
    yield from unsupported(letter.html)
    if re.search(r"<(?:script|iframe|form|object|embed|base|link)\b|\son\w+=|javascript:|src=\"data:", letter.html):
        yield "something that has no place in mail"
    links = [link.attributes.get("href") or "" for link in page.css("a[href]")]
    wrong = [link for link in links if OPEN not in link and not re.match(r"https?://[^\s/]+", link)]
    if wrong:
        yield f"{wrong[0]!r} is no whole address"


def _inbox(issue: Issue, letter: Letter, page: LexborHTMLParser) -> Iterator[str]:
    if not letter.subject or len(letter.subject) > LIMIT[issue.language] or "{{" in letter.subject:
        yield f"the subject {letter.subject!r}"
    first = page.css_first("body > div")
    if first is None or "display:none" not in (first.attributes.get("style") or ""):
        yield "the preheader does not come first"
    elif letter.html.count("\u034f\u200c&nbsp;") < 50:
        yield "what follows leaks into the preheader"
    if letter.preheader and letter.preheader == letter.subject:
        yield "the preheader repeats the subject"


def _mime(letter: Letter, wire: bytes) -> Iterator[str]:
    if not wire.isascii() or b"\n" in wire.replace(b"\r\n", b"") or b"\r" in wire.replace(b"\r\n", b""):
        yield "line ends or letters that are not of the wire"
    if max(map(len, wire.split(b"\r\n"))) > 998:
        yield "a line of more than 998 bytes"
    if any(len(word) > 75 for word in re.findall(rb"=\?[^?]*\?[bBqQ]\?[^?]*\?=", wire)):
        yield "an encoded word of more than 75"
    read = message_from_bytes(wire, policy=policy.default)
    assert isinstance(read, EmailMessage)
    if read.defects:
        yield f"defects {read.defects}"
    if str(read["Subject"]) != letter.subject:
        yield f"the subject comes back as {read['Subject']!r}"
    if not re.search(rb"\r\nList-Unsubscribe: <https://[^\s>]+>[^\r]*\r\n", wire):
        yield "List-Unsubscribe is not on one line as it is"
    for name in ("Message-ID", "Date", "List-Id", "List-Unsubscribe-Post", "From", "To"):
        if name not in read:
            yield f"no {name}"
    for kind, part in (("plain", letter.text), ("html", letter.html)):
        body = read.get_body((kind,))
        if body is None or OPEN in str(body.get_content()) or len(str(body.get_content())) < 0.9 * len(part):
            yield f"the {kind} part does not come back"
