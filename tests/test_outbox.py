"""The outbox writes a letter whole, whoever else writes it at the same moment."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from newsletter.deliver.mime import splice
from newsletter.deliver.parcels import Mailing, Outcome, Parcel
from newsletter.deliver.transports.outbox import Outbox
from newsletter.deliver.workers import worker_name
from newsletter.model import DeliveryId, DeliveryState, IssueKey
from newsletter.slots import Slot
from tests.builders import NOW, letter

MAILING = Mailing(issue=IssueKey("weekly-zh/2026-W11"), letter=letter(), sender="weekly@news.example", date=NOW)
PARCEL = Parcel(
    delivery=DeliveryId("d1"),
    email="lin@reader.example",
    name="林晓",
    message_id="<d1@news.example>",
    values=dict.fromkeys(Slot, "https://news.example/x"),
)


def test_workers_with_the_same_letter_never_take_it_from_each_other(tmp_path: Path) -> None:
    def write(_number: int) -> list[Outcome]:
        told: list[Outcome] = []
        asyncio.run(Outbox(tmp_path).submit(MAILING, [PARCEL], tell=told.append, stop=asyncio.Event()))
        return told

    with ThreadPoolExecutor(8) as workers:
        outcomes = [one for told in workers.map(write, range(80)) for one in told]
    assert {one.state for one in outcomes} == {DeliveryState.ACCEPTED}
    assert len(outcomes) == 80
    (file,) = (tmp_path / "weekly-zh" / "2026-W11").iterdir()
    assert (file.name, file.read_bytes()) == ("d1.eml", splice(MAILING, PARCEL))


def test_what_a_killed_worker_left_unfinished_is_taken_away_and_what_a_living_one_writes_is_not(tmp_path: Path) -> None:
    folder = tmp_path / MAILING.issue
    folder.mkdir(parents=True)
    machine, pid, started, tail = worker_name().split(".")
    dead, living = (
        folder / f"d1.{machine}.{pid}.{int(started or 0) - 1}.{tail}.part",
        folder / f"d2.{worker_name()}.part",
    )
    for part in (dead, living):
        part.write_bytes(b"half a let")
    asyncio.run(Outbox(tmp_path).submit(MAILING, [PARCEL], tell=lambda _: None, stop=asyncio.Event()))
    assert {path.name for path in folder.iterdir()} == {"d1.eml", living.name} | ({dead.name} if not started else set())
