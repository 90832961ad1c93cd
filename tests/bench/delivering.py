"""An issue delivered through the ledger."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from time import perf_counter

from newsletter import pipeline
from newsletter.model import Consent, EditionKey, Subscriber, SubscriberId, SubscriberStatus
from tests.bench.figures import Figure, newsroom
from tests.builders import NOW, article

READERS = 2_000


def delivering() -> Iterator[Figure]:
    """Through the ledger into files, as `newsletter deliver` does it."""
    with newsroom() as room:
        with room.store.write() as tx:
            tx.articles.add([article(published=NOW - timedelta(days=1))])
            tx.subscribers.add_many([_reader(number) for number in range(READERS)], now=NOW)
        pipeline.curate(room, now=NOW)
        draft = pipeline.compose(room, "weekly-en", now=NOW)
        pipeline.approve(room, draft.issue.key, draft.letter.fingerprint, by="ed@news.example", now=NOW)
        began = perf_counter()
        done = asyncio.run(pipeline.deliver(room, draft.issue.key, clock=lambda: NOW))
        took = perf_counter() - began
    assert sum(done.states.values()) == READERS
    yield Figure(what=f"deliver to {READERS:,} readers as files", value=READERS / took, unit="letters/s")


def _reader(number: int) -> Subscriber:
    return Subscriber(
        id=SubscriberId(""),
        email=f"reader{number}@reader.example",
        editions=(EditionKey("weekly-en"),),
        status=SubscriberStatus.ACTIVE,
        consent=Consent(at=NOW, how="import", text="Invented for a measurement"),
    )


MEASURES = (delivering,)
