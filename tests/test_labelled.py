"""One setting on labelled news, general and our own in two languages; floors lie just under what was measured."""

import gzip
import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newsletter.curate.clustering import cluster
from newsletter.curate.tagging import read
from newsletter.language.lexicon import Lexicon, open_lexicon
from newsletter.model import Article, DateQuality
from newsletter.shipped import shipped
from tests.builders import NOW, article

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
GENERAL = ("ecbplus_en", "ecob_en", "ecob_zh", "og2021_en", "uci_en")

pytestmark = [pytest.mark.shared, pytest.mark.slow]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return open_lexicon((shipped("feeds"),))


def labelled(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def as_article(row: dict[str, Any]) -> Article:
    published = row.get("published") or ""
    at = datetime.fromisoformat(published) if published else NOW
    quality = DateQuality.EXACT if published else DateQuality.FIRST_SEEN
    return article(
        row["id"],
        row["title"],
        summary=row.get("summary") or "",
        language=row["language"],
        link=row.get("url") or "",
        feed_url=row.get("source") or "",
        published=at if at.tzinfo else at.replace(tzinfo=UTC),
        date_quality=DateQuality.DATE_ONLY if published and len(published) <= 10 else quality,
    )


def stories_of(rows: Sequence[dict[str, Any]], lexicon: Lexicon) -> dict[str, int]:
    articles = [as_article(row) for row in rows]
    readings = {one.id: read(one, lexicon) for one in articles}
    undated = {one.id for one in articles if one.date_quality is DateQuality.FIRST_SEEN}
    groups = cluster(articles, readings, actors=lexicon.actors, undated=undated)
    return {one.id: at for at, group in enumerate(groups) for one in group}


def bcubed(rows: Sequence[dict[str, Any]], stories: dict[str, int]) -> float:
    """F1 of Bagga and Baldwin (1998): precision and recall of each article's group, averaged over articles."""
    pairs = [(stories[row["id"]], row["event"]) for row in rows]
    groups, events, both = Counter(s for s, _ in pairs), Counter(e for _, e in pairs), Counter(pairs)
    precision = sum(both[pair] / groups[pair[0]] for pair in pairs) / len(pairs)
    recall = sum(both[pair] / events[pair[1]] for pair in pairs) / len(pairs)
    return 2 * precision * recall / (precision + recall)


def test_general_news_that_the_gazetteer_does_not_know_is_put_together(lexicon: Lexicon) -> None:
    scores = []
    for name in GENERAL:
        rows = labelled(DATA / "general" / f"events_{name}_dev.jsonl.gz")
        scores.append(bcubed(rows, stories_of(rows, lexicon)))
    assert sum(scores) / len(scores) >= 0.84
    assert min(scores) >= 0.77


def test_our_own_news_is_put_together_across_languages(lexicon: Lexicon) -> None:
    rows = labelled(DATA / "gold" / "gold_dev.jsonl.gz")
    stories = stories_of(rows, lexicon)
    assert bcubed(rows, stories) >= 0.91
    told: dict[str, dict[str, set[int]]] = {}
    for row in rows:
        told.setdefault(row["event"], {}).setdefault(row["language"], set()).add(stories[row["id"]])
    both = [by for by in told.values() if len(by) == 2]
    assert sum(bool(by["en"] & by["zh"]) for by in both) >= 0.85 * len(both)
