"""`newsletter suggest`: what the words of the week suggest to an editor."""

import json
from datetime import timedelta

import pytest

from newsletter import pipeline
from newsletter.cli import main
from newsletter.newsroom import Newsroom
from tests.builders import NOW, article

WEEK = (
    article("one", "Cloud firm QuxelWorks rents 5,000 GPUs for AI", feed_url="https://a.example/feed"),
    article("two", "芯片公司QuxelWorks发布AI推理芯片", language="zh", feed_url="https://b.example/feed"),
    article("club", "Football club FooBarians buys a defender", feed_url="https://a.example/feed"),
    article(
        "old",
        "Chip maker QuxelWorks opens a fab for AI chips",
        feed_url="https://c.example/feed",
        published=NOW - timedelta(days=20),
    ),
)


@pytest.fixture
def curated(room: Newsroom) -> Newsroom:
    with room.store.write() as tx:
        tx.articles.add(WEEK)
    pipeline.curate(room, now=NOW)
    return room


def test_a_name_of_two_events_of_the_field_is_suggested(curated: Newsroom) -> None:
    found = pipeline.suggest(curated, now=NOW + timedelta(hours=1))
    assert [one.name for one in found.names] == ["QuxelWorks"]
    assert set(found.names[0].headlines) == {WEEK[0].title, WEEK[1].title}
    assert found.terms == ()


def test_what_an_editor_dismissed_is_not_suggested_again(curated: Newsroom) -> None:
    assert pipeline.dismiss(curated, ["QuxelWorks", " "]) == ("QuxelWorks",)
    assert pipeline.suggest(curated, now=NOW + timedelta(hours=1)).names == ()
    assert pipeline.dismiss(curated, ["玻璃基板"]) == ("QuxelWorks", "玻璃基板")


def test_the_verb_prints_both(curated: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    path = curated.config.folder / "config.toml"
    path.write_text("", "utf-8")
    config = str(path)
    at = (NOW + timedelta(hours=1)).isoformat()
    assert main(["suggest", "--config", config, "--as-of", at, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in told["names"]] == ["QuxelWorks"]
    assert main(["suggest", "--config", config, "--as-of", at, "--dismiss", "QuxelWorks"]) == 0
    assert "no name is missing" in capsys.readouterr().out
