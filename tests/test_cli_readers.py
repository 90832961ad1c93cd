"""`newsletter subscribers` and `newsletter editors` as people and scripts type them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newsletter.cli import main

Run = Callable[..., tuple[int, list[Any], str]]
HEADER = "email,name,language,timezone,editions,status,consented_at"


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a verb with --json; gives the exit code, the values it printed and what stands on stderr."""
    config = tmp_path / "config.toml"
    config.write_text('[newsroom]\nsite = "https://news.example"\n')

    def one(*words: str) -> tuple[int, list[Any], str]:
        code = main([*words, "--json", "--config", str(config)])
        said = capsys.readouterr()
        return code, [json.loads(line) for line in said.out.splitlines()], said.err

    return one


def add(run: Run, email: str, *editions: str) -> tuple[int, list[Any], str]:
    named = [word for edition in editions for word in ("--edition", edition)]
    return run("subscribers", "add", email, *named, "--consent", "said so at the fair")


def test_add_list_leave_and_erase(run: Run) -> None:
    assert add(run, "ann@example.org", "weekly-en", "weekly-zh")[0] == 0
    assert run("subscribers", "list")[1] == [
        {"email": "ann@example.org", "status": "active", "editions": ["weekly-en", "weekly-zh"]}
    ]
    code, said, _ = run("subscribers", "leave", "ann@example.org", "--edition", "weekly-zh")
    assert (code, said) == (0, [{"email": "ann@example.org", "status": "active", "editions": ["weekly-en"]}])
    assert run("subscribers", "leave", "ann@example.org")[1][0]["status"] == "left"
    assert run("subscribers", "erase", "ann@example.org")[1] == [{"erased": True}]
    assert run("subscribers", "list")[1] == []
    code, _, err = add(run, "ann@example.org", "weekly-en")
    assert code == 1
    assert "never written to again" in err


def test_import_says_how_many_and_which_not(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "readers.csv"
    file.write_text(
        f"{HEADER}\nann@example.org,Ann,en,,weekly-en,,\nlilei@example.cn,李雷,zh,,weekly-zh,,\nbad,,,,weekly-en,,\n"
    )
    code, (said,), _ = run("subscribers", "import", str(file), "--consent", "the fair of 2025")
    assert code == 0, "a bad line is reported and no error"
    assert (said["added"], said["unchanged"]) == (2, 0)
    assert [(one["line"], one["email"]) for one in said["refused"]] == [(4, "bad")]
    assert "an address has" in said["refused"][0]["why"]
    assert run("subscribers", "import", str(file), "--consent", "x")[1][0]["unchanged"] == 2


def test_export_writes_what_import_reads(run: Run, tmp_path: Path) -> None:
    add(run, "ann@example.org", "weekly-en")
    out = tmp_path / "out.csv"
    assert run("subscribers", "export", str(out))[1] == [{"file": str(out), "subscribers": 1}]
    assert out.read_text().splitlines()[0] == HEADER
    assert run("subscribers", "import", str(out), "--consent", "x")[1][0] == {"added": 0, "unchanged": 1, "refused": []}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("subscribers", "import", "none.csv", "--consent", "x"), "none.csv: cannot be read"),
        (("subscribers", "leave", "nobody@example.org"), "nobody@example.org is not subscribed"),
        (("subscribers", "erase", "nobody"), "an address has"),
        (("subscribers", "add", "a@b", "--edition", "weekly-en", "--consent", "x"), "not a whole domain name"),
        (("subscribers", "add", "a@example.org", "--edition", "x", "--consent", "x"), "known: weekly-en, weekly-zh"),
        (("editors", "add", "ed@example.org"), "--password-env NAME"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_1(run: Run, words: tuple[str, ...], says: str) -> None:
    code, said, err = run(*words)
    assert (code, said) == (1, [])
    assert says in err
    assert err.count("\n") == 1


def test_editors_are_listed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_PASSWORD", "short")
    code, said, err = run("editors", "add", "Ed@news.example", "--password-env", "DESK_PASSWORD")
    assert (code, said) == (0, [{"email": "ed@news.example"}])
    assert "harder to guess" in err
    assert run("editors", "list")[1] == [{"email": "ed@news.example"}]
