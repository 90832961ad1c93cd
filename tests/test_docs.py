"""A verb, a key or a page without documentation fails here."""

import re
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from fastapi.routing import iter_route_contexts

from newsletter.config import Config
from newsletter.newsroom import Newsroom
from newsletter.web.app import make_app
from tests.builders import NOW
from tests.verbs import every_verb

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
EVERYWHERE = {"--config", "--json", "--as-of", "--help", "-h"}


def sections(name: str) -> dict[str, str]:
    """The text below each heading, by the words of the heading in code quotes."""
    found = re.split(r"^#+ `([^`]+)`$", (REFERENCE / name).read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2], strict=True))


def test_every_verb_and_each_of_its_options_is_documented() -> None:
    written = sections("verbs.md")
    assert {f"newsletter {verb}" for verb in every_verb()} == set(written)
    for verb, parser in every_verb().items():
        for option in {name for action in parser._actions for name in action.option_strings} - EVERYWHERE:
            assert re.search(rf"`[^`]*{re.escape(option)}\b", written[f"newsletter {verb}"]), (verb, option)
    for option in ("--config", "--json", "--as-of"):
        assert option in (REFERENCE / "verbs.md").read_text("utf-8")


def tables(owner: Any = Config, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every table of the config by its name in TOML, with the class that holds its keys."""
    for one, hint in get_type_hints(owner).items():
        several = next((part for part in get_args(hint) if is_dataclass(part)), None)
        table = several or hint
        if is_dataclass(table):
            path = f"{name}.{one}" if name else one
            yield (f"[[{path}]]" if several else f"[{path}]"), table
            yield from tables(table, path)


def test_every_table_and_key_of_the_config_is_documented_and_nothing_else() -> None:
    written = sections("config.md")
    known = dict(tables())
    assert set(written) == set(known)
    for table, owner in known.items():
        documented = set(re.findall(r"^\| `([a-z_]+)` \|", written[table], re.MULTILINE))
        keys = {"from" if field.name == "sender" else field.name for field in fields(owner)}
        assert documented == keys - set(_tables_below(owner)), table


def _tables_below(owner: Any) -> list[str]:
    return [name for name, hint in get_type_hints(owner).items() if is_dataclass(hint)]


def test_the_defaults_that_the_reference_tells_are_those_of_the_code() -> None:
    written = sections("config.md")
    for table, owner in tables():
        for field in fields(owner):
            name = "from" if field.name == "sender" else field.name
            told = re.search(rf"^\| `{name}` \| `([^`]*)` \|", written[table], re.MULTILINE)
            if told is not None and field.default is not MISSING:
                assert told[1] == _as_toml(field.default), (table, name)


def _as_toml(value: Any) -> str:
    if hasattr(value, "total_seconds"):
        seconds = int(value.total_seconds())
        # A day is told in hours where that is how people think of it.
        return next(f'"{seconds // size}{unit}"' for unit, size in _units(seconds) if seconds % size == 0)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(_as_toml(one) for one in value) + "]"
    if isinstance(value, dict):
        return "{}"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _units(seconds: int) -> tuple[tuple[str, int], ...]:
    return (("h", 3600), ("m", 60)) if seconds <= 86400 else (("d", 86400),)


@pytest.fixture
def served(room: Newsroom) -> set[str]:
    paths = (route.path for route in iter_route_contexts(make_app(room, clock=lambda: NOW).routes))
    return {path for path in paths if path and path != "/static"}


def test_every_page_is_documented_and_every_documented_page_is_served(served: set[str]) -> None:
    written = (REFERENCE / "pages.md").read_text("utf-8")
    told = {
        path for row in re.findall(r"^\| (`/[^|]*) \|", written, re.MULTILINE) for path in re.findall(r"`([^`]+)`", row)
    }
    assert told == served


def test_a_decision_is_a_page_at_most_and_numbered_without_gaps() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text("utf-8")
        assert re.match(rf"# {int(page.name[:4])}\. \S", text), page.name
        assert len(text.splitlines()) <= 60, page.name
        assert len(text) <= 4000, page.name


def test_every_dependency_has_a_decision() -> None:
    written = "\n".join(page.read_text("utf-8") for page in (ROOT / "docs" / "decisions").glob("*.md")).lower()
    wanted = re.findall(
        r'^  "([a-z0-9-]+)(?:\[[a-z]+\])?>=', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE
    )
    assert len(wanted) > 20
    assert [name for name in wanted if name not in written] == []


LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_a_link_leads_somewhere(page: str) -> None:
    for target in LINK.findall((ROOT / page).read_text("utf-8")):
        assert (ROOT / target).exists(), (page, target)


def test_the_readme_names_only_verbs_that_exist() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    known = set(every_verb()) | {verb.split()[0] for verb in every_verb()}
    for words in re.findall(
        r"newsletter ((?:[a-z]+)(?: [a-z]+)?)", "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))
    ):
        assert words in known or words.split()[0] in known, words
