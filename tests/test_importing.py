"""A CSV of readers: good lines go in, bad ones come back with the reason, nobody who left is brought back."""

import time
from pathlib import Path
from typing import Any

import pytest

from newsletter import pipeline
from newsletter.audience.importing import Imported, Line, read_lines
from newsletter.errors import DataError
from newsletter.model import EditionKey, SubscriberStatus
from newsletter.newsroom import Newsroom
from tests.builders import NOW

HEADER = "email,name,language,timezone,editions,status,consented_at"


def lines_of(*lines: str) -> list[Any]:
    return list(
        read_lines([f"{line}\n" for line in lines], editions=("weekly-en", "weekly-zh"), consent="fair", now=NOW)
    )


def taken(room: Newsroom, tmp_path: Path, *lines: str, encoding: str = "utf-8") -> Imported:
    file = tmp_path / "readers.csv"
    file.write_bytes("\n".join(lines).encode(encoding))
    return pipeline.import_readers(room, file, consent="signed up at the fair", now=NOW)


def test_a_line_becomes_a_reader_with_its_consent() -> None:
    (line,) = lines_of(HEADER, "Ann@Example.org,Ann,en,Europe/Berlin,weekly-en;weekly-zh,active,2025-05-01")
    assert isinstance(line, Line)
    assert line.reader.email == "Ann@example.org"
    assert line.reader.editions == ("weekly-en", "weekly-zh")
    assert line.reader.timezone == "Europe/Berlin"
    assert line.reader.consent is not None
    assert (line.reader.consent.at.isoformat(), line.reader.consent.text) == ("2025-05-01T00:00:00+00:00", "fair")


def test_columns_may_stand_in_any_order_and_some_may_be_missing() -> None:
    (line,) = lines_of("Editions, name ,EMAIL,shoe size", "weekly-zh,李雷,lilei@example.cn,42")
    assert isinstance(line, Line)
    assert (line.reader.email, line.reader.name, line.reader.editions) == ("lilei@example.cn", "李雷", ("weekly-zh",))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("nobody,,,,weekly-en,,", "an address has"),
        ("a@example.org,,,,weekly-fr,,", "no edition weekly-fr; known: weekly-en, weekly-zh"),
        ("a@example.org,,,,,,", "no edition is named"),
        ("a@example.org,,,,weekly-en,gone,", "status 'gone' is unknown; use one of pending, active, left"),
        ("a@example.org,,,Mars/Base,weekly-en,,", "timezone 'Mars/Base' is none"),
        ("a@example.org,,english!,,weekly-en,,", "language 'english!' is none"),
        ("a@example.org,,,,weekly-en,,yesterday", "consented_at 'yesterday' is no time"),
        ("a@example.org,,,,weekly-en,,2036-01-01", "lies in the future"),
        ('"a@example.org\r\nBcc: b@example.org",,,,weekly-en,,', "an address has no spaces, line breaks"),
        ("a@example.org,\udcff,,,weekly-en,,", "is not UTF-8"),
    ],
)
def test_a_bad_line_is_refused_with_its_number_and_the_reason(line: str, why: str) -> None:
    good, refused = lines_of(HEADER, "good@example.org,,,,weekly-en,,", line)
    assert isinstance(good, Line)
    assert refused.line == 3
    assert why in refused.why


def test_line_numbers_count_lines_of_the_file_also_after_a_cell_of_two_lines_and_empty_lines() -> None:
    found = lines_of(HEADER, '"a@example.org","two', 'lines",,,weekly-en,,', "", "b,,,,weekly-en,,")
    assert [(getattr(one, "number", None) or one.line) for one in found] == [2, 5]


@pytest.mark.parametrize(
    ("lines", "refused"),
    [
        (
            ['a@example.org,"Ann,,,weekly-en,,', "b@example.org,,,,weekly-en,,", "c@example.org,,,,weekly-en,,"],
            "2 to 4",
        ),
        (
            ['a@example.org,"Ann,,,weekly-en,,', 'b@example.org,"Bob,,,weekly-en,,', "c@example.org,,,,weekly-en,,"],
            "2 to 3",
        ),
        (['a@example.org,"安,,,weekly-zh,,', "b@example.org,,,,weekly-zh,,"], "2 to 3"),
    ],
)
def test_a_quotation_mark_that_is_not_closed_loses_nobody_without_a_word(lines: list[str], refused: str) -> None:
    found = lines_of(HEADER, *lines)
    assert f"lines {refused} were not read" in found[0].why
    read = [one.number for one in found if isinstance(one, Line)]
    assert read == list(range(int(refused[-1]) + 1, len(lines) + 2))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_a_file_of_excels_unicode_text_says_how_to_save_it(room: Newsroom, tmp_path: Path, encoding: str) -> None:
    with pytest.raises(DataError, match=r"UTF-16.*save it as CSV UTF-8"):
        taken(room, tmp_path, HEADER, "ann@example.org,安,,,weekly-zh,,", encoding=encoding)


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("email;name;editions", "parted by semicolons; save it with commas"),
        ("email\tname\teditions", "parted by tabs"),
        ("address,name", "names no column email"),
        ("", "names no column email"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused_as_a_whole(header: str, says: str) -> None:
    with pytest.raises(DataError, match=says):
        lines_of(header, "a@example.org,,")


def test_importing_twice_changes_nothing_the_second_time(room: Newsroom, tmp_path: Path) -> None:
    lines = (
        HEADER,
        "a@example.org,Ann,en,,weekly-en,,",
        "李@例子.中国,李雷,zh,Asia/Shanghai,weekly-zh,,",
        "nonsense,,,,,,",
    )
    first = taken(room, tmp_path, *lines)
    assert (first.added, first.unchanged, len(first.refused)) == (2, 0, 1)
    again = taken(room, tmp_path, *lines, encoding="utf-8-sig")
    assert (again.added, again.unchanged, len(again.refused)) == (0, 2, 1)
    with room.store.read() as tx:
        assert tx.subscribers.audience(EditionKey("weekly-en")) == 1
        assert tx.subscribers.audience(EditionKey("weekly-zh")) == 1


def test_the_same_address_twice_in_a_file_is_one_reader_of_both_editions(room: Newsroom, tmp_path: Path) -> None:
    done = taken(
        room,
        tmp_path,
        HEADER,
        "a@example.org,,,,weekly-en,,",
        "A@EXAMPLE.org,,,,weekly-zh,,",
        "a@example.org,,,,weekly-en,,",
    )
    assert (done.added, done.unchanged) == (2, 1)
    (reader,) = pipeline.all_readers(room)
    assert reader.editions == ("weekly-en", "weekly-zh")


def test_who_left_bounced_or_was_erased_is_not_brought_back(room: Newsroom, tmp_path: Path) -> None:
    taken(
        room,
        tmp_path,
        HEADER,
        *(f"{name}@example.org,,,,weekly-en;weekly-zh,," for name in ("left", "half", "gone", "hurt")),
    )
    pipeline.leave(room, "left@example.org", edition=None, now=NOW)
    pipeline.leave(room, "half@example.org", edition="weekly-zh", now=NOW)
    pipeline.erase(room, "gone@example.org", now=NOW)
    with room.store.write() as tx:
        hurt = tx.subscribers.by_email("hurt@example.org")
        assert hurt is not None
        tx.subscribers.set_status(hurt.id, SubscriberStatus.BOUNCED)
    done = taken(
        room,
        tmp_path,
        HEADER,
        *(f"{name.upper()}@example.org,,,,weekly-zh,," for name in ("left", "half", "gone", "hurt")),
    )
    assert (done.added, done.unchanged) == (0, 0)
    assert [(one.line, one.email) for one in done.refused] == [
        (2, "LEFT@example.org"), (3, "HALF@example.org"), (4, "GONE@example.org"), (5, "HURT@example.org"),
    ]  # fmt: skip
    assert all("only the reader can come back" in one.why or "never written to" in one.why for one in done.refused)
    with room.store.read() as tx:
        assert tx.subscribers.audience(EditionKey("weekly-zh")) == 0
        assert tx.subscribers.audience(EditionKey("weekly-en")) == 1


def test_those_whom_a_file_calls_complained_are_suppressed(room: Newsroom, tmp_path: Path) -> None:
    taken(room, tmp_path, HEADER, "angry@example.org,,,,,complained,")
    with room.store.read() as tx:
        assert tx.subscribers.suppressed([room.signer.suppression_hash("angry@example.org")])


def test_an_export_can_be_imported_elsewhere(room: Newsroom, tmp_path: Path) -> None:
    taken(
        room,
        tmp_path,
        HEADER,
        'a@example.org,"Ann, the ""first""",en,UTC,weekly-en;weekly-zh,,2025-01-02T03:04:05Z',
        "b@example.org,,,,weekly-en,,",
    )
    pipeline.leave(room, "b@example.org", edition=None, now=NOW)
    lines = "".join(pipeline.export_readers(room)).splitlines()
    assert lines[0] == HEADER
    assert 'a@example.org,"Ann, the ""first""",en,UTC,weekly-en;weekly-zh,active,2025-01-02T03:04:05Z' in lines
    again = taken(room, tmp_path, *lines)
    assert (again.added, again.unchanged, again.refused) == (0, 2, ())


def test_a_long_file_takes_seconds(room: Newsroom, tmp_path: Path) -> None:
    lines = [HEADER, *(f"reader{n}@example.org,Reader {n},en,,weekly-en,,2025-01-01" for n in range(20_000))]
    began = time.process_time()
    done = taken(room, tmp_path, *lines)
    assert done.added == 20_000
    assert time.process_time() - began < 10, "about a second, where nothing else runs"


def test_progress_ends_at_the_end(room: Newsroom, tmp_path: Path) -> None:
    file = tmp_path / "readers.csv"
    file.write_text(f"{HEADER}\n" + "".join(f"r{n}@example.org,,,,weekly-en,,\n" for n in range(10)))
    told: list[tuple[int, int]] = []
    pipeline.import_readers(room, file, consent="x", now=NOW, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (file.stat().st_size, file.stat().st_size)


def test_a_file_that_is_not_there_is_named(room: Newsroom, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.csv: cannot be read"):
        pipeline.import_readers(room, tmp_path / "none.csv", consent="x", now=NOW)
