"""Thirty days of a server that does whatever servers do: nothing lost, nothing twice, no request early or in vain."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from itertools import pairwise

import pytest

from newsletter.config import config_from
from newsletter.model import FeedHealth
from newsletter.newsroom import Newsroom, open_newsroom
from tests.collecting import articles, collect, subscribe
from tests.fakes.feedserver import Asked, Reply, serving
from tests.oddfiles import item, rss

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime(2026, 3, 2, tzinfo=UTC)
DAYS, SHOWN = 30, 20
OUTAGE = (10 * DAY, 10 * DAY + 6 * HOUR)


@dataclass(frozen=True)
class Request:
    at: datetime
    path: str
    headers: Mapping[str, str]
    answer: Reply


@dataclass
class Script:
    """Every feed gains an entry a day; what else a path does, its own rule says."""

    rules: dict[str, Callable[["Script", Asked, Reply], Reply]] = field(default_factory=dict)
    now: datetime = START
    log: list[Request] = field(default_factory=list)

    @property
    def day(self) -> int:
        return (self.now - START).days

    @property
    def hour(self) -> int:
        return int((self.now - START) / HOUR)

    def answer(self, asked: Asked) -> Reply:
        rule = self.rules[asked.path]
        found = rule(self, asked, tagged(asked, Reply(body=self.body(), validated=False)))
        self.log.append(Request(self.now, asked.path, asked.headers, found))
        return found

    def body(self, head: str = "") -> bytes:
        """Entries are dated; the guid of each is its address."""
        told = range(max(0, self.day - SHOWN + 1), self.day + 1)
        return rss("".join(map(_told, told)), head=head)


def _told(day: int) -> str:
    date = format_datetime(START + day * DAY)
    link = f"https://site.example/{day}"
    return item(f"<pubDate>{date}</pubDate><guid>{link}</guid>", f"Report {day} 第{day}天的消息", link)


def tagged(asked: Asked, reply: Reply, tag: str = "", **headers: str) -> Reply:
    tag = f'"{tag or sha256(reply.body).hexdigest()[:16]}"'
    same = asked.headers.get("if-none-match") == tag
    headers = {"ETag": tag, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return replace(reply, status=304, body=b"", headers=headers) if same else replace(reply, headers=headers)


def plain(script: Script, asked: Asked, reply: Reply) -> Reply:
    return reply


def dated_only(script: Script, asked: Asked, reply: Reply) -> Reply:
    modified = format_datetime(START + script.day * DAY, usegmt=True)
    body = script.body()
    same = asked.headers.get("if-modified-since") == modified
    return Reply(
        status=304 if same else 200, body=b"" if same else body, headers={"Last-Modified": modified}, validated=False
    )


def tag_that_changes_alone(script: Script, asked: Asked, reply: Reply) -> Reply:
    """A new tag every six hours for the same bytes."""
    return tagged(asked, Reply(body=script.body(), validated=False), tag=f"v{script.hour // 6}")


def tag_that_changes_with_304(script: Script, asked: Asked, reply: Reply) -> Reply:
    return replace(
        reply,
        headers={
            "ETag": f'"{sha256(script.body()).hexdigest()[:16]}"',
            "Last-Modified": format_datetime(script.now, usegmt=True),
        },
    )


def no_validators(script: Script, asked: Asked, reply: Reply) -> Reply:
    return Reply(body=script.body(), validated=False)


def fresh_for_half_a_day(script: Script, asked: Asked, reply: Reply) -> Reply:
    return replace(reply, headers={**reply.headers, "Cache-Control": "public, max-age=43200"})


def expires_in_ten_hours(script: Script, asked: Asked, reply: Reply) -> Reply:
    date = {
        "Date": format_datetime(script.now, usegmt=True),
        "Expires": format_datetime(script.now + 10 * HOUR, usegmt=True),
    }
    return replace(reply, headers={**reply.headers, **date})


def asks_for_time_to_live(script: Script, asked: Asked, reply: Reply) -> Reply:
    return tagged(asked, Reply(body=script.body("<ttl>960</ttl>"), validated=False))


def skips_hours_and_days(script: Script, asked: Asked, reply: Reply) -> Reply:
    hours = "".join(f"<hour>{hour}</hour>" for hour in range(12))
    head = f"<skipHours>{hours}</skipHours><skipDays><day>Saturday</day></skipDays>"
    return tagged(asked, Reply(body=script.body(head), validated=False))


def too_many_requests(script: Script, asked: Asked, reply: Reply) -> Reply:
    return Reply(status=429, headers={"Retry-After": "10800"}) if script.hour % 50 < 7 else reply


def unavailable_until(script: Script, asked: Asked, reply: Reply) -> Reply:
    until = format_datetime(script.now + 5 * HOUR, usegmt=True)
    date = format_datetime(script.now, usegmt=True)
    return Reply(status=503, headers={"Retry-After": until, "Date": date}) if script.hour % 70 < 9 else reply


def fails_for_days(script: Script, asked: Asked, reply: Reply) -> Reply:
    return Reply(status=500) if script.day in (3, 4, 5, 20) else reply


def cut_in_the_middle(script: Script, asked: Asked, reply: Reply) -> Reply:
    half = script.body()[: len(script.body()) * 2 // 3]
    return (
        Reply(body=half, cut=1000, headers=reply.headers, validated=False)
        if script.hour % 30 < 6 and reply.status == 200
        else reply
    )


def shows_a_challenge(script: Script, asked: Asked, reply: Reply) -> Reply:
    page = b"<html><head><title>Just a moment...</title></head></html>"
    return Reply(body=page, validated=False, headers={"cf-mitigated": "challenge"}) if script.day % 7 == 2 else reply


def gone_and_back(script: Script, asked: Asked, reply: Reply) -> Reply:
    return Reply(status=410) if script.day in (5, 6, 7) else reply


def moved(to: str, status: int) -> Callable[[Script, Asked, Reply], Reply]:
    return lambda script, asked, reply: Reply(status=status, headers={"Location": to}, validated=False)


def guids_change(script: Script, asked: Asked, reply: Reply) -> Reply:
    """On day 12 the site moves to another host: every guid and link is new, nothing is news."""
    body = script.body()
    if script.day >= 12:
        body = body.replace(b"https://site.example/", b"https://www.new-site.example/news/")
    return tagged(asked, Reply(body=body, validated=False))


RULES = {
    "/plain": plain,
    "/modified": dated_only,
    "/tag-alone": tag_that_changes_alone,
    "/tag-304": tag_that_changes_with_304,
    "/bare": no_validators,
    "/max-age": fresh_for_half_a_day,
    "/expires": expires_in_ten_hours,
    "/ttl": asks_for_time_to_live,
    "/skip": skips_hours_and_days,
    "/429": too_many_requests,
    "/503": unavailable_until,
    "/500": fails_for_days,
    "/cut": cut_in_the_middle,
    "/challenge": shows_a_challenge,
    "/410": gone_and_back,
    "/301": moved("/301-new", 301),
    "/301-new": plain,
    "/308": moved("/308-new", 308),
    "/308-new": plain,
    "/302": moved("/302-new", 302),
    "/302-new": plain,
    "/guids": guids_change,
}
SUBSCRIBED = tuple(path for path in RULES if not path.endswith("-new"))


@dataclass(frozen=True)
class Month:
    script: Script
    room: Newsroom
    outage: tuple[FeedHealth, ...]
    """How every feed stood when nobody could be reached for hours."""

    def requests(self, path: str) -> list[Request]:
        return [one for one in self.script.log if one.path == path]


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    """Lived once for all claims about it."""
    data = {"newsroom": {"site": "https://news.example"}, "collect": {"allow_private": ["127.0.0.0/8"]}}
    config = config_from(data, where="config.toml", folder=tmp_path_factory.mktemp("month"))
    script = Script(rules=dict(RULES))
    with open_newsroom(config) as room:
        with serving(dict.fromkeys(RULES, script.answer)) as server:
            subscribe(room, *map(server.url, SUBSCRIBED))
            _live(room, script, timedelta(0), OUTAGE[0])
        _live(room, script, *OUTAGE)
        with room.store.read() as tx:
            outage = tuple(tx.feeds.all_health().values())
        with serving(dict.fromkeys(RULES, script.answer), port=server.port):
            _live(room, script, OUTAGE[1], DAYS * DAY)
        yield Month(script, room, outage)


def _live(room: Newsroom, script: Script, since: timedelta, until: timedelta) -> None:
    """What the clock does, hour after hour."""
    for hour in range(since // HOUR, until // HOUR):
        script.now = START + hour * HOUR
        with room.store.read() as tx:
            known = tx.feeds.all_health()
        if not known or any(one.due is None or one.due <= script.now for one in known.values()):
            collect(room, script.now, only_due=True)


@pytest.mark.parametrize("path", SUBSCRIBED)
def test_no_entry_is_lost_or_doubled(month: Month, path: str) -> None:
    found = [one for one in articles(month.room) if one.feed_url.endswith(path)]
    told = [one.title.split()[1] for one in found]
    last = max(one.at for one in month.script.log)
    assert sorted(told, key=int) == [str(day) for day in range((last - START).days + 1)]


@pytest.mark.parametrize("path", [path for path in RULES if path not in ("/301", "/302", "/308")])
def test_what_the_last_answer_was_called_is_sent_with_the_next_request(month: Month, path: str) -> None:
    """No needless unconditional request. Half a body has no name, and a failure leaves the names as they were."""
    etag = modified = ""
    for one in month.requests(path):
        assert one.headers.get("if-none-match", "") == etag
        assert one.headers.get("if-modified-since", "") == modified
        whole = one.answer.status in (200, 304) and not one.answer.cut and "cf-mitigated" not in one.answer.headers
        if whole:
            etag = one.answer.headers.get("ETag", etag if one.answer.status == 304 else "")
            modified = one.answer.headers.get("Last-Modified", modified if one.answer.status == 304 else "")
        elif one.answer.cut:
            etag = modified = ""
    assert len(month.requests(path)) > 20


@pytest.mark.parametrize("path", RULES)
def test_no_request_comes_earlier_than_the_last_answer_asked(month: Month, path: str) -> None:
    allowed = START
    for one in month.requests(path):
        assert one.at >= allowed, one
        allowed = one.at + timedelta(seconds=_asked(one.answer, one.at))


def _asked(answer: Reply, at: datetime) -> float:
    """Seconds of silence that an answer asks for, read anew from what the script sent."""
    if "max-age" in answer.headers.get("Cache-Control", ""):
        return 43_200
    if "Expires" in answer.headers:
        return 36_000
    retry = answer.headers.get("Retry-After", "")
    if retry:
        return float(retry) if retry.isdecimal() else 5 * 3600
    return 960 * 60 if b"<ttl>960</ttl>" in answer.body else 900


def test_a_time_to_live_holds_also_when_nothing_changed(month: Month) -> None:
    asked = [one.at for one in month.requests("/ttl")]
    outage = (START + OUTAGE[0], START + OUTAGE[1])
    for before, after in pairwise(asked):
        assert after - before >= 16 * HOUR or outage[0] <= after <= outage[1] + DAY


def test_hours_and_days_to_be_skipped_are_skipped_from_the_second_request_on(month: Month) -> None:
    later = [one.at for one in month.requests("/skip")][1:]
    assert len(later) > 20
    assert all(at.hour >= 12 and at.strftime("%A") != "Saturday" for at in later)


def test_our_own_outage_is_no_fault_of_any_feed(month: Month) -> None:
    failing = ("/410", "/500", "/429", "/503", "/challenge")
    blamed = [one.feed_url for one in month.outage if one.failures and not one.feed_url.endswith(failing)]
    assert len(blamed) <= 2  # asked alone, before there were enough to tell
    first = min(one.at for one in month.script.log if one.at >= START + OUTAGE[1])
    assert first <= START + OUTAGE[1] + 2 * HOUR


def test_permanent_redirects_are_believed_after_two_days_and_temporary_ones_never(month: Month) -> None:
    counts: defaultdict[str, int] = defaultdict(int)
    for one in month.script.log:
        counts[one.path] += 1
    for path in ("/301", "/308"):
        first = month.requests(path)[0].at
        assert 3 <= counts[path] <= 16
        assert month.requests(path)[-1].at >= first + 2 * DAY
        assert counts[path + "-new"] > 3 * counts[path]
    assert counts["/302"] == counts["/302-new"]


def test_a_feed_that_said_it_is_gone_is_asked_once_a_week_and_welcomed_back(month: Month) -> None:
    asked = [(one.at, one.answer.status) for one in month.requests("/410")]
    gone = [at for at, status in asked if status == 410]
    assert len(gone) == 2
    back = next(at for at, status in asked if at > gone[-1])
    assert 7 * DAY <= back - gone[-1] <= 8 * DAY
    found = next(one for one in month.outage if one.feed_url.endswith("/410"))
    assert found.gone


def test_a_busy_month_costs_few_requests(month: Month) -> None:
    """An entry a day is found within half a day, so that two or three requests a day are enough."""
    assert len(month.requests("/plain")) <= DAYS * 4
    assert all(
        one.answer.status == 304
        for one in month.requests("/tag-304")
        if "if-none-match" in one.headers and one.answer.body == b""
    )
