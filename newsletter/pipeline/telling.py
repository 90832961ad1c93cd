"""Editors hear by mail of an issue that paused by itself, and of one whose time came without anybody's yes."""

import hashlib
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import escape
from typing import Literal

from newsletter.compose.rendering import fingerprint
from newsletter.deliver.headers import parted
from newsletter.deliver.parcels import Mailing, Parcel
from newsletter.deliver.reasons import in_chinese
from newsletter.deliver.transports import post
from newsletter.errors import NewsletterError
from newsletter.model import DeliveryId, DeliveryState, Fingerprint, IssueKey, IssueStatus, Letter
from newsletter.newsroom import Newsroom
from newsletter.pipeline.standing import BY_HAND
from newsletter.store.issues import Kept

log = logging.getLogger(__name__)

_LATELY = timedelta(days=1)
"""So long after its time a draft is worth a letter; older ones were let go, or came back with an old copy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that an editor should act on; `reason` is told once for each issue and kind."""

    issue: IssueKey
    kind: Literal["paused", "waiting"]
    reason: str

    @property
    def known(self) -> str:
        return f"{'told' if self.kind == 'paused' else self.kind} {self.issue}"


async def tell_editors(room: Newsroom, *, now: datetime) -> int:
    """Write to the addresses of [desk] test_to about each pause that no person made, and each draft whose time came
    before its approval; give how many letters went.

    Each reason is told once, whether or not the letter can be sent: where it cannot, the desk and `status` still tell.
    """
    sent = 0
    for notice in _untold(room, now):
        log.warning("%s", _SAID[notice.kind, "en"][1].format(key=notice.issue, reason=notice.reason))
        for address in room.config.desk.test_to:
            sent += await _tell(room, notice, address, now)
    return sent


def _untold(room: Newsroom, now: datetime) -> list[Notice]:
    with room.store.read() as tx:
        found = [notice for kept in tx.issues.all() if (notice := _notice(kept, now)) is not None]
        untold = [one for one in found if tx.settings.get(one.known) != one.reason]
    if untold:
        with room.store.write() as tx:
            untold = [one for one in untold if tx.settings.get(one.known) != one.reason]
            for one in untold:
                tx.settings.put(one.known, one.reason)
    return untold


def _notice(kept: Kept, now: datetime) -> Notice | None:
    key, status = kept.issue.key, kept.issue.status
    if status is IssueStatus.PAUSED and kept.paused != BY_HAND:
        return Notice(issue=key, kind="paused", reason=kept.paused)
    if status is IssueStatus.DRAFT and kept.send_at is not None and kept.send_at <= now < kept.send_at + _LATELY:
        return Notice(issue=key, kind="waiting", reason=f"{kept.send_at:%Y-%m-%d %H:%M} UTC")
    return None


async def _tell(room: Newsroom, notice: Notice, address: str, now: datetime) -> bool:
    key, kind = notice.issue, notice.kind
    edition = room.config.edition(key.partition("/")[0]) or room.config.editions[0]
    digest = hashlib.sha256(f"{kind} {key} {notice.reason} {address} {now.isoformat()}".encode()).hexdigest()[:32]
    letter = _letter(room, notice, language=edition.language)
    mailing = Mailing(issue=IssueKey(f"{kind}/{key}"), letter=letter, sender=edition.sender, date=now)
    domain = parted(edition.sender)[1].rpartition("@")[2]
    parcel = Parcel(delivery=DeliveryId(digest), email=address, message_id=f"<{kind}.{digest}@{domain}>")
    try:
        outcome = await post(room.transport(), mailing, parcel)
    except NewsletterError as error:
        log.warning("%s: nobody could be told by mail: %s", key, error)
        return False
    return outcome.state is DeliveryState.ACCEPTED


def _letter(room: Newsroom, notice: Notice, *, language: str) -> Letter:
    key, reason = notice.issue, notice.reason
    if notice.kind == "paused" and language == "zh":
        reason = in_chinese(reason)
    desk = f"{room.config.newsroom.site}/desk/{key}" + ("/delivery" if notice.kind == "paused" else "")
    subject, *lines = (line.format(key=key, reason=reason, desk=desk) for line in _SAID[notice.kind, language])
    html = "".join(f"<p>{escape(line)}</p>\n" for line in lines)
    letter = Letter(
        subject=subject, preheader=lines[0], html=f"<!DOCTYPE html>\n<title>{escape(key)}</title>\n{html}",
        text="\n\n".join(lines) + "\n", headers=(("Auto-Submitted", "auto-generated"),), fingerprint=Fingerprint(""),
    )  # fmt: skip
    return replace(letter, fingerprint=fingerprint(letter))


_SAID = {
    ("paused", "en"): (
        "Paused: {key}",
        "{key} is paused: {reason}.",
        "Nothing was lost: it goes on from where it stopped with: newsletter resume {key}",
        "Where it stands: newsletter status {key}, or {desk}",
    ),
    ("paused", "zh"): (
        "已暂停：{key}",
        "{key} 已暂停：{reason}。",
        "没有丢失任何信件；用此命令从停下的地方继续：newsletter resume {key}",
        "当前状况：newsletter status {key}，或 {desk}",
    ),
    ("waiting", "en"): (
        "Not approved, not sent: {key}",
        "{key} was to go out at {reason}, and nobody has approved it yet.",
        "Nothing is sent without a yes. It goes out as soon as somebody approves it: {desk}",
    ),
    ("waiting", "zh"): (
        "尚未批准，没有寄出：{key}",
        "{key} 原定于 {reason} 寄出，但还没有人批准。",
        "未经批准不会寄出；一经批准立即寄出：{desk}",
    ),
}
