"""`newsletter evaluate`: one table for a labelled file, and a figure that fell is told."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from newsletter.cli import main
from newsletter.cli.evaluating import floors_of
from newsletter.curate.evaluating import Answers, Metric, metrics
from newsletter.curate.labelling import amount_of, label_of
from newsletter.errors import NewsletterError
from tests.conftest import SHARED

NEWS: list[dict[str, Any]] = [
    {
        "id": "a",
        "title": "Nvidia to invest $2 billion in Nebius",
        "summary": "Nvidia takes a stake in the cloud company Nebius, which builds data centres for AI.",
        "published": "2026-03-11T12:00:00Z",
        "language": "en",
        "event": "nebius",
        "in_scope": 1,
        "importance": 3,
        "topics": ["funding"],
        "companies": ["Nvidia", "Nebius"],
        "quantities": [{"kind": "money", "value": 2e9, "unit": "USD"}],
    },
    {
        "id": "b",
        "title": "英伟达将向Nebius投资20亿美元",
        "summary": "英伟达入股Nebius，后者将建设人工智能数据中心。",
        "published": "2026-03-11T13:00:00Z",
        "language": "zh",
        "event": "nebius",
        "in_scope": 1,
        "importance": 3,
        "companies": ["Nvidia", "Nebius"],
    },
    {"id": "c", "title": "Champions sell a defender", "summary": "The club bought nobody.", "in_scope": 0},
]
FLOORS = Path(__file__).with_name("quality.toml")
GOLD = SHARED / "data" / "gold" / "gold_dev.jsonl.gz"
GOLD_AS_OF = "2026-03-15T23:59:59Z"


def written(folder: Path, rows: list[dict[str, Any]]) -> str:
    path = folder / "labelled.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
    return str(path)


def evaluated(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, float]:
    assert main(["evaluate", *arguments, "--json"]) == 0
    found: dict[str, float] = json.loads(capsys.readouterr().out)["metrics"]
    return found


def test_every_label_of_the_file_has_its_figure(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    found = evaluated(capsys, written(tmp_path, NEWS))
    for key in ("clusters-f1", "in-scope-f1", "companies-f1", "quantities-f1", "cross-language-joined"):
        assert found[key] == 1.0, key
    assert found["topics-recall"] == 1.0
    assert found["language-accuracy"] == 1.0
    assert found["importance-ndcg15"] == 1.0
    assert found["key-points-with-wrong-numbers"] == 0
    assert "related-ndcg5" not in found


def test_what_is_not_labelled_is_not_scored(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    found = evaluated(capsys, written(tmp_path, [{"id": "a", "title": "Champions sell a defender", "in_scope": 0}]))
    assert {key for key in found if not key.startswith("in-scope")} == set()


def test_a_wrong_label_is_told_and_the_rest_is_scored(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = [*NEWS, {"id": "d", "title": "A chip", "quantities": [{"value": "many"}]}]
    assert main(["evaluate", written(tmp_path, rows)]) == 0
    said = capsys.readouterr()
    assert 'line 4: "quantities" is' in said.err
    assert "of 2 articles" in said.out


def test_a_figure_more_than_a_point_below_its_floor_fails_unless_a_reason_is_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    wrong = written(tmp_path, [{**row, "companies": ["Intel"]} if row["id"] == "a" else row for row in NEWS])
    floor = tmp_path / "floor.toml"
    floor.write_text("[metrics]\ncompanies-f1 = 1.0\n", "utf-8")
    assert main(["evaluate", wrong, "--floor", str(floor)]) == 1
    assert "companies-f1 is 0.571, was 1.000" in capsys.readouterr().err
    floor.write_text('[metrics]\ncompanies-f1 = 1.0\n[reasons]\ncompanies-f1 = "Intel is new here"\n', "utf-8")
    assert main(["evaluate", wrong, "--floor", str(floor)]) == 0


def test_a_floor_that_is_not_measured_fails(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    floor = tmp_path / "floor.toml"
    floor.write_text("[metrics]\nrelated-ndcg5 = 0.7\n", "utf-8")
    assert main(["evaluate", written(tmp_path, NEWS), "--floor", str(floor)]) == 1
    assert "related-ndcg5 was not measured" in capsys.readouterr().err


def test_a_floor_file_with_words_for_numbers_is_refused(tmp_path: Path) -> None:
    floor = tmp_path / "floor.toml"
    floor.write_text('[metrics]\nclusters-f1 = "high"\n', "utf-8")
    with pytest.raises(NewsletterError, match="a number for each key"):
        floors_of(floor)


@pytest.mark.parametrize(
    ("value", "floor", "less_is_better", "fell"),
    [(0.90, 0.91, False, False), (0.89, 0.91, False, True), (2.0, 1.0, True, True), (0.0, 1.0, True, False)],
)
def test_a_point_may_be_lost(value: float, floor: float, less_is_better: bool, fell: bool) -> None:
    metric = Metric(key="x", value=value, count=9, of="articles", less_is_better=less_is_better)
    assert metric.fell_below(floor) is fell


def test_amounts_are_compared_in_one_unit() -> None:
    assert amount_of({"kind": "energy", "value": 945, "unit": "TWh"}) == ("energy", "MWh", 945e6)
    assert amount_of({"kind": "power", "value": 1.5, "unit": "GW"}) == ("power", "MW", 1500.0)
    assert amount_of({"kind": "money", "value": 1e9, "unit": "USD"}) == ("money", "USD", 1e9)
    assert amount_of({"kind": "chips", "value": 20000, "unit": None}) == ("chips", "", 20000.0)


def answers(**more: Any) -> Answers:
    empty: dict[str, Any] = {
        "languages": {}, "tags": [], "clusters": [], "ranks": [], "related": [], "alongside": [], "key_points": [],
        "sources": {},
    }  # fmt: skip
    return Answers(**(empty | more))


def test_an_event_told_twice_at_the_top_is_worth_nothing_the_second_time() -> None:
    labels = [
        label_of({"id": one, "event": event, "importance": grade}) for one, event, grade in
        (("a", "x", 3), ("b", "x", 3), ("c", "y", 1))
    ]  # fmt: skip
    rows = [{"id": one.id, "story": one.id} for one in labels]
    ranks = [{"members": [one]} for one in ("a", "b", "c")]
    found = {m.key: m.value for m in metrics(labels, answers(clusters=rows, ranks=ranks))}
    assert found["importance-ndcg15"] == pytest.approx((3 + 1 / 2) / (3 + 1 / 1.584962500721156))


def test_related_of_the_own_event_is_dropped_from_the_answer_and_from_the_ideal() -> None:
    related = [{"id": "b", "grade": 2}, {"id": "c", "grade": 1}]
    labels = [
        label_of({"id": "a", "event": "x", "related": related}),
        label_of({"id": "b", "event": "x"}),
        label_of({"id": "c", "event": "y"}),
    ]
    listed = [{"id": "a", "related": [{"id": "b"}, {"id": "c"}]}]
    rows = [{"id": one.id, "story": one.id} for one in labels]
    found = {m.key: m.value for m in metrics(labels, answers(clusters=rows, related=listed, alongside=listed[:0]))}
    assert found["related-ndcg5"] == 1.0


@pytest.mark.parametrize(
    ("point", "wrong"),
    [
        ("Meta spends $10 billion on 1.5 GW", 0),
        ("Meta spends $10 billion", 0),
        ("Meta spends $100 billion", 1),
        ("Meta had 3 sites in 2027", 1),
        ("Meta投资100亿美元", 1),  # an amount that is right, in figures that stand nowhere
    ],
)
def test_a_number_of_a_key_point_stands_in_its_source(point: str, wrong: int) -> None:
    source = {"a": "Meta will spend $10 billion on 1.5 GW at 3 sites in 2026"}
    found = metrics([], answers(key_points=[{"id": "a", "key_points": [point]}], sources=source))
    assert [m.value for m in found] == [wrong]


@pytest.mark.shared
@pytest.mark.slow
def test_no_figure_of_the_development_articles_fell() -> None:
    assert main(["evaluate", str(GOLD), "--as-of", GOLD_AS_OF, "--floor", str(FLOORS)]) == 0
