"""The optional writer beside a draft: asked once for each text, before anything of the draft is stored.

No transaction is open while it is asked; an edit only uses what it answered before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from newsletter.compose.writing import Ask, Written, asks, judged
from newsletter.model import Check, Issue, Level
from newsletter.newsroom import Newsroom


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """What the writer said of an issue, by story, and the check that tells of it."""

    written: Mapping[str, Written]
    check: Check


def prose(room: Newsroom, issue: Issue, *, now: datetime, ask: bool) -> Prose | None:
    """None without a writer. With `ask` it is asked for what it has not answered yet, else only remembered."""
    writer = room.writer()
    if writer is None:
        return None
    wanted = {one.key(writer.model): one for one in asks(issue)}
    with room.store.read() as tx:
        known = tx.writings.get_many(wanted)
    failed = ""
    if ask:
        answers = writer.answers({key: one.messages() for key, one in wanted.items() if key not in known})
        failed = answers.failed
        with room.store.write() as tx:
            tx.writings.put(answers.texts, now=now)
        known |= answers.texts
    written = {one.item: judged(one, known[key], room.lexicon) for key, one in wanted.items() if key in known}
    return Prose(written=written, check=_check(writer.model, tuple(wanted.values()), written, failed))


def _check(model: str, wanted: tuple[Ask, ...], written: Mapping[str, Written], failed: str) -> Check:
    used = sum(one.usable for one in written.values())
    said = f"{used} of {len(wanted)} texts are by {model} and passed the gate"
    refused = [why for one in written.values() for why in one.objections]
    silent = len(wanted) - len(written)
    if refused:
        said += f"; {len(refused)} parts fell back to the reports' own words: {refused[0]}"
    if silent:
        said += f"; {silent} were not written{f' ({failed})' if failed else ''}"
    return Check(name="writer", level=Level.AMBER if failed else Level.GREEN, say=said)
