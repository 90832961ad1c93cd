"""A person's labels, in whole or in part, in either language; a wrong one costs no other."""

import json
from pathlib import Path
from typing import Any

import pytest

from newsletter.cli import main
from newsletter.curate.labelling import label_of, names_known
from newsletter.language.lexicon import Lexicon, open_lexicon
from newsletter.shipped import shipped


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return open_lexicon((shipped("feeds"),))


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("in_scope", "no", "1 or 0"),
        ("importance", "high", "a number"),
        ("importance", True, "a number"),
        ("topics", "power", "a list of names"),
        ("companies", [1], "a list of names"),
        ("quantities", [{"kind": "money", "value": "10亿元"}], "$2 billion"),
        ("quantities", ["很多钱"], "$2 billion"),
        ("related", ["a"], '{"id", "grade"}'),
    ],
)
def test_a_wrong_label_is_told_with_what_to_write_and_the_others_stay(name: str, value: Any, wanted: str) -> None:
    label = label_of({"id": "a", "event": "e", name: value})
    (problem,) = label.problems
    assert f'"{name}" is {value!r}' in problem
    assert wanted in problem
    assert label.event == "e"


def test_names_may_be_in_either_language(lexicon: Lexicon) -> None:
    topic, company = names_known(lexicon)
    row = {
        "id": "a",
        "topics": ["数据中心", "Power", "funding", "天气"],
        "companies": ["英伟达", "輝達", "Nebius", "某公司"],
    }
    label = label_of(row, topic=topic, company=company)
    assert label.topics == frozenset(("data-centres", "power", "funding", "天气"))
    assert label.companies == frozenset(("Nvidia", "Nebius", "某公司"))


@pytest.mark.parametrize(
    ("words", "amounts"),
    [
        (["10亿元"], {("money", "CNY", 1e9)}),
        (["$2 billion", "1.5吉瓦"], {("money", "USD", 2e9), ("power", "MW", 1500.0)}),
    ],
)
def test_amounts_may_be_words(words: list[str], amounts: set[tuple[str, str, float]]) -> None:
    assert label_of({"id": "a", "quantities": words}).amounts == frozenset(amounts)


def evaluated(
    folder: Path, capsys: pytest.CaptureFixture[str], *rows: dict[str, Any]
) -> tuple[dict[str, float], list[str]]:
    path = folder / "mine.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    main(["evaluate", str(path), "--json"])
    said = capsys.readouterr()
    return json.loads(said.out or '{"metrics": {}}')["metrics"], said.err.splitlines()


def test_importance_counts_without_events(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found, _ = evaluated(
        tmp_path,
        capsys,
        {"id": "a", "title": "英伟达向Nebius投资20亿美元建设数据中心", "importance": 3},
        {"id": "b", "title": "Champions sell a defender", "importance": 0},
    )
    assert found["importance-ndcg15"] == 1.0


def test_what_can_never_be_met_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows: list[dict[str, Any]] = [
        {"id": "a", "title": "数据中心融资", "topics": ["天气"], "related": [{"id": "x", "grade": 2}]},
        {"id": "a", "title": "again", "topics": ["funding"]},
    ]
    found, said = evaluated(tmp_path, capsys, *rows)
    assert any('topic "天气"' in line for line in said)
    assert any("related ids" in line and "such as x" in line for line in said)
    assert "related-ndcg5" not in found


def test_a_file_without_labels_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found, said = evaluated(tmp_path, capsys, {"id": "a", "title": "数据中心"})
    assert not found
    assert "no article has a label; write one of language, event" in said[-1]
