"""Articles curated: time an article and memory of a full window, near-duplicates and words beside their rivals.

`BENCH_WINDOW` is the number of articles in the window (30,000 unless set, which takes a few minutes).
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import accumulate
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

from newsletter.config import load_config
from newsletter.curate.reprinting import copies
from newsletter.language.segmenting import tokens
from newsletter.model import Article
from newsletter.newsroom import open_newsroom
from tests.bench.figures import Figure, at_least, at_most, seconds
from tests.builders import NOW, article

_WINDOW = 30_000
_TEXTS = 2_000
_CONFIG = '[newsroom]\nsite = "https://news.example"\npostal_address = "1 Sample Street"\n'
_HAN = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出"
    "就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
)
_SYLLABLES = "ba co di fu ga he li mo na pe ra so ti vu wo ka le mi no po".split()


def curating() -> Iterator[Figure]:
    """The verb itself, in a process of its own, so that its memory is its own."""
    size = int(os.environ.get("BENCH_WINDOW", _WINDOW))
    with TemporaryDirectory() as folder:
        config = Path(folder) / "config.toml"
        config.write_text(_CONFIG)
        with open_newsroom(load_config(config)) as room, room.store.write() as tx:
            tx.articles.add(_articles(size))
        command = [sys.executable, "-m", "newsletter", "--config", str(config), "curate", "--as-of", NOW.isoformat()]
        began = perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        took = perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    yield at_most(f"curate, an article in a window of {size:,}", took * 1000 / size, 5, "ms")
    yield at_most("  its memory", usage.ru_maxrss / 1000, 500, "MB")


def copying() -> Iterator[Figure]:
    """Near-duplicates of one size of text; the rival gets the same shingles, permutations and bands."""
    known = _articles(_TEXTS)
    ours = seconds(lambda: list(copies(known)), times=3)
    yield Figure(what="find near-duplicates, an article", value=ours * 1000 / len(known), unit="ms")
    if (rival := _datasketch(known)) is None:
        yield Figure(what="  datasketch is not installed", value=0, unit="")
        return
    yield at_least("  times as fast as datasketch", seconds(rival, times=3) / ours, 2, "times")


def _datasketch(known: list[Article]) -> Callable[[], object] | None:
    try:
        from datasketch import MinHash, MinHashLSH
    except ImportError:
        return None

    def find() -> None:
        index = MinHashLSH(threshold=0.75, num_perm=128, params=(16, 8))
        for one in known:
            text = f"{one.title} {one.summary}".casefold()
            parts = text.split() if one.language == "en" else text.replace(" ", "")
            own = MinHash(num_perm=128)
            own.update_batch({"".join(parts[at : at + 4]).encode() for at in range(len(parts) - 3)})
            index.query(own)
            index.insert(one.id, own)

    return find


def cutting() -> Iterator[Figure]:
    """Chinese words."""
    texts = [one.summary for one in _articles(_TEXTS) if one.language == "zh"]
    signs = sum(map(len, texts))
    ours = seconds(lambda: [tokens(text) for text in texts], times=3)
    yield Figure(what="cut Chinese into words", value=signs / ours / 1e6, unit="million signs/s")
    try:
        import jieba
    except ImportError:
        yield Figure(what="  jieba is not installed", value=0, unit="")
        return
    jieba.initialize()
    theirs = seconds(lambda: [jieba.lcut(text) for text in texts], times=3)
    yield at_least("  times as fast as jieba", theirs / ours, 2, "times")


def _articles(size: int) -> list[Article]:
    """A fortnight of two languages: every event has a few words of its own and one to five reports within a day."""
    chance = Random(20_260_312)
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(20_000)]
    signs = ["".join(chance.choices(_HAN, k=2)) for _ in range(20_000)]
    weights = list(accumulate(1 / (rank + 10) for rank in range(20_000)))
    known: list[Article] = []
    while len(known) < size:
        chinese = chance.random() < 0.6
        chosen, joint = (signs, "") if chinese else (words, " ")
        own = chance.sample(chosen, 6)
        hours = chance.uniform(25, 13 * 24)
        for _ in range(min(chance.choice((1, 1, 1, 2, 3, 5)), size - len(known))):
            title = joint.join([*own[:4], *chance.choices(chosen, cum_weights=weights, k=5)])
            body = joint.join([*own, *chance.choices(chosen, cum_weights=weights, k=45)])
            published = NOW - timedelta(hours=hours - chance.uniform(0, 24))
            given = {"summary": body, "language": "zh" if chinese else "en", "published": published}
            feed = f"https://f{len(known) % 60}.example/"
            known.append(article(f"a{len(known)}", title.capitalize(), feed_url=feed, **given))
    return known


MEASURES = (curating, copying, cutting)
