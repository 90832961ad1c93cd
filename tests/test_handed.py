"""What was handed over is counted by the ten seconds, for each worker apart."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from newsletter.model import IssueKey
from newsletter.store.engine import Store
from newsletter.store.opening import open_store
from tests.builders import NOW

ONE, OTHER = IssueKey("weekly-en/2026-W11"), IssueKey("weekly-zh/2026-W11")
DAY = timedelta(days=1)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = "sqlite:///n.db" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))
    opened = open_store(url, tmp_path)
    yield opened
    opened.close()


def test_letters_add_up_by_issue_and_time_whoever_sent_them(store: Store) -> None:
    with store.write() as tx:
        tx.handed.add(ONE, "a", 64, now=NOW)
        tx.handed.add(ONE, "a", 36, now=NOW + timedelta(seconds=3))
        tx.handed.add(ONE, "b", 7, now=NOW)
        tx.handed.add(OTHER, "a", 5, now=NOW + timedelta(seconds=30))
        tx.handed.add(ONE, "a", -4, now=NOW + timedelta(seconds=40))
    with store.read() as tx:
        assert tx.handed.between(NOW, NOW + DAY) == 108
        assert tx.handed.between(NOW, NOW + DAY, issue=ONE) == 103
        assert tx.handed.between(NOW, NOW + timedelta(seconds=10), issue=ONE) == 107
        assert tx.handed.between(NOW + DAY, NOW + 2 * DAY) == 0
        assert tx.handed.first(ONE, NOW + timedelta(seconds=5)) == NOW + timedelta(seconds=40)
        assert tx.handed.first(OTHER, NOW + DAY) is None


def test_what_no_plan_looks_at_any_more_is_forgotten(store: Store) -> None:
    with store.write() as tx:
        tx.handed.add(ONE, "a", 1, now=NOW - 61 * DAY)
        tx.handed.add(ONE, "a", 2, now=NOW - 59 * DAY)
        tx.handed.forget(now=NOW)
        assert tx.handed.between(NOW - 90 * DAY, NOW) == 2
