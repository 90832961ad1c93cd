"""What is wrong with a letter before it goes: one sentence a check. What nobody looked at is grey, never green."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from newsletter.compose.announcing import PREHEADER, SUBJECT
from newsletter.compose.candidates import Told
from newsletter.compose.colours import READABLE, contrast, dark_of
from newsletter.compose.probing import NOT_PROBED
from newsletter.compose.repeating import same_headline
from newsletter.compose.supporting import unsupported
from newsletter.config import Edition, House, Theme
from newsletter.language.quantities import quantities
from newsletter.language.script import language_of
from newsletter.model import Article, Check, Edit, Issue, Letter, Level, Quantity, StoryId
from newsletter.slots import Slot

# A click-tracking address takes about 400 bytes (notes/compose.md section 2); Gmail clips near 102 kB.
_LINK_GROWTH = 300
_GREEN_BYTES, _MOST_BYTES = 70_000, 90_000
_HREF = re.compile(r'\shref="([^"]*)"')
_LEAST_IN_OWN_LANGUAGE = 0.5
_UNSAFE = re.compile(
    r"<(?:script|iframe|form|object|embed|link|base)\b|\son[a-z]+\s*=|javascript:|\ssrc=\"data:", re.IGNORECASE
)
_SHORTENERS = frozenset(
    ("bit.ly", "buff.ly", "dlvr.it", "dwz.cn", "goo.gl", "is.gd", "lnkd.in", "ow.ly", "rb.gy", "suo.im", "t.cn", "t.co",
     "tinyurl.com", "trib.al", "url.cn")
)  # fmt: skip
_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A letter with all that it is checked against."""

    issue: Issue
    letter: Letter
    edition: Edition
    house: House
    reports: Mapping[StoryId, Sequence[Article]]
    """What each story's summary may be drawn from."""
    told: Mapping[StoryId, Sequence[Told]]
    gone: Sequence[Edit] = ()
    """Standing edits of stories that are not there any more."""
    faults: Sequence[str] = ()
    """Templates of the operator's own that could not be used."""
    writer: Check | None = None
    """What became of the texts of a model, where one writes."""


def check(proof: Proof) -> tuple[Check, ...]:
    """Every check in a fixed order; red ones forbid approval."""
    return (
        _items(proof),
        _size(proof),
        _subject(proof),
        _preheader(proof),
        _twice(proof),
        _told_before(proof),
        _numbers(proof),
        _language(proof),
        _unsubscribe(proof),
        _postal_address(proof),
        _links(proof),
        _images(proof),
        _templates(proof),
        _markup(proof),
        _clients(proof),
        _charset(proof),
        _contrast(proof),
        _edits(proof),
        *(() if proof.writer is None else (proof.writer,)),
        *NOT_PROBED,
    )


def _items(proof: Proof) -> Check:
    number = len(proof.issue.items)
    if not number:
        return _red("items", "the issue is empty; collect and curate, or pin a story")
    if number > proof.edition.items:
        return _amber("items", f"{number} stories, the edition asks for {proof.edition.items} at most")
    stories = f"{number} {'story' if number == 1 else 'stories'}"
    wanted = min(proof.edition.least, proof.edition.items)
    if number < wanted:
        return _amber(
            "items", f"{stories}, fewer than the {wanted} that the edition wants; wait for more or send it short"
        )
    return _green("items", stories)


def _size(proof: Proof) -> Check:
    """As the reader's mail program gets it, when the sending service has put its own addresses into the links."""
    links = len(_HREF.findall(proof.letter.html))
    size = len(proof.letter.html.encode()) + links * _LINK_GROWTH
    said = f"about {size / 1000:.0f} kB with tracked links; mail programs cut a letter near 102 kB"
    if size > _MOST_BYTES:
        return _red("size", f"{said}; drop some stories")
    return _amber("size", said) if size > _GREEN_BYTES else _green("size", said)


def _subject(proof: Proof) -> Check:
    subject, limit = proof.letter.subject, SUBJECT[proof.issue.language]
    if not subject:
        return _red("subject", "there is no subject; write one")
    if len(subject) > limit:
        return _amber("subject", f"{len(subject)} signs, an inbox shows about {limit}")
    if "{{" in subject or "{%" in subject:
        return _amber("subject", "it holds signs of a template; is that meant?")
    letters = [sign for sign in subject if sign.isascii() and sign.isalpha()]
    if len(letters) > 12 and all(sign.isupper() for sign in letters):
        return _amber("subject", "all in capitals; filters take that for spam")
    return _green("subject", f"{len(subject)} of {limit} signs")


def _preheader(proof: Proof) -> Check:
    preheader, (least, most) = proof.letter.preheader, PREHEADER[proof.issue.language]
    if not preheader:
        return _amber("preheader", "there is none: the inbox will show the masthead")
    if preheader.casefold().startswith(proof.letter.subject.casefold().rstrip("…")):
        return _amber("preheader", "it repeats the subject")
    if not least <= len(preheader) <= most:
        return _amber("preheader", f"{len(preheader)} signs, best are {least} to {most}")
    return _green("preheader", f"{len(preheader)} signs")


def _twice(proof: Proof) -> Check:
    items = proof.issue.items
    pairs = [
        (one, other)
        for at, one in enumerate(items)
        for other in items[at + 1 :]
        if one.story_id == other.story_id or one.link == other.link or same_headline(one.headline, other.headline)
    ]
    if pairs:
        one, other = pairs[0]
        return _amber("told once", f"“{one.headline}” and “{other.headline}” look like one event; drop one of them")
    return _green("told once", "no two stories look alike")


def _told_before(proof: Proof) -> Check:
    again = [item for item in proof.issue.items if item.story_id in proof.told and not item.follow_up]
    if again:
        last = proof.told[again[0].story_id][0].issue
        return _amber("told before", f"“{again[0].headline}” was in {last}{_more(again)}")
    links = {one.link: one.issue for many in proof.told.values() for one in many if one.link}
    linked = [item for item in proof.issue.items if item.link in links and not item.follow_up]
    if linked:
        return _amber("told before", f"{linked[0].link} was in {links[linked[0].link]}{_more(linked)}")
    follows = sum(bool(item.follow_up) for item in proof.issue.items)
    return _green("told before", f"nothing from earlier issues but {follows} marked follow-up" + "s" * (follows != 1))


def _numbers(proof: Proof) -> Check:
    """Amounts in our words must stand in a report of the story, as the same value."""
    wrong = [
        (item, q)
        for item in proof.issue.items
        for q in quantities(f"{item.headline}\n{item.summary}\n{' '.join(item.key_points)}")
        if not _stated(q, proof.reports.get(item.story_id, ()))
    ]
    if wrong:
        item, quantity = wrong[0]
        return _amber("numbers", f"“{quantity.text}” in “{item.headline}” stands in none of its reports{_more(wrong)}")
    return _green("numbers", "every amount stands in a report of its story")


def _stated(quantity: Quantity, reports: Iterable[Article]) -> bool:
    known = (q for r in reports for q in quantities(f"{r.title}\n{r.summary}\n{r.text}"))
    return any(
        (q.kind, q.unit) == (quantity.kind, quantity.unit) and abs(q.value - quantity.value) <= 0.01 * abs(q.value)
        for q in known
    )


def _language(proof: Proof) -> Check:
    items, language = proof.issue.items, proof.issue.language
    foreign = [item for item in items if item.language != language]
    unmarked = [item for item in items if item.language == language and language_of(item.headline) != language]
    if unmarked:
        return _amber("language", f"“{unmarked[0].headline}” is not in the letter's language{_more(unmarked)}")
    if items and len(foreign) > (1 - _LEAST_IN_OWN_LANGUAGE) * len(items):
        return _amber("language", f"{len(foreign)} of {len(items)} stories are in another language, marked as such")
    return _green("language", f"{len(foreign)} stories in another language, marked as such")


def _unsubscribe(proof: Proof) -> Check:
    marker = Slot.UNSUBSCRIBE.marker
    parts = {"HTML": proof.letter.html, "text": proof.letter.text}
    missing = [name for name, part in parts.items() if marker not in part]
    if not any(key == "List-Unsubscribe" and marker in value for key, value in proof.letter.headers):
        missing.append("headers")
    if missing:
        return _red(
            "unsubscribe", f"no unsubscribe link in {', '.join(missing)}; put slots.unsubscribe into the template"
        )
    return _green("unsubscribe", "in both parts and in the headers")


def _postal_address(proof: Proof) -> Check:
    address = proof.house.postal_address
    if not address:
        return _amber("postal address", "the law of many countries wants one; set [newsroom] postal_address")
    where = [proof.letter.text, _TAG.sub("", proof.letter.html)]
    if not all(_words(address) <= _words(part) for part in where):
        return _amber("postal address", "it is not in both parts; print postal_address in the templates")
    return _green("postal address", "in both parts")


def _links(proof: Proof) -> Check:
    found = [link for link in _HREF.findall(proof.letter.html) if not link.startswith("\ue0f0")]
    wrong = [link for link in found if not re.match(r"https?://[^\s/]", link)]
    if wrong:
        return _red("links", f"{wrong[0]!r} is not a whole web address{_more(wrong)}")
    short = [link for link in found if urlsplit(link).netloc.lower().removeprefix("www.") in _SHORTENERS]
    if short:
        return _amber("links", f"{short[0]} hides where it leads; link the page itself{_more(short)}")
    plain = [link for link in found if link.startswith("http://")]
    if plain:
        return _amber("links", f"{len(plain)} of {len(found)} are not https, {plain[0]} for one")
    return _green("links", f"{len(found)}, all https and absolute")


def _images(proof: Proof) -> Check:
    """Many programs show none until they are asked: no image may say what stands nowhere else."""
    found = _IMAGE.findall(_without_comments(proof.letter.html))
    mute = [image for image in found if not re.search(r"\salt=", image, re.IGNORECASE)]
    if mute:
        return _amber("images", f"{mute[0][:80]} has no alt text{_more(mute)}")
    return _green("images", f"{len(found)}, each with its words" if found else "none needed")


def _templates(proof: Proof) -> Check:
    if proof.faults:
        return _amber("templates", f"{proof.faults[0]}; the shipped one was used{_more(proof.faults)}")
    return _green("templates", "every template could be used")


def _markup(proof: Proof) -> Check:
    found = _UNSAFE.search(_without_comments(proof.letter.html))
    if found:
        return _red("markup", f"{found[0].strip()!r} has no place in a letter; take it out of the template")
    return _green("markup", "no script, form or frame")


def _clients(proof: Proof) -> Check:
    """By a table of our own; no mail program was asked."""
    found = unsupported(proof.letter.html)
    if found:
        return _amber("mail programs", f"{found[0]}{_more(found)}; take it out of the template")
    return _green("mail programs", "nothing that a large mail program is known to drop")


def _charset(proof: Proof) -> Check:
    """A part that fits Latin-1 may be sent as such, and is then clipped at any size (notes/compose.md section 2)."""
    for name, part in (("HTML", proof.letter.html), ("text", proof.letter.text)):
        if all(ord(sign) < 256 or "\ue0f0" <= sign <= "\ue0f1" for sign in part):
            return _amber("charset", f"the {name} has no sign beyond Latin-1; some services would send it as that")
    return _green("charset", "UTF-8 in both parts")


def _contrast(proof: Proof) -> Check:
    weak = [pair for theme in (proof.edition.theme, dark_of(proof.edition.theme)) for pair in _weak_pairs(theme)]
    if weak:
        return _amber("contrast", f"{weak[0]}; choose colours that stand out more in [editions.theme]")
    return _green("contrast", f"at least {READABLE} to 1 for all text, light and dark")


def _weak_pairs(theme: Theme) -> list[str]:
    return [
        f"{name} on {ground} is {found:.1f} to 1"
        for name in ("ink", "muted", "link", "copper")
        for ground in ("paper", "page")
        if (found := contrast(getattr(theme, name), getattr(theme, ground))) < READABLE
    ]


def _edits(proof: Proof) -> Check:
    if proof.gone:
        edit = proof.gone[0]
        return _amber(
            "edits", f"{edit.kind.value} by {edit.by}: its story is gone, the edit is kept{_more(proof.gone)}"
        )
    return _green("edits", "every edit has its story")


def _without_comments(html: str) -> str:
    return re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)


def _words(text: str) -> set[str]:
    return set(text.split())


def _more(found: Sequence[object]) -> str:
    return f" (and {len(found) - 1} more)" if len(found) > 1 else ""


def _green(name: str, say: str) -> Check:
    return Check(name=name, level=Level.GREEN, say=say)


def _amber(name: str, say: str) -> Check:
    return Check(name=name, level=Level.AMBER, say=say)


def _red(name: str, say: str) -> Check:
    return Check(name=name, level=Level.RED, say=say)
