"""The readers' shelf on both engines: who counts as audience, what follows from what, who is kept out."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter import pipeline
from newsletter.config import Config
from newsletter.model import Consent, EditionKey, Subscriber, SubscriberId, SubscriberStatus
from newsletter.newsroom import Newsroom, open_newsroom
from tests.builders import NOW

EN, ZH = EditionKey("weekly-en"), EditionKey("weekly-zh")
ACTIVE, PENDING, LEFT = SubscriberStatus.ACTIVE, SubscriberStatus.PENDING, SubscriberStatus.LEFT


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def room(request: pytest.FixtureRequest, config: Config) -> Iterator[Newsroom]:
    if request.param == "postgresql":
        config = replace(config, store=replace(config.store, url=request.getfixturevalue("postgres_url")))
    with open_newsroom(config) as opened:
        yield opened


def reader(email: str = "ann@example.org", **more: object) -> Subscriber:
    values: dict[str, object] = {"id": SubscriberId(""), "email": email, "editions": (EN,), "status": ACTIVE}
    return Subscriber(**(values | more))  # type: ignore[arg-type]


def status(room: Newsroom, one: SubscriberId) -> SubscriberStatus:
    with room.store.read() as tx:
        found = tx.subscribers.get(one)
    assert found is not None
    return found.status


def test_a_reader_is_kept_and_found_under_every_spelling(room: Newsroom) -> None:
    consent = Consent(at=NOW, how="command", text="said so")
    with room.store.write() as tx:
        one = tx.subscribers.add(reader("Ann@example.org", name="安", language="zh", consent=consent), now=NOW)
    with room.store.read() as tx:
        found = tx.subscribers.by_email("ANN@EXAMPLE.ORG")
        assert found == tx.subscribers.get(one)
        assert tx.subscribers.get(SubscriberId("nobody")) is None
    assert found is not None
    assert (found.email, found.name, found.language, found.consent) == ("Ann@example.org", "安", "zh", consent)


def test_the_audience_is_whoever_is_active_in_an_edition_and_as_a_person(room: Newsroom) -> None:
    with room.store.write() as tx:
        shelf = tx.subscribers
        both, _, hurt = shelf.add_many(
            (
                reader("a@example.org", editions=(EN, ZH)),
                reader("b@example.org", status=PENDING),
                reader("c@example.org"),
            ),
            now=NOW,
        )
        assert (shelf.audience(EN), shelf.audience(ZH)) == (2, 1)
        shelf.set_status(hurt, SubscriberStatus.BOUNCED)
        shelf.set_editions(both, (ZH,), LEFT, now=NOW)
        assert (shelf.audience(EN), shelf.audience(ZH)) == (1, 0)
        assert shelf.count_by_status() == {"active": 1, "pending": 1, "bounced": 1}


def test_a_readers_status_follows_the_subscriptions(room: Newsroom) -> None:
    with room.store.write() as tx:
        one = tx.subscribers.add(reader(status=PENDING), now=NOW)
    for editions, to, then in (
        ((EN,), ACTIVE, ACTIVE),
        ((ZH,), PENDING, ACTIVE),
        ((EN,), LEFT, PENDING),
        ((ZH,), LEFT, LEFT),
    ):
        with room.store.write() as tx:
            tx.subscribers.set_editions(one, editions, to, now=NOW)
        assert status(room, one) is then


def test_a_complaint_outlasts_a_new_subscription(room: Newsroom) -> None:
    with room.store.write() as tx:
        one = tx.subscribers.add(reader(), now=NOW)
        tx.subscribers.set_status(one, SubscriberStatus.COMPLAINED)
        tx.subscribers.set_editions(one, (EN, ZH), ACTIVE, now=NOW)
        assert tx.subscribers.audience(EN) == 0
    assert status(room, one) is SubscriberStatus.COMPLAINED


def test_many_are_looked_up_at_once(room: Newsroom) -> None:
    emails = [f"r{n}@example.org" for n in range(1200)]
    with room.store.write() as tx:
        tx.subscribers.add_many([reader(email) for email in emails[::2]], now=NOW)
        assert set(tx.subscribers.among(emails)) == set(emails[::2])
        tx.subscribers.suppress("f" * 64, "erased", now=NOW)
        tx.subscribers.suppress("f" * 64, "bounced", now=NOW)
        assert tx.subscribers.suppressed([f"{n:064d}" for n in range(1200)] + ["f" * 64]) == {"f" * 64}


def test_somebody_faster_is_no_error(room: Newsroom) -> None:
    with room.store.write() as tx:
        first = tx.subscribers.add(reader(), now=NOW)
        assert tx.subscribers.add(reader("ANN@example.org", editions=(ZH,)), now=NOW) == first
        assert tx.subscribers.audience(ZH) == 0


def test_confirming_leaving_and_asking_at_the_same_moment_all_succeed(room: Newsroom, config: Config) -> None:
    one = pipeline.add_reader(
        room, email="ann@example.org", editions=[EN, ZH], name="", language="", consent="said so", now=NOW
    )
    leave, choose = room.signer.unsubscribe(one.id, EN), room.signer.preferences(one.id, EN)
    with ThreadPoolExecutor(8) as pool:
        left = [pool.submit(pipeline.unsubscribe, room, leave, now=NOW) for _ in range(8)]
        chosen = [pool.submit(pipeline.preferences, room, choose, editions=[ZH], name=None, now=NOW) for _ in range(8)]
        asked = [
            pool.submit(pipeline.subscribe, room, email="new@example.org", edition="weekly-zh", now=NOW)
            for _ in range(8)
        ]
        assert all(job.result() for job in left)
        assert all(job.result() for job in chosen)
        assert all(job.result() is None for job in asked)
    with room.store.read() as tx:
        assert (tx.subscribers.audience(EN), tx.subscribers.audience(ZH)) == (0, 1)
    assert len(list(pipeline.all_readers(room))) == 2


def test_an_import_works_the_same(room: Newsroom, tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_text(
        "email,editions\na@example.org,weekly-en\nA@example.org,weekly-zh\nb@example.org,weekly-en;weekly-zh\n"
    )
    assert pipeline.import_readers(room, file, consent="x", now=NOW).added == 3
    assert pipeline.import_readers(room, file, consent="x", now=NOW).unchanged == 3
    assert pipeline.erase(room, "b@example.org", now=NOW)
    assert [one.email for one in pipeline.all_readers(room)] == ["a@example.org"]
