"""The circuit breaker from end to end: what comes back pauses an issue, tells its editors, and a resume goes on."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from newsletter import pipeline
from newsletter.config import Config, Desk, WarmUp
from newsletter.model import DeliveryState, IssueStatus
from newsletter.newsroom import Newsroom, open_newsroom
from newsletter.pipeline.letters import Delivered
from tests.builders import NOW
from tests.crashing import CrashingRoom
from tests.fakes.sendgrid import Signature, event
from tests.fakes.sink import Sink
from tests.mailroom import KEY, Hands, approve, rows
from tests.outbox import letters, text_of

S = DeliveryState
READERS, TODAY = 620, 600
DAY = timedelta(days=1)
LOOK = "look at the list before you go on"


@pytest.fixture(params=["en", "zh"])
def half(request: pytest.FixtureRequest, config: Config) -> Iterator[Newsroom]:
    """Six hundred letters are out, the rest goes tomorrow."""
    editions = tuple(replace(one, language=request.param) for one in config.editions)
    deliver = replace(config.deliver, warm_up=WarmUp(first=TODAY))
    whole = replace(config, editions=editions, deliver=deliver, desk=Desk(test_to=("ed@news.example",)))
    with open_newsroom(whole) as room:
        approve(room, READERS)
        found = _deliver(room, NOW)
        assert found.states == {S.PLANNED: READERS - TODAY, S.ACCEPTED: TODAY}
        yield room


def _deliver(room: Newsroom, at: datetime) -> Delivered:
    """To a server that keeps nothing; what is written to editors goes to the outbox."""
    own = CrashingRoom(room.config, room.store, lambda: None, Sink(batch=64))
    return asyncio.run(pipeline.deliver(own, KEY, clock=Hands(at)))


def _hear(room: Newsroom, signature: Signature, kind: str, start: int, count: int) -> None:
    """Signed events of that kind about the letters from `start` on."""
    sent = sorted(row.id for row in rows(room).values() if row.state is not S.PLANNED)[start : start + count]
    at = int(NOW.timestamp())
    body = json.dumps([event(one, kind, at) for one in sent]).encode()
    pipeline.take_events(room, body, signature.sign(body, str(at)), str(at), now=NOW)


@pytest.mark.parametrize(
    ("kind", "borne", "too_many", "english", "chinese"),
    [
        ("bounce", 30, 1, "5.2% of 600 letters bounced", "600 封信中有 5.2% 被退回"),
        ("spamreport", 1, 1, "0.3% of 600 letters were reported as spam", "600 封信中有 0.3% 被举报为垃圾邮件"),
    ],
)
def test_more_than_the_big_providers_bear_pauses_the_issue_tells_its_editors_once_and_a_resume_goes_on(
    half: Newsroom, monkeypatch: pytest.MonkeyPatch, kind: str, borne: int, too_many: int, english: str, chinese: str
) -> None:
    signature = Signature()
    monkeypatch.setenv("SENDGRID_WEBHOOK_KEY", signature.public)
    _hear(half, signature, kind, 0, borne)
    assert pipeline.status(half, KEY).status is IssueStatus.SENDING
    _hear(half, signature, kind, borne, too_many)
    now_is = pipeline.status(half, KEY)
    assert (now_is.status, now_is.paused) == (IssueStatus.PAUSED, f"{english}; {LOOK}")
    assert asyncio.run(pipeline.tell_editors(half, now=NOW)) == 1
    assert asyncio.run(pipeline.tell_editors(half, now=NOW)) == 0
    (told,) = [one for one in letters(half.config.folder) if str(one["To"]) == "ed@news.example"]
    assert (chinese if half.config.editions[0].language == "zh" else english) in text_of(told)
    assert _deliver(half, NOW + DAY).paused == f"{english}; {LOOK}"
    pipeline.resume(half, KEY, now=NOW)
    done = _deliver(half, NOW + DAY)
    assert (done.paused, sum(done.states.values())) == (None, READERS)
    assert pipeline.status(half, KEY).status is IssueStatus.SENT
    _hear(half, signature, kind, borne + too_many, 5)
    assert pipeline.status(half, KEY).status is IssueStatus.SENT
