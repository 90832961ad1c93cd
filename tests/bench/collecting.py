"""Feeds fetched, decoded and parsed, beside the parsers and readers that others use."""

import io
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from time import perf_counter

import feedparser

from newsletter.collect.opml import write_opml
from newsletter.collect.parsing import parse
from newsletter.model import Feed, FeedUrl
from newsletter.shipped import shipped
from tests.bench.figures import Figure, at_least, at_most

_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
_ROUNDS = 3
_FEEDS = 200
Count = Callable[[bytes], int]


def parsing() -> Iterator[Figure]:
    """Our own feeds say little about speed, being small; real ones lie beside some checkouts."""
    sets = {
        "raw": sorted(_DATA.glob("raw-feeds/*/*")),
        "real week's": sorted(_DATA.glob("week-2026-03-09/feeds/*.xml")),
    }
    bundled = [path for path in sorted((shipped("feeds") / "sample").iterdir()) if path.suffix == ".xml"]
    for name, files in ({name: found for name, found in sets.items() if found} or {"bundled": bundled}).items():
        yield from _beside(name, [path.read_bytes() for path in files])


def _beside(name: str, bodies: Sequence[bytes]) -> Iterator[Figure]:
    """Body by body, each parser in turn, the best of some rounds: whatever slows the machine slows all."""
    parsers = _parsers()
    best = dict.fromkeys(parsers, 0.0)
    entries, fewer, slowest = dict.fromkeys(parsers, 0), 0, 0.0
    for body in bodies:
        counts = {}
        for parser, count in parsers.items():
            took, counts[parser] = _best(count, body)
            best[parser] += took
            entries[parser] += counts[parser]
            slowest = max(slowest, took) if parser == "ours" else slowest
        fewer += counts["ours"] < counts["feedparser"]
    yield Figure(what=f"decode, parse, sanitise {len(bodies)} {name} feeds", value=best["ours"], unit="s")
    yield at_most("  the slowest of them", slowest, 2, "s")
    yield at_most("  with fewer entries than feedparser finds", fewer, 0, "feeds")
    yield Figure(what="  entries", value=entries["ours"], unit="entries")
    for rival in [parser for parser in parsers if parser != "ours"]:
        ratio = best[rival] / best["ours"]
        bar = (
            at_least
            if rival == "feedparser"
            else lambda what, value, _, unit: Figure(what=what, value=value, unit=unit)
        )
        yield bar(f"  times as fast as {rival}", ratio, 2, "times")
        yield Figure(what=f"  entries of {rival}", value=entries[rival], unit="entries")


def _best(count: Count, body: bytes) -> tuple[float, int]:
    found, times = 0, []
    for _ in range(_ROUNDS):
        began = perf_counter()
        found = count(body)
        times.append(perf_counter() - began)
    return min(times), found


def _parsers() -> dict[str, Count]:
    known: dict[str, Count] = {
        "ours": lambda body: len(parse(body).entries),
        "feedparser": lambda body: len(feedparser.parse(io.BytesIO(body)).entries),
    }
    for name, make in (("reader", _reader), ("fastfeedparser", _fast)):
        try:
            known[name] = make()
        except ImportError:
            print(f"{name} is not installed and is left out", file=sys.stderr)
    return known


def _reader() -> Count:
    os.environ.setdefault("READER_NO_VENDORED_FEEDPARSER", "1")  # its own copy wants a module that it does not bring
    read = import_module("reader._parser.feedparser").FeedparserParser()

    def count(body: bytes) -> int:
        try:
            return len(list(read("https://site.example/feed", io.BytesIO(body), {})[1]))
        except Exception:  # it refuses what is not well-formed
            return 0

    return count


def _fast() -> Count:
    read = import_module("fastfeedparser").parse
    fields = ("id", "link", "title", "description", "content", "author", "published", "tags")

    def count(body: bytes) -> int:
        try:
            return sum(1 for entry in read(body).entries if [entry.get(name) for name in fields])  # it reads when asked
        except Exception:  # it refuses what it does not know
            return 0

    return count


def refreshing() -> Iterator[Figure]:
    """The command itself, with all that it starts; every feed at a host of its own, each 20 ms away."""
    found = sorted(_DATA.glob("raw-feeds/*/*")) or sorted((shipped("feeds") / "sample").glob("*.xml"))
    with tempfile.TemporaryDirectory() as name, _slow_server(found) as port:
        folder = Path(name)
        urls = [FeedUrl(f"http://127.0.0.{at % 100 + 1}:{port}/{at}") for at in range(_FEEDS)]
        (folder / "feeds").mkdir()
        (folder / "feeds" / "own.opml").write_text(write_opml([Feed(url=url, title=url) for url in urls]), "utf-8")
        (folder / "config.toml").write_text('[collect]\nallow_private = ["127.0.0.0/8"]\n', "utf-8")
        cold, memory = _collect(folder)
        yield at_most(f"collect {_FEEDS} feeds for the first time", cold, 8, "s")
        yield at_most("  memory of all its processes", memory, 250, "MB")
        again, memory = _collect(folder)
        yield at_most(f"collect {_FEEDS} feeds when none has changed", again, 3, "s")
        yield at_most("  memory of all its processes", memory, 250, "MB")


def _collect(folder: Path) -> tuple[float, float]:
    """Seconds, and the most memory in MB."""
    began = perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "newsletter", "collect", "--json", "--config", str(folder / "config.toml")]
    )
    most = [0.0]
    watch = threading.Thread(target=_watch, args=(process, most))
    watch.start()
    if process.wait():
        raise RuntimeError("collect failed")
    took = perf_counter() - began
    watch.join()
    return took, most[0]


def _watch(process: "subprocess.Popen[bytes]", most: list[float]) -> None:
    while process.poll() is None:
        most[0] = max(most[0], sum(map(_resident, _family(process.pid))))
        threading.Event().wait(0.05)


def _family(pid: int) -> list[int]:
    return [pid, *{int(child) for task in Path(f"/proc/{pid}/task").glob("*/children") for child in _words(task)}]


def _words(file: Path) -> list[str]:
    try:
        return file.read_text().split()
    except OSError:
        return []


def _resident(pid: int) -> float:
    """Megabytes; of what processes share, each has its part."""
    words = _words(Path(f"/proc/{pid}/smaps_rollup"))
    return int(words[words.index("Pss:") + 1]) / 1e3 if "Pss:" in words else 0.0


@contextmanager
def _slow_server(files: Sequence[Path]) -> Iterator[int]:
    command = [sys.executable, "-m", "tests.bench.slowserver", *map(str, files)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


MEASURES = (parsing, refreshing)
