"""A step of a week is noted once, on both engines and by any number of clocks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from newsletter.config import Config
from newsletter.newsroom import Newsroom, open_newsroom
from tests.builders import NOW


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def room(request: pytest.FixtureRequest, config: Config) -> Iterator[Newsroom]:
    if request.param == "postgresql":
        config = replace(config, store=replace(config.store, url=request.getfixturevalue("postgres_url")))
    with open_newsroom(config) as opened:
        yield opened


def test_a_step_is_done_once_it_is_noted_and_noting_it_again_changes_nothing(room: Newsroom) -> None:
    for later in (0, 1):
        with room.store.write() as tx:
            assert tx.occurrences.done("weekly-zh", "2026-W11", "compose") is bool(later)
            tx.occurrences.finish("weekly-zh", "2026-W11", "compose", at=NOW, now=NOW + timedelta(hours=later))
    with room.store.read() as tx:
        assert tx.occurrences.done("weekly-zh", "2026-W11", "compose")


def test_other_steps_weeks_and_editions_stay_open(room: Newsroom) -> None:
    with room.store.write() as tx:
        tx.occurrences.finish("weekly-en", "2026-W11", "compose", at=NOW, now=NOW)
        assert not tx.occurrences.done("weekly-en", "2026-W11", "missed")
        assert not tx.occurrences.done("weekly-en", "2026-W12", "compose")
        assert not tx.occurrences.done("weekly-zh", "2026-W11", "compose")


def test_what_is_rolled_back_was_not_done(room: Newsroom) -> None:
    def cut_off() -> None:
        with room.store.write() as tx:
            tx.occurrences.finish("weekly-en", "2026-W11", "compose", at=NOW, now=NOW)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        cut_off()
    with room.store.read() as tx:
        assert not tx.occurrences.done("weekly-en", "2026-W11", "compose")
