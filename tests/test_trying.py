"""`newsletter try` prints a line for each line, and goes on after a bad one."""

import json
from pathlib import Path
from typing import Any

import pytest

from newsletter.cli import main

NEWS: list[dict[str, Any]] = [
    {
        "id": "a",
        "title": "Nvidia to invest $2 billion in Nebius",
        "summary": "Nvidia takes a stake in the cloud company Nebius, which builds data centres for AI.",
        "url": "https://wire.example/a",
        "source": "Wire",
        "published": "2026-03-11T12:00:00Z",
        "language": "en",
    },
    {
        "id": "b",
        "title": "英伟达将向Nebius投资20亿美元",
        "summary": "英伟达入股Nebius，后者将建设人工智能数据中心。",
        "published": "2026-03-11T13:00:00Z",
    },
    {
        "id": "c",
        "title": "Meta shows four chips of its own",
        "summary": "The chips will run AI in Meta's data centres.",
        "published": "2026-03-12",
    },
    {"id": "d", "title": "Champions sell a defender", "summary": "The club bought nobody."},
]


def lines(capsys: pytest.CaptureFixture[str], stage: str, path: Path, *more: str) -> list[dict[str, Any]]:
    assert main(["try", stage, str(path), *more]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "news.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in NEWS), "utf-8")
    return path


def test_tag_says_what_an_article_is_about(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    rows = lines(capsys, "tag", file)
    assert [row["id"] for row in rows] == ["a", "b", "c", "d"]
    assert all(list(row) == ["id", "in_scope", "topics", "companies", "quantities", "because"] for row in rows)
    for row in rows[:2]:
        assert row["in_scope"] is True
        assert {"Nvidia", "Nebius"} <= set(row["companies"])
        assert row["quantities"] == [{"kind": "money", "value": 2e9, "unit": "USD"}]
    assert rows[3]["in_scope"] is False


def test_cluster_names_a_story_after_its_first_article(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    assert lines(capsys, "cluster", file) == [
        {"id": "a", "story": "a"},
        {"id": "b", "story": "a"},
        {"id": "c", "story": "c"},
        {"id": "d", "story": "d"},
    ]


def test_cluster_of_undated_articles_follows_the_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "undated.jsonl"
    rows = [{"id": one, "title": "Quake shakes the island of Torvel", "summary": "Houses fell."} for one in "zyx"]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    assert {row["story"] for row in lines(capsys, "cluster", path)} == {"z"}


def test_related_leaves_out_the_own_story_unless_it_is_wanted(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    rows = lines(capsys, "related", file)
    assert [row["id"] for row in rows] == ["a", "b", "c", "d"]
    assert "b" not in [one["id"] for one in rows[0]["related"]]
    (row,) = lines(capsys, "related", file, "--same-story", "--for", "a", "-k", "1")
    assert row["id"] == "a"
    (first,) = row["related"]
    assert list(first) == ["id", "score", "because"]
    assert first["id"] == "b"


def test_related_tells_of_an_unknown_id(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    assert main(["try", "related", str(file), "--for", "a,nobody"]) == 0
    printed = capsys.readouterr()
    assert len(printed.out.splitlines()) == 1
    assert "--for nobody: no such id in the file" in printed.err


def test_rank_puts_what_is_out_of_scope_last(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    rows = lines(capsys, "rank", file, "--as-of", "2026-03-13T08:00:00Z")
    assert [row["story"] for row in rows] == ["a", "c", "d"]
    assert rows[0]["members"] in (["a", "b"], ["b", "a"])
    assert rows[0]["lead"] == rows[0]["members"][0]
    assert list(rows[0]) == ["story", "lead", "members", "in_scope", "score", "reasons"]
    assert rows[0]["score"] == pytest.approx(sum(rows[0]["reasons"].values()), abs=1e-3)
    assert [row["in_scope"] for row in rows] == [True, True, False]


def test_keypoints_are_at_most_as_many_as_asked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    body = (
        "Meta will build a large campus near Columbus in Ohio. It takes a gigawatt of power from a new plant there. "
        "The first hall of the campus is to open in 2028."
    )
    path.write_text(json.dumps({"id": "a", "title": "A campus for Meta", "summary": body}), "utf-8")
    (row,) = lines(capsys, "keypoints", path, "-k", "2")
    assert row["id"] == "a"
    assert len(row["key_points"]) == 2
    assert all(point in body for point in row["key_points"])


@pytest.mark.parametrize("stage", ["tag", "cluster", "related", "rank", "keypoints"])
def test_bad_lines_are_told_and_the_rest_is_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, stage: str
) -> None:
    path = tmp_path / "bad.jsonl"
    bad = ['{"id": "a", "title": "Meta builds in Ohio"}', "not json", '{"title": "no id"}', "[]", "", '{"id": "e"}']
    bad += ['{"id": "a", "title": "again"}', '{"id": 7, "title": "数据中心", "published": "yesterday", "summary": 3}']
    path.write_text("\n".join(bad), "utf-8")
    assert main(["try", stage, str(path)]) == 0
    printed = capsys.readouterr()
    assert len(printed.out.splitlines()) == 3
    told = printed.err.splitlines()
    assert [line.partition(":")[0] for line in told] == [
        "line 2",
        "line 3",
        "line 4",
        "line 6",
        "line 7",
        "line 8",
        "line 8",
    ]
    assert "is no JSON" in told[0]
    assert 'no object with an "id"' in told[1]
    assert "stands twice" in told[4]


def test_an_empty_file_gives_no_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_text("", "utf-8")
    for stage in ("tag", "cluster", "related", "rank", "keypoints"):
        assert lines(capsys, stage, path) == []


def test_a_missing_file_says_what_to_name(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["try", "tag", str(tmp_path / "none.jsonl")]) == 1
    assert "name a file of JSON Lines" in capsys.readouterr().err
