"""Another signing key voids every link that was sent, so it is never changed without a word."""

import logging

import pytest

from newsletter.config import Config
from newsletter.newsroom import open_newsroom

NAME = "NEWSLETTER_SECRET"


def open_and_read(config: Config, log: pytest.LogCaptureFixture) -> str:
    log.clear()
    with log.at_level(logging.WARNING), open_newsroom(config):
        return log.text


def test_the_same_key_opens_without_a_word(
    config: Config, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NAME, "first")
    assert open_and_read(config, caplog) == ""
    assert open_and_read(config, caplog) == ""


@pytest.mark.parametrize("second", ["another", ""])
def test_another_key_or_a_missing_one_is_told_each_time_until_it_is_kept(
    config: Config, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, second: str
) -> None:
    monkeypatch.setenv(NAME, "first")
    open_and_read(config, caplog)
    monkeypatch.setenv(NAME, second)
    for _ in range(2):
        said = open_and_read(config, caplog)
        assert "is not the key that this store was used with" in said
        assert "another" not in said
    with open_newsroom(config) as room:
        room.keep_key()
    assert open_and_read(config, caplog) == ""


def test_a_store_that_kept_its_own_key_tells_of_the_first_one_from_outside(
    config: Config, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(NAME, raising=False)
    assert open_and_read(config, caplog) == ""
    monkeypatch.setenv(NAME, "of the operator")
    assert "links in letters already sent stop working" in open_and_read(config, caplog)
