"""The outbox: every letter becomes a file that any mail program opens. The same letter again is the same file."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from newsletter.config import Deliver
from newsletter.deliver.mime import splice
from newsletter.deliver.parcels import Mailing, Outcome, Parcel
from newsletter.deliver.transports import Tell
from newsletter.deliver.workers import is_gone, worker_name
from newsletter.errors import TransportError
from newsletter.model import DeliveryState

_MOST_BATCH = 64


def open_transport(deliver: Deliver, *, folder: Path) -> "Outbox":
    return Outbox(folder / deliver.outbox.folder, batch=min(deliver.batch, _MOST_BATCH))


class Outbox:
    """Writes `{folder}/{issue}/{delivery}.eml`, whole or not at all."""

    lanes = 1
    repeatable = True

    def __init__(self, folder: Path, *, batch: int = _MOST_BATCH) -> None:
        self._folder = folder
        self.batch = batch
        self._worker = worker_name()
        self._swept: set[Path] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def submit(self, mailing: Mailing, parcels: Sequence[Parcel], *, tell: Tell, stop: asyncio.Event) -> None:
        if stop.is_set():
            return
        try:
            outcomes = await asyncio.to_thread(self._write, mailing, parcels)
        except OSError as error:
            raise TransportError(
                f"{self._folder}: a letter cannot be written ({error.strerror}); see [deliver.outbox] folder"
            ) from error
        for outcome in outcomes:
            tell(outcome)

    def _write(self, mailing: Mailing, parcels: Sequence[Parcel]) -> list[Outcome]:
        """A name appears only when its bytes are on the disk. All are written before the first is waited for."""
        folder = self._folder / mailing.issue
        folder.mkdir(parents=True, exist_ok=True)
        self._sweep(folder)
        outcomes: list[Outcome] = []
        parts: list[tuple[Path, Path]] = []
        for parcel in parcels:
            try:
                data = splice(mailing, parcel)
            except ValueError as error:
                outcomes.append(_rejected(parcel, str(error)))
                continue
            name = f"{parcel.delivery}.eml"
            # Two workers may write the same letter: neither may empty what the other is about to name.
            part = folder / f"{parcel.delivery}.{self._worker}.part"
            part.write_bytes(data)
            parts.append((part, folder / name))
            outcomes.append(Outcome(delivery=parcel.delivery, state=DeliveryState.ACCEPTED, provider_id=name))
        for part, _ in parts:
            _sync(part)
        for part, path in parts:
            part.replace(path)
        _sync(folder)
        return outcomes

    def _sweep(self, folder: Path) -> None:
        """Once a folder: take away what a killed worker left unfinished."""
        if folder not in self._swept:
            self._swept.add(folder)
            for part in folder.glob("*.part"):
                if is_gone(".".join(part.name.split(".")[-5:-1])):
                    part.unlink(missing_ok=True)


def _rejected(parcel: Parcel, why: str) -> Outcome:
    return Outcome(delivery=parcel.delivery, state=DeliveryState.REJECTED, kind="address", error=why)


def _sync(path: Path) -> None:
    """File or folder outlives a power cut; not every system lets a folder be opened, and there it does so anyway."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        if path.is_dir():
            return
        raise
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
