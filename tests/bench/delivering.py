"""An issue delivered through the ledger: to files, over SMTP beside its rivals, and what an audience costs."""

import asyncio
import os
import resource
import shutil
import smtplib
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter, process_time, sleep
from typing import NamedTuple, Self

from sqlalchemy import text

from newsletter import pipeline
from newsletter.config import config_from
from newsletter.deliver.mime import splice
from newsletter.deliver.parcels import Mailing, Outcome, Parcel
from newsletter.deliver.transports import Tell, Transport
from newsletter.deliver.transports.payload import payload, personalization
from newsletter.model import DeliveryId, DeliveryState, Letter
from newsletter.newsroom import Newsroom, open_newsroom
from newsletter.pipeline.posting import LedgerBook
from newsletter.slots import Slot
from tests.bench.figures import Figure, at_least, at_most, newsroom
from tests.builders import NOW, letter
from tests.mailroom import KEY, approve, pinned

FULL = os.environ.get("BENCH_FULL") == "1"
"""Also what takes minutes: many connections, late servers, a million readers."""
READERS = 2_000
_LETTERS = 6_000
"""So many that what an issue costs once, its encoding above all, is little beside them."""
_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin"))
_WORDS = {
    "en": "The data centre of 120 MW opens in March and its operator pays $3.1 billion for power. ",
    "zh": "数据中心三月投产，功率一百二十兆瓦，运营商为电力支付三十一亿美元，预计年底完工。",
}


def files() -> Iterator[Figure]:
    """Through the ledger into files, as `newsletter deliver` does it."""
    with newsroom() as room:
        approve(room, READERS)
        took = delivered(room, READERS)
    yield Figure(what=f"deliver to {READERS:,} readers as files", value=READERS / took, unit="letters/s")


def smtp() -> Iterator[Figure]:
    """With the ledger on disk into Postfix's sink, in turn with what its own source reaches there."""
    if shutil.which("smtp-sink", path=_PATH) is None:
        yield Figure(what="SMTP: Postfix's smtp-sink is not installed", value=0, unit="")
        return
    cases = [("en", 8, 0), ("zh", 8, 0)]
    if FULL:
        cases = [(language, lanes, late) for late in (0, 50, 200) for lanes in (1, 8, 32) for language in _WORDS]
    for language, lanes, late in cases:
        yield from _beside(language, lanes, late)
    yield from _rivals()


def _beside(language: str, lanes: int, late: int) -> Iterator[Figure]:
    body = _letter(language)
    size = len(splice(_mailing(body), _parcel(0)))
    count = _LETTERS if not late else max(20, 3 * lanes * 1000 // (2 * late))
    ratios, rates, costs, shares = [], [], [], []
    with _sink(late) as port:
        for _ in range(3):
            before = _source(port, count, lanes, size)
            ours = _through_ledger(port, count, lanes, body)
            ratios.append(2 * ours.rate / (before + _source(port, count, lanes, size)))
            rates.append(ours.rate)
            costs.append(ours.processor)
            shares.append(ours.taken)
    name = f"SMTP, {size / 1000:.0f} kB {language}, {lanes} connections, {late} ms late"
    yield Figure(what=name, value=median(rates), unit="letters/s")
    yield at_least("  of what smtp-source reaches", median(ratios), 0.5, "")
    yield Figure(what="  processor time a letter", value=median(costs), unit="ms")
    yield Figure(what="  processors that others had meanwhile", value=median(shares), unit="")


def _rivals() -> Iterator[Figure]:
    """In the same minute, one connection each: how they come."""
    body = _letter("en")
    size, root = len(splice(_mailing(body), _parcel(0))), Path(__file__).resolve()
    with _sink(0) as port:
        ours = _through_ledger(port, READERS, 8, body).rate
        data, began = splice(_mailing(body), _parcel(0)), perf_counter()
        with smtplib.SMTP("127.0.0.1", port) as plain:
            for _ in range(500):
                plain.sendmail("a@news.example", "b@mail.example", data)
        yield Figure(what="  times a plain smtplib loop", value=ours * (perf_counter() - began) / 500, unit="times")
        command = [sys.executable, "-I", "-W", "ignore", str(root.with_name("django_rival.py")), str(port), "200"]
        done = subprocess.run(
            [*command, str(size)], capture_output=True, text=True, cwd=tempfile.gettempdir(), check=False
        )
    if done.returncode or done.stderr:
        yield Figure(what="  django-newsletter is not installed", value=0, unit="")
    else:
        yield at_least("  times django-newsletter", ours / float(done.stdout), 20, "times")


def audiences() -> Iterator[Figure]:
    """Memory that does not grow with the audience, and how long writing an audience down takes."""
    sizes = (10_000, 1_000_000) if FULL else (10_000, 100_000)
    peaks = []
    for count in sizes:
        with tempfile.TemporaryDirectory() as folder:
            _alone("seed", count, folder)
            peak, froze, rate = map(float, _alone("send", count, folder).split())
        peaks.append(peak)
        name = f"freeze {count:,} readers (SQLite)"
        yield at_most(name, froze, 5, "s") if count >= 1_000_000 else Figure(what=name, value=froze, unit="s")
        yield Figure(what="  their letters, by a transport that takes all", value=rate, unit="letters/s")
    yield at_most(f"more memory for {sizes[1]:,} readers than for {sizes[0]:,}", peaks[1] - peaks[0], 30, "MB")


def payloads() -> Iterator[Figure]:
    mailing, parcels = _mailing(_letter("en")), [_parcel(number) for number in range(20_000)]
    began = process_time()
    for at in range(0, len(parcels), 250):
        payload(mailing, [personalization(mailing, one) for one in parcels[at : at + 250]])
    yield at_least("SendGrid payloads built", len(parcels) / (process_time() - began), 100_000, "readers/s")


class Taking:
    """A transport that takes everything at once."""

    batch, lanes, repeatable = 64, 2, False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def submit(self, mailing: Mailing, parcels: Sequence[Parcel], *, tell: Tell, stop: asyncio.Event) -> None:
        await asyncio.sleep(0)
        for one in parcels:
            tell(Outcome(delivery=one.delivery, state=DeliveryState.ACCEPTED, provider_id="q"))


class TakingRoom(Newsroom):
    def transport(self) -> Transport:
        return Taking()


def _alone(what: str, count: int, folder: str) -> str:
    """In a process of its own, for the most memory that a process ever held is all that a system tells."""
    command = [sys.executable, "-m", "tests.bench.delivering", what, str(count), folder]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def alone(what: str, count: int, folder: Path) -> None:
    """Fill a store; or deliver from it and print the most memory in MB, the freeze's seconds, the letters a second."""
    data = {"newsroom": {"site": "https://news.example", "postal_address": "1 Sample Street"}}
    with open_newsroom(config_from(data, where="config.toml", folder=folder)) as opened:
        if what == "seed":
            approve(opened, 0)
            seed(opened, count)
            return
        room = TakingRoom(opened.config, opened.store)
        froze = asyncio.run(freeze(room))
        rate = count / delivered(room, count)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, froze, rate)


def seed(room: Newsroom, count: int) -> None:
    """Readers by the database itself: importing a million is measured elsewhere."""
    numbers = f"WITH RECURSIVE n(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM n WHERE g < {count}) "
    at = "'2026-01-01 00:00:00.000000'"
    with room.store.write() as tx:
        tx.connection.execute(
            text("CREATE TEMP TABLE s AS " + numbers + "SELECT lower(hex(randomblob(8))) id, g FROM n")
        )
        tx.connection.execute(
            text(
                "INSERT INTO subscribers (id, email, email_key, name, language, timezone, status, token_version, "
                "created, confirm_sent, confirm_count) SELECT id, 'reader' || g || '@mail.example', 'reader' || g || "
                f"'@mail.example', '', 'en', 'UTC', 'active', 0, {at}, NULL, 0 FROM s"
            )
        )
        tx.connection.execute(
            text(
                "INSERT INTO subscriptions (subscriber_id, edition, status, at) "
                f"SELECT id, 'weekly-en', 'active', {at} FROM s"
            )
        )


async def freeze(room: Newsroom) -> float:
    edition = room.config.edition("weekly-en")
    assert edition is not None
    book = LedgerBook(room, edition, KEY, clock=_clock, repeatable=False, progress=None)
    began = perf_counter()
    try:
        await book.freeze(domain="news.example")
    finally:
        book.close()
    return perf_counter() - began


def delivered(room: Newsroom, count: int) -> float:
    began = perf_counter()
    done = asyncio.run(pipeline.deliver(room, KEY, clock=_clock))
    took = perf_counter() - began
    assert done.states == {DeliveryState.ACCEPTED: count}
    return took


class Sent(NamedTuple):
    """`rate` in letters a second, `processor` in ms a letter of ours; `taken`: processors that other work had.

    The last tells whether a ratio means anything. A letter costs us twice what it costs the sink, and both at once need
    two processors; smtp-source costs nearly nothing, so that it is as fast beside the sink on a single one.
    """

    rate: float
    processor: float
    taken: float


def _through_ledger(port: int, count: int, lanes: int, body: Letter) -> Sent:
    """The audience being frozen."""
    data = {
        "newsroom": {"site": "https://news.example", "postal_address": "1 Sample Street"},
        "deliver": {
            "transport": "smtp",
            "smtp": {"host": "127.0.0.1", "port": port, "tls": "none", "connections": lanes},
        },
    }
    with (
        tempfile.TemporaryDirectory() as folder,
        open_newsroom(config_from(data, where="config.toml", folder=Path(folder))) as room,
    ):
        approve(room, count, body=body)
        asyncio.run(freeze(room))
        ours, others = process_time(), _others()
        took = delivered(room, count)
        return Sent(count / took, (process_time() - ours) / count * 1000, (_others() - others) / took)


def _others() -> float:
    """Seconds of processors that went to neither us nor the sink since the machine started; 0 where no system tells."""
    whole = Path("/proc/stat")
    if not whole.exists():
        return 0.0
    spent = list(map(int, whole.read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]))
    idle, waiting = spent[3:5]
    found = subprocess.run(["pgrep", "-x", "smtp-sink"], capture_output=True, text=True, check=False).stdout.split()
    tasks = [Path(f"/proc/{one}/stat").read_text(encoding="ascii").rpartition(")")[2].split() for one in found]
    sinks = sum(int(one[11]) + int(one[12]) for one in tasks)
    return (sum(spent) - idle - waiting - sinks) / os.sysconf("SC_CLK_TCK") - process_time()


def _source(port: int, count: int, lanes: int, size: int) -> float:
    program = shutil.which("smtp-source", path=_PATH)
    assert program is not None
    shape = ["-d", "-s", str(lanes), "-m", str(count), "-l", str(size), "-f", "a@news.example", "-t", "b@mail.example"]
    began = perf_counter()
    subprocess.run([program, *shape, f"127.0.0.1:{port}"], check=True, stdout=subprocess.DEVNULL)
    return count / (perf_counter() - began)


@contextmanager
def _sink(late: int) -> Iterator[int]:
    """Postfix's sink, behind something that holds its answers back so many milliseconds."""
    program = shutil.which("smtp-sink", path=_PATH)
    assert program is not None
    port, front = _free_port(), _free_port()
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    commands = [[program, *user, f"127.0.0.1:{port}", "1024"]]
    if late:
        commands.append([sys.executable, "-m", "tests.bench.late", str(front), str(port), str(late)])
    running = [subprocess.Popen(one, stdout=subprocess.DEVNULL) for one in commands]
    try:
        for one in (port, front)[: len(commands)]:
            _wait_for(one)
        yield front if late else port
    finally:
        for process in running:
            process.kill()
            process.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            sleep(0.05)
        else:
            return
    raise RuntimeError(f"nothing listens on port {port}")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _letter(language: str) -> Letter:
    """About 60 kB on the wire."""
    words, base = _WORDS[language], letter()
    many = (52_000 if language == "en" else 38_000) // len(words.encode())
    paragraphs = "".join(f"<p>{number} {words}</p>\n" for number in range(many))
    return pinned(replace(base, html=base.html + paragraphs))


def _mailing(body: Letter) -> Mailing:
    return Mailing(issue=KEY, letter=body, sender="weekly@news.example", date=NOW)


def _parcel(number: int) -> Parcel:
    values = {slot: f"https://news.example/{slot.name.lower()}/{number}" for slot in Slot}
    email = f"reader{number}@mail.example"
    return Parcel(delivery=DeliveryId(f"d{number}"), email=email, message_id=f"<d{number}@news.example>", values=values)


def _clock() -> datetime:
    return datetime.now(UTC)


MEASURES = (files, smtp, audiences, payloads)

if __name__ == "__main__":
    alone(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
