"""Editors hear by mail of an issue that paused by itself."""

import hashlib
import logging
from dataclasses import replace
from datetime import datetime
from html import escape

from newsletter.compose.rendering import fingerprint
from newsletter.deliver.headers import parted
from newsletter.deliver.parcels import Mailing, Parcel
from newsletter.deliver.reasons import in_chinese
from newsletter.deliver.transports import post
from newsletter.errors import NewsletterError
from newsletter.model import DeliveryId, DeliveryState, Fingerprint, IssueKey, IssueStatus, Letter
from newsletter.newsroom import Newsroom
from newsletter.pipeline.standing import BY_HAND

log = logging.getLogger(__name__)


async def tell_editors(room: Newsroom, *, now: datetime) -> int:
    """Write to the addresses of [desk] test_to about each pause that no person made; give how many letters went.

    Each reason is told once, whether or not the letter can be sent: where it cannot, the desk and `status` still tell.
    """
    sent = 0
    for key, reason in _untold(room):
        for address in room.config.desk.test_to:
            sent += await _tell(room, key, reason, address, now)
    return sent


def _untold(room: Newsroom) -> list[tuple[IssueKey, str]]:
    with room.store.read() as tx:
        paused = [kept for kept in tx.issues.all() if kept.issue.status is IssueStatus.PAUSED]
        found = [(kept.issue.key, kept.paused) for kept in paused if kept.paused != BY_HAND]
        untold = [(key, reason) for key, reason in found if tx.settings.get(_known(key)) != reason]
    if untold:
        with room.store.write() as tx:
            untold = [(key, reason) for key, reason in untold if tx.settings.get(_known(key)) != reason]
            for key, reason in untold:
                tx.settings.put(_known(key), reason)
    return untold


async def _tell(room: Newsroom, key: IssueKey, reason: str, address: str, now: datetime) -> bool:
    edition = next(one for one in room.config.editions if one.key == key.partition("/")[0])
    digest = hashlib.sha256(f"paused {key} {reason} {address} {now.isoformat()}".encode()).hexdigest()[:32]
    letter = _letter(room, key, reason, language=edition.language)
    mailing = Mailing(issue=IssueKey(f"paused/{key}"), letter=letter, sender=edition.sender, date=now)
    domain = parted(edition.sender)[1].rpartition("@")[2]
    parcel = Parcel(delivery=DeliveryId(digest), email=address, message_id=f"<paused.{digest}@{domain}>")
    try:
        outcome = await post(room.transport(), mailing, parcel)
    except NewsletterError as error:
        log.warning("%s paused, and nobody could be told by mail: %s", key, error)
        return False
    return outcome.state is DeliveryState.ACCEPTED


def _letter(room: Newsroom, key: IssueKey, reason: str, *, language: str) -> Letter:
    desk = f"{room.config.newsroom.site}/desk/{key}/delivery"
    subject, *lines = (line.format(key=key, reason=reason, desk=desk) for line in _ENGLISH)
    if language == "zh":
        subject, *lines = (line.format(key=key, reason=in_chinese(reason), desk=desk) for line in _CHINESE)
    html = "".join(f"<p>{escape(line)}</p>\n" for line in lines)
    letter = Letter(
        subject=subject, preheader=reason, html=f"<!DOCTYPE html>\n<title>{escape(key)}</title>\n{html}",
        text="\n\n".join(lines) + "\n", headers=(("Auto-Submitted", "auto-generated"),), fingerprint=Fingerprint(""),
    )  # fmt: skip
    return replace(letter, fingerprint=fingerprint(letter))


_ENGLISH = (
    "Paused: {key}",
    "{key} is paused: {reason}.",
    "Nothing was lost: it goes on from where it stopped with: newsletter resume {key}",
    "Where it stands: newsletter status {key}, or {desk}",
)
_CHINESE = (
    "已暂停：{key}",
    "{key} 已暂停：{reason}。",
    "没有丢失任何信件；用此命令从停下的地方继续：newsletter resume {key}",
    "当前状况：newsletter status {key}，或 {desk}",
)


def _known(key: IssueKey) -> str:
    return f"told {key}"
