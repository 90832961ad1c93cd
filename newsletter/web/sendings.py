"""An issue on its way, at the desk: how far it is, what it waits for, and the hand on its valve."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from newsletter import pipeline
from newsletter.deliver.reasons import in_chinese
from newsletter.errors import NewsletterError
from newsletter.model import Delivery, DeliveryId, DeliveryState, IssueKey, IssueStatus
from newsletter.web.desk import show
from newsletter.web.guard import Changing, Reading
from newsletter.web.refusals import refusal_in
from newsletter.web.site import Here, Site
from newsletter.web.words import say

router = APIRouter(include_in_schema=False)
S = DeliveryState
Do = Literal["pause", "resume", "cancel", "retry", "sent", "absent", "resend"]
_ASK: tuple[Do, ...] = ("cancel", "retry", "sent", "absent", "resend")
"""What is asked twice: it cannot be taken back."""
_SHOWN = 50
_GROUPS: Mapping[str, tuple[DeliveryState, ...]] = {
    "good": (S.ACCEPTED, S.DELIVERED, S.DEFERRED),
    "unsure": (S.UNCERTAIN,),
    "bad": (S.REJECTED, S.FAILED, S.BOUNCED, S.BLOCKED, S.DROPPED, S.COMPLAINED, S.ABANDONED),
    "off": (S.SKIPPED, S.CANCELLED),
    "waiting": (S.RETRY_WAIT, S.SUBMITTING),
}
"""The parts of the bar, in their order; the rest of it is what nobody has tried yet."""
_MARKS = {"good": "✓", "unsure": "?", "bad": "✕", "off": "–", "waiting": "…", "open": "○"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    group: str
    mark: str
    word: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of the bar in percent."""

    group: str
    start: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    key: IssueKey
    status: str
    timezone: str
    audience: int
    done: int
    counts: tuple[Count, ...]
    parts: tuple[Part, ...]
    reason: str
    """Why it is paused, "" when it is not."""
    going: str
    """How fast it goes or what it waits for."""
    unsure: tuple[Delivery, ...]
    unsure_count: int
    does: tuple[Do, ...]


@router.get("/desk/{edition}/{period}/delivery")
def sending(
    request: Request, site: Here, who: Reading, edition: str, period: str, do: Do | Literal[""] = "",
    delivery: str = "", did: Do | Literal[""] = "", count: int = 0,
) -> Response:  # fmt: skip
    """With `do` it asks first; nothing is changed here."""
    language = site.language(request)
    view = _view(site, IssueKey(f"{edition}/{period}"), language)
    one = next((row for row in view.unsure if row.id == delivery), None)
    asked = do if do in view.does and do in _ASK and (not delivery or one is not None) else ""
    said = say(f"did sending {did}", language, count=count) if did else ""
    return show(
        request, site, who, "desk/delivery.html", title="delivery", heading=f"{view.key}", view=view, asked=asked,
        one=one, said=said,
    )  # fmt: skip


@router.post("/desk/{edition}/{period}/delivery")
def change(
    request: Request, site: Here, who: Changing, edition: str, period: str, do: Annotated[Do, Form()],
    delivery: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    key, now = IssueKey(f"{edition}/{period}"), site.clock()
    only = (DeliveryId(delivery),) if delivery else None
    try:
        count = _DOES[do](site, key, now, who.email, only)
    except NewsletterError as error:
        said = refusal_in(site.language(request), str(error))
        return show(
            request, site, who, "desk/refused.html", title="refused", status=409, said=said, key=f"{key}/delivery"
        )
    return RedirectResponse(f"/desk/{key}/delivery?{urlencode({'did': do, 'count': count})}", status_code=303)


Only = tuple[DeliveryId, ...] | None


def _pause(site: Site, key: IssueKey, now: datetime, _by: str, _only: Only) -> int:
    pipeline.pause(site.room, key, now=now)
    return 0


def _resume(site: Site, key: IssueKey, now: datetime, _by: str, _only: Only) -> int:
    pipeline.resume(site.room, key, now=now)
    return 0


def _cancel(site: Site, key: IssueKey, now: datetime, _by: str, _only: Only) -> int:
    return pipeline.cancel(site.room, key, now=now).states.get(S.CANCELLED, 0)


def _retry(site: Site, key: IssueKey, now: datetime, _by: str, _only: Only) -> int:
    return pipeline.retry_failed(site.room, key, now=now)


def _sent(site: Site, key: IssueKey, now: datetime, by: str, only: Only) -> int:
    return pipeline.settle(site.room, key, accepted=True, now=now, only=only, by=by)


def _again(site: Site, key: IssueKey, now: datetime, by: str, only: Only) -> int:
    return pipeline.settle(site.room, key, accepted=False, now=now, only=only, by=by)


_DOES: Mapping[Do, Callable[[Site, IssueKey, datetime, str, Only], int]] = {
    "pause": _pause, "resume": _resume, "cancel": _cancel, "retry": _retry, "sent": _sent, "absent": _again,
    "resend": _again,
}  # fmt: skip


def _view(site: Site, key: IssueKey, language: str) -> Sending:
    """Raises 404 for an issue that is not there or still a draft."""
    room = site.room
    try:
        found = pipeline.progress(room, key, now=site.clock())
    except NewsletterError:
        raise HTTPException(404) from None
    status, states = found.status.status, found.status.states
    if status is IssueStatus.DRAFT:
        raise HTTPException(404)
    with room.store.read() as tx:
        unsure = tx.deliveries.in_state(key, S.UNCERTAIN)[:_SHOWN] if states.get(S.UNCERTAIN) else ()
    edition = room.config.edition(key.partition("/")[0])
    zone = edition.timezone if edition is not None else "UTC"
    reason = found.status.paused if status is IssueStatus.PAUSED else ""
    return Sending(
        key=key, status=status.value, timezone=zone, audience=found.status.audience, done=found.done,
        counts=_counts(states, language), parts=_parts(states, found.status.audience),
        reason=in_chinese(reason) if language == "zh" else reason, going=_going(site, found, zone, language),
        unsure=unsure, unsure_count=states.get(S.UNCERTAIN, 0), does=_does(status, states),
    )  # fmt: skip


def _group(state: DeliveryState) -> str:
    return next((name for name, states in _GROUPS.items() if state in states), "open")


def _counts(states: Mapping[DeliveryState, int], language: str) -> tuple[Count, ...]:
    return tuple(
        Count(group=_group(state), mark=_MARKS[_group(state)], word=say(f"of {state.value}", language), count=count)
        for state, count in states.items()
    )


def _parts(states: Mapping[DeliveryState, int], audience: int) -> tuple[Part, ...]:
    found: list[Part] = []
    start = 0.0
    for group, members in _GROUPS.items():
        width = 100 * sum(states.get(state, 0) for state in members) / max(1, audience)
        if width:
            found.append(Part(group=group, start=round(start, 2), width=round(width, 2)))
        start += width
    return tuple(found)


def _does(status: IssueStatus, states: Mapping[DeliveryState, int]) -> tuple[Do, ...]:
    found: list[Do] = []
    if status in (IssueStatus.APPROVED, IssueStatus.SENDING):
        found.append("pause")
    if status is IssueStatus.PAUSED:
        found.append("resume")
    if states.get(S.FAILED) and status is not IssueStatus.CANCELLED:
        found.append("retry")
    if status is not IssueStatus.CANCELLED:
        found.append("cancel")
    if states.get(S.UNCERTAIN):
        found += ["sent"] if status is IssueStatus.CANCELLED else ["sent", "absent", "resend"]
    return tuple(found)


def _going(site: Site, found: pipeline.Progress, zone: str, language: str) -> str:
    ahead = found.outlook
    if ahead is None:
        return ""
    if ahead.waits:
        at = site.showing.moment(ahead.due, language, zone)
        more = " " + say("more days", language, days=found.days) if found.days > 1 else ""
        return say(f"waits {ahead.waits}", language, at=at) + more
    if not found.rate:
        return say("sending quiet", language, issue=found.status.issue)
    rate = say("rate", language, rate=f"{found.rate:,.1f}")
    if found.left is None:
        return rate
    return rate + say("comma", language) + say("time left", language, time=_span(found.left, language))


def _span(left: timedelta, language: str) -> str:
    minutes = max(1, round(left.total_seconds() / 60))
    if minutes < 60:
        return say("span minutes", language, minutes=minutes)
    return say("span hours", language, hours=minutes // 60, minutes=minutes % 60)
