"""The command line as people and scripts meet it."""

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from time import perf_counter
from types import FunctionType

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from newsletter.cli import main
from newsletter.cli.parser import make_parser
from tests.verbs import every_verb

BASE = "newsletter"


def run(*arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "newsletter", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False, env=_env())


def _env() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parent.parent)}


def test_every_verb_leads_to_a_function() -> None:
    for name, parser in every_verb().items():
        module, _, function = parser.get_default("run").partition(":")
        assert isinstance(getattr(import_module(f"newsletter.cli.{module}"), function), FunctionType), name


def test_the_verbs_of_the_plan_are_there() -> None:
    wanted = (
        "init demo run check doctor collect curate compose preview approve deliver pause resume cancel status measure "
        "articles backup restore"
    ).split()
    wanted += [f"feeds {verb}" for verb in "list add try check import export".split()]
    wanted += [f"subscribers {verb}" for verb in "list add leave import export erase".split()]
    wanted += [f"try {stage}" for stage in "parse tag cluster related rank keypoints schedule".split()]
    assert set(wanted) | {"editors add", "editors list"} <= set(every_verb())


def test_the_config_may_stand_before_or_after_the_verb() -> None:
    for order in (["--config", "x.toml", "check"], ["check", "--config", "x.toml"]):
        assert make_parser().parse_args(order).config == Path("x.toml")
    assert make_parser().parse_args(["check"]).config == Path("config.toml")


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("2026-01-14T08:00Z", "2026-01-14T08:00:00+00:00"),
        ("2026-01-14T08:00", "2026-01-14T08:00:00+00:00"),
        ("2026-01-14T16:00+08:00", "2026-01-14T16:00:00+08:00"),
        ("2026-01-14", "2026-01-14T23:59:59+00:00"),
    ],
)
def test_a_time_without_a_zone_is_utc_and_a_bare_date_is_its_end(text: str, stamp: str) -> None:
    assert make_parser().parse_args(["curate", "--as-of", text]).as_of.isoformat() == stamp


def test_help_answers_at_once_and_loads_no_newsroom() -> None:
    slowest = []
    for _ in range(3):
        began = perf_counter()
        result = run("--help")
        slowest.append(perf_counter() - began)
        assert result.returncode == 0
        assert "collect" in result.stdout
    assert min(slowest) < 0.3
    code = "import sys; from newsletter.cli.parser import make_parser; make_parser(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=_env()).stdout
    assert not {"sqlalchemy", "pydantic", "fastapi", "aiohttp", "lxml"} & set(loaded.split())


@pytest.mark.parametrize("arguments", [["fly"], ["collect", "--as-of", "soon"], [], ["feeds"], ["preview", "x"]])
def test_wrong_usage_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: newsletter" in capsys.readouterr().err


def test_five_mistakes_in_a_config_print_five_lines_and_end_with_1(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        """
        [newsroom]
        nmae = "Weekly"
        [collect]
        min_interval = "soon"
        [[editions]]
        key = "weekly-en"
        timezone = "Mars/Base"
        schedule = "someday"
        [deliver]
        transport = "pigeon"
        """
    )
    result = run("check", folder=tmp_path)
    assert result.returncode == 1
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 5
    assert all(line.startswith("newsletter: config.toml: [") for line in lines)


# -- init, check, doctor


def test_init_makes_a_newsroom_that_check_and_doctor_find_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", str(tmp_path / "room")]) == 0
    config = str(tmp_path / "room" / "config.toml")
    assert f"newsletter {'check'}" in capsys.readouterr().out
    assert main(["check", "--config", config]) == 0
    said = capsys.readouterr().out
    assert "137 of 147 enabled, from starter.opml" in said
    assert main(["doctor", "--config", config, "--json"]) == 0
    found = {one["what"]: one["state"] for one in json.loads(capsys.readouterr().out)["findings"]}
    assert {found[what] for what in ("python", "sqlite", "config", "folder", "outbox")} == {"ok"}


def test_init_never_overwrites_a_newsroom(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.toml").write_text("# mine\n")
    assert main(["init", str(tmp_path)]) == 1
    assert "already there" in capsys.readouterr().err
    assert (tmp_path / "config.toml").read_text() == "# mine\n"


def test_init_with_the_sample_lists_its_twelve_feeds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path), "--sample", "--json"]) == 0
    assert "feeds/sample.opml" in json.loads(capsys.readouterr().out)["files"]
    assert main(["check", "--config", str(tmp_path / "config.toml"), "--json"]) == 0
    assert "feeds: 12 of 12 enabled, from sample.opml" in json.loads(capsys.readouterr().out)["fine"]


def test_check_tells_the_problems_of_every_file_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.toml").write_text(
        '[[editions]]\nkey = "a"\nsections = ["big-storys"]\ninterest = ["no-topic"]\n'
    )
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "a.opml").write_text("<html>")
    (tmp_path / "feeds" / "b.opml").write_text('<opml><body><outline xmlUrl="gopher://x"/></body></opml>')
    assert main(["check", "--config", str(tmp_path / "config.toml")]) == 1
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 4
    for part in ("a.opml: is not OPML", "'gopher://x' is not an address", "'big-storys' is unknown; use", "'no-topic'"):
        assert part in said


def test_check_tells_what_is_wrong_with_names_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.toml").write_text("")
    (tmp_path / "feeds").mkdir()
    name = '{ en = "Acme Compute", zh-Hans = "艾克美算力", zh-Hant = "艾克美算力" }'
    mine = f'[[entity]]\nid = "acme"\nkind = "banana"\nname = {name}\n'
    (tmp_path / "feeds" / "gazetteer.toml").write_text(mine, "utf-8")
    assert main(["check", "--config", str(tmp_path / "config.toml")]) == 1
    said = capsys.readouterr().err
    assert "acme" in said
    assert "banana" in said


def test_check_wants_at_least_one_feed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.toml").write_text("")
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "a.opml").write_text("<opml><body/></opml>")
    assert main(["check", "--config", str(tmp_path / "config.toml")]) == 1
    assert "no feed is enabled; add one: newsletter feeds add URL" in capsys.readouterr().err


def test_doctor_names_a_key_that_is_not_set_and_never_shows_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.toml").write_text('[deliver]\ntransport = "sendgrid"\n')
    monkeypatch.setenv("SENDGRID_API_KEY", "the-secret")
    monkeypatch.delenv("SENDGRID_WEBHOOK_KEY", raising=False)
    assert main(["doctor", "--config", str(tmp_path / "config.toml")]) == 1
    said = capsys.readouterr()
    assert "SENDGRID_API_KEY is set" in said.out
    assert "SENDGRID_WEBHOOK_KEY is not set" in said.out
    assert "the-secret" not in said.out + said.err


# -- try schedule


def test_try_schedule_answers_every_line_in_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    march = {"from": "2026-03-01", "to": "2026-04-01"}
    los_angeles = {"timezone": "America/Los_Angeles", "from": "2026-03-02T08:30:00Z", "to": "2026-03-16T07:30:00Z"}
    shanghai = {"timezone": "Asia/Shanghai", "from": "2026-03-13T08:00:00+08:00", "to": "2026-03-14"}
    questions = [
        {"id": "la", "schedule": "mon 00:30"} | los_angeles,
        {"id": "北京", "schedule": "fri 08:00"} | shanghai,
        {"id": 3, "schedule": "someday", "timezone": "UTC"} | march,
        {"id": 4, "schedule": "mon 08:00", "timezone": "Mars/Base"} | march,
        {"id": 5, "schedule": "mon 08:00", "timezone": "UTC", "from": "soon", "to": "2026-04-01"},
        {"id": 6, "schedule": "mon 08:00", "timezone": "UTC", "from": "2026-04-01", "to": "2026-03-01"},
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join([*(json.dumps(one) for one in questions), "{", "[]", ""]), "utf-8")
    assert main(["try", "schedule", str(file)]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert answers[0] == {"id": "la", "occurrences": ["2026-03-02T08:30:00Z", "2026-03-09T07:30:00Z"]}
    assert answers[1] == {"id": "北京", "occurrences": ["2026-03-13T00:00:00Z"]}
    assert [one["id"] for one in answers[2:5]] == [3, 4, 5]
    assert all("use" in one["error"] for one in answers[2:5])
    assert answers[5] == {"id": 6, "occurrences": []}
    assert [one["id"] for one in answers[6:]] == [None, None]
    assert all(one["error"] for one in answers[6:])


def test_doctor_looks_at_the_key_that_signs_and_at_the_writer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = generate_private_key(65537, 2048)
    (tmp_path / "dkim.pem").write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    text = (
        '[deliver]\ntransport = "smtp"\n[deliver.smtp]\ndkim_domain = "news.example"\ndkim_selector = "s1"\n'
        'dkim_key = "{}"\n[writer]\nbase_url = "http://127.0.0.1:1/v1"\nmodel = "small"\n'
    )
    config = tmp_path / "config.toml"
    config.write_text(text.format("dkim.pem"))
    assert main(["doctor", "--config", str(config)]) == 0
    said = capsys.readouterr().out
    assert "2048 bits; the DNS must hold its public half at s1._domainkey.news.example" in said
    assert "small at http://127.0.0.1:1/v1" in said
    config.write_text(text.format("absent.pem"))
    assert main(["doctor", "--config", str(config)]) == 1
    assert "absent.pem" in capsys.readouterr().out
