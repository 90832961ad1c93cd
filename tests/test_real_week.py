"""One real week through the whole product, by the commands that an operator types."""

import gzip
import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

import pytest

from newsletter.config import load_config
from newsletter.newsroom import open_newsroom
from tests.checklist import faults, grown
from tests.conftest import SHARED

DATA = SHARED / "data"
ITEMS = 14_086
pytestmark = [pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(600)]


# What a command needs at most, told by its own parent: to the children of a large process Linux counts its memory too.
_MEASURED = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    handler = partial(Quiet, directory=str(DATA))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()


class Newsroom:
    """A folder with a config, and the command line."""

    def __init__(self, folder: Path, server: str) -> None:
        self.folder, self.server = folder, server
        self.seconds = self.megabytes = 0.0
        (folder / "feeds").mkdir()
        port = server.rpartition(":")[2]
        (folder / "config.toml").write_text(
            '[newsroom]\nsite = "https://news.example"\npostal_address = "1 Sample Street"\n'
            f'[collect]\nallow_private = ["127.0.0.0/8"]\nports = [{port}]\n'
        )

    def subscribe(self, *weeks: str) -> None:
        outlines = [
            f"<outline text={quoteattr(path.stem)} xmlUrl={quoteattr(self._address(path))}/>"
            for week in weeks
            for path in sorted((DATA / week / "feeds").glob("*.xml"))
        ]
        opml = f'<opml version="2.0"><head/><body>{"".join(outlines)}</body></opml>'
        (self.folder / "feeds" / "weeks.opml").write_text(opml, "utf-8")

    def _address(self, path: Path) -> str:
        return f"{self.server}/{quote(str(path.relative_to(DATA)))}"

    def run(self, *arguments: str, lines: bool = False) -> Any:
        started = time.monotonic()
        command = [
            sys.executable,
            "-c",
            _MEASURED,
            sys.executable,
            "-m",
            "newsletter",
            "--config",
            str(self.folder / "config.toml"),
            *arguments,
            "--json",
        ]
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONUTF8": "1"})
        self.seconds += time.monotonic() - started
        assert done.returncode == 0, done.stderr
        self.megabytes = max(self.megabytes, int(done.stderr.rsplit(maxsplit=1)[-1]) / 1024)
        return [json.loads(line) for line in done.stdout.splitlines()] if lines else json.loads(done.stdout)


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory, server: str) -> dict[str, Any]:
    """Both weeks collected and curated, both editions composed; the figures on the way."""
    room = Newsroom(tmp_path_factory.mktemp("week"), server)
    room.subscribe("week-2026-03-02")
    before = room.run("collect", "--as-of", "2026-03-09T00:00Z")
    room.subscribe("week-2026-03-02", "week-2026-03-09")
    found = room.run("collect", "--as-of", "2026-03-16T00:00Z")
    curated = room.run("curate", "--as-of", "2026-03-16T00:00Z")
    issues = {
        key: room.run("compose", key, "--period", "2026-W11", "--as-of", "2026-03-16T00:00Z")
        for key in ("weekly-en", "weekly-zh")
    }
    seconds = room.seconds
    again = room.run("collect", "--as-of", "2026-03-16T01:00Z")
    megabytes = room.megabytes
    print(json.dumps({"seconds": round(seconds, 1), "megabytes": round(megabytes), "before": before, "found": found}))
    print(json.dumps({"curated": curated, "issues": issues}, ensure_ascii=False))
    return {
        "room": room, "before": before, "found": found, "curated": curated, "issues": issues, "again": again,
        "seconds": seconds, "megabytes": megabytes,
    }  # fmt: skip


def items_of(week: dict[str, Any], edition: str) -> list[dict[str, Any]]:
    import sqlite3

    with sqlite3.connect(week["room"].folder / "newsletter.db") as store:
        (body,) = store.execute("SELECT body FROM issues WHERE edition = ?", (edition,)).fetchone()
    issue = json.loads(body)
    lead = [issue["lead"]] if issue["lead"] else []
    return [*lead, *(item for section in issue["sections"] for item in section["items"])]


def gold() -> dict[str, dict[str, Any]]:
    with gzip.open(DATA / "gold" / "gold_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        return {row["title"]: row for row in map(json.loads, lines)}


def test_every_item_of_the_week_comes_in_once(week: dict[str, Any]) -> None:
    assert week["found"]["failed"] == 0
    assert week["found"]["new_articles"] >= ITEMS * 0.99
    assert week["again"]["new_articles"] == 0


def test_the_week_fits_in_three_minutes_and_600_megabytes(week: dict[str, Any]) -> None:
    assert week["seconds"] < 180
    assert week["megabytes"] < 600


def test_what_the_digests_show_is_in_scope(week: dict[str, Any]) -> None:
    labels = gold()
    known = [
        labels[source["title"]]
        for edition in ("weekly-en", "weekly-zh")
        for item in items_of(week, edition)
        for source in item["sources"]
        if source["title"] in labels
    ]
    assert len(known) >= 20
    assert sum(row["in_scope"] for row in known) / len(known) >= 0.9


def test_nvidia_and_nebius_are_one_story_with_sources_in_both_languages(week: dict[str, Any]) -> None:
    for edition in ("weekly-en", "weekly-zh"):
        stories = [
            item
            for item in items_of(week, edition)
            if any("nebius" in source["title"].lower() for source in item["sources"])
        ]
        told = [item for item in stories if {source["language"] for source in item["sources"]} >= {"en", "zh"}]
        assert len(told) == 1, [item["headline"] for item in stories]


def test_both_letters_have_every_point_and_stay_below_60_kilobytes(week: dict[str, Any]) -> None:
    with open_newsroom(load_config(week["room"].folder / "config.toml")) as room, room.store.read() as tx:
        kept = tx.issues.all()
    assert len(kept) == 2
    for one in kept:
        assert faults(one.issue, one.letter) == []
        assert len(one.letter.html.encode()) < 60_000
        assert grown(one.letter) <= 90_000


def test_no_two_items_tell_one_event(week: dict[str, Any]) -> None:
    labels = gold()
    for edition in ("weekly-en", "weekly-zh"):
        events: Counter[str] = Counter()
        for item in items_of(week, edition):
            events.update({labels[s["title"]]["event"] for s in item["sources"] if s["title"] in labels})
        assert not [event for event, count in events.items() if count > 1]
