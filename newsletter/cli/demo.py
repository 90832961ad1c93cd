"""The whole sentence on the bundled week, from feeds to letters, with nothing but this machine."""

import asyncio
import re
import secrets
import shutil
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newsletter import pipeline
from newsletter.cli.sample import SAMPLE_PORT, sample_feeds, serving, write_sample
from newsletter.cli.say import Bar, Watch, report
from newsletter.config import load_config
from newsletter.errors import NewsletterError
from newsletter.model import IssueKey, IssueStatus
from newsletter.newsroom import Newsroom, open_newsroom

AS_OF = datetime(2026, 1, 14, 8, tzinfo=UTC)
EDITOR = "editor@newsletter.example"
READERS = (
    ("ada@reader.example", "Ada", "en", ("weekly-en",)),
    ("lin@reader.example", "林晓", "zh", ("weekly-zh",)),
    ("kim@reader.example", "Kim", "en", ("weekly-en", "weekly-zh")),
)
_CONSENT = "Sample reader of newsletter demo; an invented person, asked nobody and sent nothing beyond this machine"


def demo(arguments: Namespace) -> None:
    """A second run collects nothing new and sends nothing: every verb is safe to repeat."""
    folder: Path = arguments.folder
    with _feeds(folder) as port, open_newsroom(load_config(folder / "config.toml")) as room:
        result, lines = _week(room, port)
        password = _editor(room)
    result |= {"folder": str(folder), "feeds_at": f"http://127.0.0.1:{port}/"}
    first = f"The bundled week of 5 to 13 January 2026 in {folder}/: config.toml, feeds/sample.opml, newsletter.db"
    report(arguments, result, [first, *lines, *_where_to_look(folder, room.config.newsroom.site, password)])


def _week(room: Newsroom, port: int) -> tuple[dict[str, Any], list[str]]:
    with Bar("collect") as bar:
        collected = asyncio.run(pipeline.collect(room, now=AS_OF, progress=bar))
    with Bar("curate") as bar:
        curated = pipeline.curate(room, now=AS_OF, progress=bar)
    _readers(room)
    counts = f"{collected.new_articles} new articles, {collected.unchanged} unchanged, {collected.failed} failed"
    lines = [
        f"Collected {collected.feeds} feeds at http://127.0.0.1:{port}/: {counts}",
        f"Curated {curated.articles} articles into {curated.stories} stories, as of {AS_OF:%d %B %Y}",
    ]
    sent = 0
    for edition in room.config.editions:
        line, letters = _issue(room, edition.key)
        lines.append(line)
        sent += letters
    outbox = room.config.folder / room.config.deliver.outbox.folder
    lines.append(f"Sent {sent} letters to {len(READERS)} readers: {_shown(outbox)}/")
    return {"new_articles": collected.new_articles, "stories": curated.stories, "letters": sent}, lines


def _readers(room: Newsroom) -> None:
    """Whoever left since the first run stays away."""
    known = {reader.email for reader in pipeline.all_readers(room)}
    for email, name, language, editions in READERS:
        if email not in known:
            pipeline.add_reader(
                room, email=email, name=name, language=language, editions=editions, consent=_CONSENT, now=AS_OF
            )


def _issue(room: Newsroom, edition: str) -> tuple[str, int]:
    """Compose, approve and deliver one edition, as far as that is not done yet; its line and the letters sent now."""
    key, status = _standing(room, edition)
    if status in (None, IssueStatus.DRAFT):
        draft = pipeline.compose(room, edition, now=AS_OF)
        key = draft.issue.key
        pipeline.approve(room, key, draft.letter.fingerprint, by=EDITOR, now=AS_OF)
    elif status is IssueStatus.SENT:
        return f"{key} was sent by an earlier run", 0
    before = _accepted(room, key)
    with Bar(f"deliver {key}") as bar:
        delivered = asyncio.run(pipeline.deliver(room, key, clock=Watch(AS_OF), progress=bar))
    if delivered.paused:
        raise NewsletterError(f"{key} paused: {delivered.paused}; go on with: newsletter resume {key}")
    with room.store.read() as tx:
        kept = tx.issues.get(key)
    assert kept is not None
    return f"{key}, {len(kept.issue.items)} items: {kept.issue.subject}", _accepted(room, key) - before


def _standing(room: Newsroom, edition: str) -> tuple[IssueKey, IssueStatus | None]:
    from newsletter.compose.period import period_of

    known = room.config.edition(edition)
    assert known is not None
    key = IssueKey(f"{edition}/{period_of(AS_OF, known.timezone)}")
    with room.store.read() as tx:
        return key, tx.issues.status(key)


def _accepted(room: Newsroom, key: IssueKey) -> int:
    return sum(count for state, count in pipeline.status(room, key).states.items() if state == "accepted")


def _editor(room: Newsroom) -> str:
    """The password of a new editor, or "" where there is one already."""
    if EDITOR in pipeline.editors(room):
        return ""
    password = secrets.token_urlsafe(9)
    pipeline.add_editor(room, EDITOR, password, now=datetime.now(UTC))
    return password


def _where_to_look(folder: Path, site: str, password: str) -> list[str]:
    command, config = _command(), folder / "config.toml"
    login = f"password {password} (shown only now)" if password else "the password that the first run showed"
    return [
        f"Open a letter: {_first_letter(folder)}",
        f"Open the pages: {command} run --config {config}, then {site}/",
        f"Open the desk: {site}/desk/ as {EDITOR}, {login}",
        f"Why a story ranks where it does, what else can be done: {command} --help",
    ]


def _first_letter(folder: Path) -> str:
    return _shown(next(iter(sorted((folder / "outbox").rglob("*.eml"))), folder / "outbox"))


def _shown(path: Path) -> str:
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _command() -> str:
    """As this person can type it: a virtual environment need not be active."""
    called = Path(sys.argv[0])
    if shutil.which("newsletter"):
        return "newsletter"
    return _shown(called) if called.name == "newsletter" else "python -m newsletter"


@contextmanager
def _feeds(folder: Path) -> Iterator[int]:
    """The sample feeds at the address that the folder's list names: an article is known by its feed's address."""
    feeds, fresh = sample_feeds(), not (folder / "config.toml").exists()
    with ExitStack() as stack:
        for wanted in (SAMPLE_PORT, 0) if fresh else (_listed_port(folder),):
            try:
                port = stack.enter_context(serving(feeds, wanted))
            except OSError as error:
                taken = error
            else:
                break
        else:
            raise NewsletterError(
                f"port {wanted} of the sample feeds is taken ({taken.strerror}); stop what uses it, "
                f"or begin anew: rm -r {folder}"
            )
        if fresh:
            folder.mkdir(parents=True, exist_ok=True)
            write_sample(folder, port=port)
        yield port


def _listed_port(folder: Path) -> int:
    listed = folder / "feeds" / "sample.opml"
    match = re.search(r"http://127\.0\.0\.1:(\d+)/", listed.read_text("utf-8") if listed.exists() else "")
    if match is None:
        raise NewsletterError(f"{folder} is no demo of ours; name another folder with --folder")
    return int(match[1])
