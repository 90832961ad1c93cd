"""Each measure does real work on this machine; a ratio is taken in the same minute as its rival."""

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Literal

import feedparser
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from newsletter import pipeline
from newsletter.collect.parsing import parse
from newsletter.compose.rendering import Imprint, render
from newsletter.config import Edition, House, config_from
from newsletter.deliver.mime import splice
from newsletter.deliver.parcels import Mailing, Parcel
from newsletter.deliver.signing import Dkim
from newsletter.model import (
    Consent,
    DeliveryId,
    EditionKey,
    Letter,
    Section,
    Subscriber,
    SubscriberId,
    SubscriberStatus,
)
from newsletter.newsroom import Newsroom, open_newsroom
from newsletter.shipped import shipped
from newsletter.slots import Slot, fill
from tests.builders import NOW, article, issue, item

EDITION = Edition(key="weekly-en", title="AI Infrastructure Weekly", sender="weekly@news.example")
READERS = 2_000
REAL_WEEK = Path(__file__).resolve().parents[3] / "shared" / "data" / "week-2026-03-09" / "feeds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    what: str
    value: float
    unit: str
    wanted: str = ""
    within: bool | None = None
    """None where there is no budget."""


def at_most(what: str, value: float, budget: float, unit: str) -> Figure:
    return Figure(what=what, value=value, unit=unit, wanted=f"at most {budget:g}", within=value <= budget)


def at_least(what: str, value: float, budget: float, unit: str) -> Figure:
    return Figure(what=what, value=value, unit=unit, wanted=f"at least {budget:g}", within=value >= budget)


def seconds(work: Callable[[], object], times: int = 5) -> float:
    found = []
    for _ in range(times):
        began = perf_counter()
        work()
        found.append(perf_counter() - began)
    return median(found)


def starting() -> Iterator[Figure]:
    command = [sys.executable, "-m", "newsletter", "--help"]
    took = seconds(lambda: subprocess.run(command, capture_output=True, check=True))
    yield at_most("newsletter --help", took, 0.3, "s")


def parsing() -> Iterator[Figure]:
    """Our feeds say little about speed, being small; a real week lies beside some checkouts."""
    bundled = [path for path in sorted((shipped("feeds") / "sample").iterdir()) if path.suffix != ".md"]
    ours, theirs = _parse_both(bundled)
    yield Figure(what="decode and parse the bundled feeds", value=ours * 1000, unit="ms")
    yield Figure(what="  times as fast as feedparser's default", value=theirs / ours, unit="times")
    real = (
        [path for path in sorted(REAL_WEEK.rglob("*")) if path.is_file() and path.suffix != ".tsv"]
        if REAL_WEEK.is_dir()
        else []
    )
    if real:
        ours, theirs = _parse_both(real, times=1)
        yield Figure(what=f"decode and parse {len(real)} real feeds", value=ours, unit="s")
        yield at_least("  times as fast as feedparser's default", theirs / ours, 2, "times")


def _parse_both(files: list[Path], times: int = 3) -> tuple[float, float]:
    bodies = [path.read_bytes() for path in files]
    ours = seconds(lambda: [parse(body) for body in bodies], times)
    return ours, seconds(lambda: [feedparser.parse(body) for body in bodies], times)


def curating() -> Iterator[Figure]:
    with newsroom() as room:
        known = [
            article(
                f"a{number}",
                f"Company {number} signs a {number + 10} MW data center power deal in county {number % 40}",
                summary=f"The deal brings {number + 10} MW to the site, says company {number}. Work begins in May.",
                published=NOW - timedelta(minutes=10 * number),
            )
            for number in range(1_000)
        ]
        with room.store.write() as tx:
            tx.articles.add(known)
        took = seconds(lambda: pipeline.curate(room, now=NOW), times=1)
    yield at_most("curate, an article in a window of 1,000", took * 1000 / len(known), 5, "ms")


def rendering() -> Iterator[Figure]:
    languages: tuple[Literal["en", "zh"], ...] = ("zh", "en")
    for language in languages:
        made = partial(_render, language)
        letter = made()
        yield at_most(f"render an issue of 45 items ({language})", seconds(made) * 1000, 50, "ms")
        yield at_most("  its HTML", len(letter.html.encode()) / 1000, 60, "kB")
    mailing = Mailing(issue=issue().key, letter=letter, sender=EDITION.sender, date=NOW)
    parcels = [_parcel(number) for number in range(2_000)]
    splice(mailing, parcels[0])
    took = seconds(lambda: _each(parcels, lambda one: splice(mailing, one)))
    yield at_most("splice a reader's letter", took * 1000 / len(parcels), 0.02, "ms")
    built = seconds(lambda: _each(parcels[:20], lambda one: _built(mailing, one)), times=3) / 20
    yield Figure(what="  times as fast as EmailMessage", value=built * len(parcels) / took, unit="times")
    key = generate_private_key(65537, 2048)
    data, dkim = splice(mailing, parcels[0]), Dkim("news.example", "s", key)
    yield Figure(what="sign a letter (DKIM, RSA-2048)", value=seconds(lambda: dkim.signed(data), 50) * 1000, unit="ms")


def _each(parcels: Sequence[Parcel], work: Callable[[Parcel], bytes]) -> None:
    """One after the other, as they are sent: nobody keeps two thousand letters in memory."""
    for one in parcels:
        work(one)


_TOLD = {
    "en": ("Story {}: Nvidia invests $2 billion in Nebius", "Nvidia will invest in Nebius, a cloud company. " * 4),
    "zh": (
        "第{}则：英伟达向 Nebius 投资 20 亿美元",
        "英伟达将向云计算公司 Nebius 投资 20 亿美元，用于建设数据中心。" * 3,
    ),
}


def _render(language: Literal["en", "zh"]) -> Letter:
    """45 items of the length that a real week has."""
    headline, summary = _TOLD[language]
    items = tuple(
        item(f"a{n}", headline.format(n), language=language, summary=summary, key_points=(summary[:90],))
        for n in range(45)
    )
    sections = tuple(
        Section(key=key, title=key.replace("-", " "), items=items[1 + at * 11 : 12 + at * 11])
        for at, key in enumerate(("big-stories", "chips-compute", "money-deals", "reviews"))
    )
    house = House(site="https://news.example", postal_address="1 Sample Street, 12345 Sampletown")
    made = issue(f"weekly-{language}", lead=items[0], sections=sections, language=language)
    edition = replace(EDITION, language=language)
    return render(made, Imprint(edition=edition, house=house), (shipped("templates"),)).letter


def _built(mailing: Mailing, parcel: Parcel) -> bytes:
    """The same letter as the standard library makes it, a message for every reader."""
    message = EmailMessage(policy=SMTP)
    values = dict(parcel.values)
    message["Subject"], message["From"], message["To"] = mailing.letter.subject, mailing.sender, parcel.email
    message["Message-ID"], message["Date"] = parcel.message_id, format_datetime(mailing.date)
    message.set_content(fill(mailing.letter.text, values))
    message.add_alternative(fill(mailing.letter.html, values), subtype="html")
    return message.as_bytes()


def _parcel(number: int) -> Parcel:
    values = {slot: f"https://news.example/{slot.name.lower()}/{number}" for slot in Slot}
    email = f"reader{number}@reader.example"
    return Parcel(delivery=DeliveryId(f"d{number}"), email=email, message_id=f"<d{number}@news.example>", values=values)


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


@contextmanager
def newsroom() -> Iterator[Newsroom]:
    data = {"newsroom": {"site": "https://news.example", "postal_address": "1 Sample Street"}}
    with tempfile.TemporaryDirectory() as folder:
        config = config_from(data, where="config.toml", folder=Path(folder))
        with open_newsroom(config) as room:
            yield room


MEASURES = (starting, parsing, curating, rendering, delivering)
