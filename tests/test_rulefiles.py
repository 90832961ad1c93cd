"""filters.toml and muted.toml say what they mean, or where they are wrong."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.collect.rulefiles import FOR_GOOD, read_muted, rules_of, write_muted
from newsletter.errors import DataError
from newsletter.model import Filter
from tests.builders import NOW, WIRE, feed


def filters(folder: Path, text: str) -> Path:
    (folder / "filters.toml").write_text(text, "utf-8")
    return folder


def test_a_feed_has_its_own_rules_before_those_for_all(tmp_path: Path) -> None:
    folder = filters(
        tmp_path,
        f"""
        [[filter]]
        action = "drop"
        field = "title"
        contains = "赞助内容"

        [[filter]]
        feed = ["{WIRE}", "https://other.example/feed"]
        action = "keep"
        field = "tag"
        regex = "^AI$"
        """,
    )
    rules = rules_of([folder])
    shared = Filter(action="drop", field="title", contains="赞助内容", everywhere=True)
    assert rules.on(feed()).filters == (Filter(action="keep", field="tag", regex="^AI$"), shared)
    assert rules.on(feed("https://third.example/feed")).filters == (shared,)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[[filter]]\naction = 'hide'\nfield = 'title'\ncontains = 'x'", "use 'keep' or 'drop'"),
        ("[[filter]]\naction = 'drop'\nfield = 'body'\ncontains = 'x'", "use 'title', 'link' or 'tag'"),
        ("[[filter]]\naction = 'drop'\nfield = 'title'", "either contains or regex"),
        ("[[filter]]\naction = 'drop'\nfield = 'title'\ncontains = ''", "either contains or regex"),
        ("[[filter]]\naction = 'drop'\nfield = 'title'\ncontains = 'a'\nregex = 'b'", "either contains or regex"),
        ("[[filter]]\naction = 'drop'\nfield = 'title'\nregex = '('", "is not valid"),
        ("[[filter]]\naction = 'drop'\nfield = 'title'\ncontain = 'a'", "unknown key 'contain'"),
        ("[[filter]]\naction = 'drop'\nfield = 'title'\ncontains = 3", "text in quotation marks"),
        ("[[filter]]\nfeed = 7\naction = 'drop'\nfield = 'title'\ncontains = 'a'", "text in quotation marks"),
        ("[[filter]]\nfeed = ['a', 7]\naction = 'drop'\nfield = 'title'\ncontains = 'a'", "text in quotation marks"),
        ("[filter]\naction = 'drop'", "begins with [[filter]]"),
        ("filter = 3", "begins with [[filter]]"),
        ("[[rules]]\naction = 'drop'", "begins with [[filter]]"),
        ("[[filter]\n", "is not TOML"),
    ],
)
def test_a_mistake_names_the_file_and_what_to_do(tmp_path: Path, text: str, word: str) -> None:
    with pytest.raises(DataError) as told:
        rules_of([filters(tmp_path, text)])
    assert word in str(told.value)
    assert "filters.toml" in str(told.value)


def test_a_file_that_is_no_utf8_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "filters.toml").write_bytes("contains = '英伟达'".encode("gb18030"))
    with pytest.raises(DataError, match="is not TOML"):
        rules_of([tmp_path])


def test_mutes_read_back_as_they_are_written(tmp_path: Path) -> None:
    given = {WIRE: NOW, 'https://a.example/"quoted"\\': FOR_GOOD}
    write_muted(tmp_path / "muted.toml", given)
    assert read_muted(tmp_path / "muted.toml") == given
    assert rules_of([tmp_path]).on(feed()).muted_until == NOW


def test_a_time_without_a_zone_is_utc_a_date_its_end_and_a_word_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "muted.toml"
    file.write_text('"https://a.example/" = 2026-03-20T08:00:00\n', "utf-8")
    assert read_muted(file) == {"https://a.example/": datetime(2026, 3, 20, 8, tzinfo=UTC)}
    file.write_text('"https://a.example/" = 2026-03-20\n', "utf-8")
    assert read_muted(file) == {"https://a.example/": datetime(2026, 3, 20, 23, 59, 59, tzinfo=UTC)}
    file.write_text('"https://a.example/" = "next week"\n', "utf-8")
    with pytest.raises(DataError, match="is no time"):
        read_muted(file)


def test_no_files_are_no_rules(tmp_path: Path) -> None:
    assert rules_of([tmp_path]).on(feed()) == feed()
