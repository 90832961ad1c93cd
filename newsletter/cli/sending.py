"""Sending and what became of it, for people at a command line."""

import asyncio
import csv
import signal
import sys
from argparse import Namespace
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from newsletter import pipeline
from newsletter.cli.say import Bar, Watch, now_of, report, room_of, rows, stamp
from newsletter.model import Delivery, DeliveryState, IssueKey
from newsletter.newsroom import Newsroom
from newsletter.pipeline.letters import Delivered
from newsletter.pipeline.outlook import Outlook, Progress
from newsletter.pipeline.standing import Status

_FORMULA = ("=", "+", "-", "@", "\t")
_LOOK = 2.0
_MOST_REPORT = 20 * 1024 * 1024


def deliver(arguments: Namespace) -> None:
    key = IssueKey(arguments.issue)
    with room_of(arguments) as room:
        if arguments.dry_run:
            _rehearse(arguments, room, key)
            return
        lines = _settled_before(arguments, room, key)
        with Bar(f"deliver {key}", unit=" letters") as bar:
            found = asyncio.run(_deliver(room, key, Watch(arguments.as_of), bar))
    said: dict[str, Any] = {
        "issue": key, "audience": found.audience, "states": _states(found.states), "paused": found.paused
    }  # fmt: skip
    if found.outlook is not None and found.outlook.waits == "warm-up":
        said["until"] = found.outlook.due
    report(arguments, said, [*lines, *_lines(found)])


def _settled_before(arguments: Namespace, room: Newsroom, key: IssueKey) -> list[str]:
    """What a person decided about letters, before any is sent."""
    now, lines = now_of(arguments), []
    if arguments.settle or arguments.resend_uncertain:
        settled = pipeline.settle(room, key, accepted=arguments.settle == "accepted", now=now)
        become = "now count as accepted" if arguments.settle == "accepted" else "are sent again"
        lines.append(f"{key}: letters that may have arrived or not and {become}: {settled}")
    if arguments.retry_failed:
        lines.append(f"{key}: failed letters that are tried again: {pipeline.retry_failed(room, key, now=now)}")
    return lines


def _rehearse(arguments: Namespace, room: Newsroom, key: IssueKey) -> None:
    found = pipeline.rehearse(room, key)
    said = {
        "issue": key, "audience": found.audience, "open": found.open, "bytes": found.bytes,
        "transport": found.transport, "sent": 0,
    }  # fmt: skip
    line = f"{key}: would send {found.open} of {found.audience} letters of {found.bytes:,} bytes by {found.transport}"
    report(arguments, said, [f"{line}; nothing was sent"])


async def _deliver(room: Newsroom, key: IssueKey, clock: Watch, bar: Bar) -> Delivered:
    """SIGTERM and Ctrl-C end it in good order: what is in hand goes back, what is on the wire comes to its end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stop.set)
    watching = asyncio.create_task(_watch(room, key, clock, bar)) if bar.shown else None
    try:
        return await pipeline.deliver(room, key, clock=clock, progress=bar, stop=stop)
    finally:
        if watching is not None:
            watching.cancel()


async def _watch(room: Newsroom, key: IssueKey, clock: Watch, bar: Bar) -> None:
    """The states behind the bar, as the ledger has them."""
    while True:
        await asyncio.sleep(_LOOK)
        found = await asyncio.to_thread(pipeline.progress, room, key, now=clock())
        waits = f"; {_waits(found.outlook)}" if found.outlook is not None and found.outlook.waits else ""
        bar.note(", ".join(f"{count} {state}" for state, count in _states(found.status.states).items()) + waits)


def pause(arguments: Namespace) -> None:
    with room_of(arguments) as room:
        reason = pipeline.pause(room, IssueKey(arguments.issue), now=now_of(arguments))
    said = f"{arguments.issue}: {reason}; go on with: newsletter resume {arguments.issue}"
    report(arguments, {"issue": arguments.issue, "paused": reason}, [said])


def resume(arguments: Namespace) -> None:
    with room_of(arguments) as room:
        pipeline.resume(room, IssueKey(arguments.issue), now=now_of(arguments))
    said = f"{arguments.issue} may go on: newsletter deliver {arguments.issue}"
    report(arguments, {"issue": arguments.issue, "paused": None}, [said])


def cancel(arguments: Namespace) -> None:
    with room_of(arguments) as room:
        found = pipeline.cancel(room, IssueKey(arguments.issue), now=now_of(arguments))
    lines = [_line(found)]
    if left := sum(found.states.get(state, 0) for state in (DeliveryState.SUBMITTING, DeliveryState.UNCERTAIN)):
        lines.append(f"{left} letters may have gone already: they keep their state until it is known")
    report(arguments, _status(found), lines)


def status(arguments: Namespace) -> None:
    with room_of(arguments) as room:
        if arguments.issue is None:
            found = pipeline.statuses(room)
            rows(arguments, map(_status, found), ("issue", "status", "audience", "balanced"))
        elif arguments.csv:
            _write_csv(pipeline.deliveries(room, IssueKey(arguments.issue)))
        elif arguments.deliveries:
            columns = ("email", "state", "attempt", "message_id", "provider_id", "at")
            rows(arguments, map(_row, pipeline.deliveries(room, IssueKey(arguments.issue))), columns)
        else:
            one = pipeline.progress(room, IssueKey(arguments.issue), now=now_of(arguments))
            report(arguments, _status(one.status), [_line(one.status), *_going(one)])


def _write_csv(found: Iterable[Delivery]) -> None:
    """A name from a form may begin like a formula; a spreadsheet would run it."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("email", "name", "state", "why", "attempt", "message_id", "provider_id", "at"))
    for one in found:
        texts = (one.email, one.name, one.state.value, one.error, str(one.attempt), one.message_id, one.provider_id)
        writer.writerow([f"'{text}" if text[:1] in _FORMULA else text for text in (*texts, stamp(one.at) or "")])


def bounce(arguments: Namespace) -> None:
    """What is about no letter of ours is no error: a mail server would send it back to whoever wrote it."""
    message = sys.stdin.buffer.read(_MOST_REPORT)
    with room_of(arguments) as room:
        found = pipeline.take_report(room, message, now=now_of(arguments))
        asyncio.run(pipeline.tell_editors(room, now=now_of(arguments)))
    told = [{"issue": one.issue, "delivery": one.delivery, "kind": one.kind, "new": one.new} for one in found]
    lines = [f"{one.issue}: {one.kind} of {one.delivery}{'' if one.new else ', known already'}" for one in found]
    report(arguments, {"reports": told}, lines or ["about no letter of ours; nothing was changed"])


def measure(arguments: Namespace) -> None:
    with room_of(arguments) as room:
        found = pipeline.measure(room, IssueKey(arguments.issue))
    said = {
        "issue": found.issue,
        "audience": found.audience,
        "states": _states(found.states),
        "events": dict(found.events),
        "handed_over": found.handed_over,
        "arrived": found.arrived,
        "bounced": found.bounced,
        "complained": found.complained,
        "links": dict(found.links),
    }
    lines = [f"{name}: {value}" for name, value in said.items() if name not in ("states", "events", "links")]
    lines += [f"  {state} {count}" for state, count in _states(found.states).items()]
    lines += [f"  {count} readers: {kind}" for kind, count in found.events.items()]
    lines += [f"  {count} readers followed {link}" for link, count in found.links.items()]
    report(arguments, said, lines)


def _states(states: Mapping[DeliveryState, int]) -> dict[str, int]:
    return {state.value: count for state, count in states.items()}


def _status(found: Status) -> dict[str, Any]:
    return {
        "issue": found.issue,
        "status": found.status.value,
        "audience": found.audience,
        "states": _states(found.states),
        "balanced": found.balanced,
    }


def _row(delivery: Delivery) -> dict[str, Any]:
    return {
        "email": delivery.email,
        "state": delivery.state.value,
        "attempt": delivery.attempt,
        "message_id": delivery.message_id,
        "provider_id": delivery.provider_id,
        "at": stamp(delivery.at),
    }


def _line(found: Status) -> str:
    if not found.states and not found.audience:
        return f"{found.issue} {found.status.value}: nothing sent yet" + (f" ({found.paused})" if found.paused else "")
    counts = " + ".join(f"{count} {state}" for state, count in _states(found.states).items()) or "nothing"
    sum_of = (
        f"{counts} = {found.audience}" if found.balanced else f"{counts}, which is NOT the audience of {found.audience}"
    )
    return f"{found.issue} {found.status.value}: {sum_of}" + (f" ({found.paused})" if found.paused else "")


def _going(found: Progress) -> list[str]:
    """How fast it goes and how long it takes, of an issue that is being sent."""
    ahead, key = found.outlook, found.status.issue
    if ahead is None:
        return []
    if ahead.waits:
        more = f", and takes {found.days} more days" if found.days > 1 else ""
        how = "newsletter run does it by itself, and newsletter deliver does it by hand"
        settle = f"; settle it before: newsletter deliver {key} --settle accepted|absent"
        return [f"{_waits(ahead)}{more}; {how}{settle if ahead.waits in ('uncertain', 'silence') else ''}"]
    if found.rate:
        left = f", about {_span(found.left)} left" if found.left is not None else ""
        days = f"; [deliver.warm_up] takes days: {found.days} after today" if found.days else ""
        return [f"{found.rate:.1f} letters a second{left}{days}"]
    return [f"nothing was sent in the last minute; go on with: newsletter deliver {key}, or newsletter run"]


def _waits(ahead: Outlook) -> str:
    until = f"{ahead.due:%Y-%m-%d %H:%M} UTC"
    return {
        "warm-up": f"today's letters of [deliver.warm_up] are out; it goes on after {until}",
        "retry": f"the next try is at {until}",
        "uncertain": f"what may have arrived or not is looked up again at {until}",
        "silence": f"what may have arrived or not is given up at {until}",
    }[ahead.waits]


def _span(left: timedelta) -> str:
    minutes, seconds = divmod(int(left.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min" if minutes >= 5 else f"{minutes} min {seconds} s"


def _lines(found: Delivered) -> list[str]:
    counts = ", ".join(f"{count} {state}" for state, count in _states(found.states).items())
    lines = [f"{found.issue}: {found.audience} readers: {counts or 'none'}"]
    if found.states.get(DeliveryState.CANCELLED):
        lines.append("the issue is cancelled: nothing of it is sent any more")
    waits = "" if found.outlook is None or not found.outlook.waits else _waits(found.outlook)
    if found.paused:
        lines.append(f"paused: {found.paused}; go on with: newsletter resume {found.issue}")
    if (planned := found.states.get(DeliveryState.PLANNED)) and waits and not found.paused:
        lines.append(
            f"{planned} wait: {waits} with: newsletter deliver {found.issue}, or by itself under newsletter run"
        )
    if waiting := found.states.get(DeliveryState.RETRY_WAIT):
        when = f"; {waits}" if found.outlook is not None and found.outlook.waits == "retry" else ""
        lines.append(f"{waiting} wait to be tried again: newsletter deliver {found.issue}{when}")
    if rejected := found.states.get(DeliveryState.REJECTED):
        lines.append(f"{rejected} refused for good; see why: newsletter status {found.issue} --csv")
    if failed := found.states.get(DeliveryState.FAILED):
        lines.append(f"{failed} failed: try them again with: newsletter deliver {found.issue} --retry-failed")
    if uncertain := found.states.get(DeliveryState.UNCERTAIN):
        lines.append(
            f"{uncertain} may have arrived or not: see newsletter status {found.issue} --deliveries, ask your mail "
            f"server, then: newsletter deliver {found.issue} --settle accepted|absent, or --resend-uncertain"
        )
    return lines
