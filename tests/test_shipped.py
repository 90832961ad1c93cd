"""What a person installs brings its templates, feeds and config along."""

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from newsletter.shipped import folders, shipped

ROOT = Path(__file__).resolve().parent.parent
WANTED = (
    "templates/web/base.html",
    "feeds/starter.opml",
    "feeds/taxonomy.toml",
    "feeds/sample/feeds.opml",
    "config.toml",
)


def test_a_checkout_finds_what_it_ships() -> None:
    for name in WANTED:
        assert shipped(name.partition("/")[0]).exists()
        assert (ROOT / name).is_file()


def test_a_folder_of_the_user_comes_first(tmp_path: Path) -> None:
    (tmp_path / "feeds").mkdir()
    assert folders("feeds", tmp_path) == ((tmp_path / "feeds").resolve(), shipped("feeds").resolve())
    assert folders("templates", tmp_path) == (shipped("templates").resolve(),)


def test_no_dependency_is_carried_for_nothing() -> None:
    """Those named here are used by others: zoneinfo reads tzdata, FastAPI reads forms with python-multipart."""
    by_others = {"tzdata", "python-multipart"}
    imported_as = {"argon2-cffi": "argon2"}
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    wanted = {re.split(r"[\[><=]", one)[0] for one in stated} - by_others
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "newsletter").rglob("*.py"))
    used = set(re.findall(r"^\s*(?:from|import) (\w+)", code, re.MULTILINE))
    assert {name for name in wanted if imported_as.get(name, name).replace("-", "_") not in used} == set()


def build(kind: str, source: Path, target: Path) -> Path:
    pytest.importorskip("hatchling", reason="hatchling is not installed; make develop installs it")
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(target)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = target.iterdir()
    return built


def run_installed(site: Path, *arguments: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(site)}
    command = [sys.executable, *arguments]
    done = subprocess.run(
        command, cwd=site.parent, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_a_wheel_built_from_the_source_archive_carries_all_it_needs(tmp_path: Path) -> None:
    archive = build("sdist", ROOT, tmp_path / "sdist")
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path / "source", filter="data")
    (source,) = (tmp_path / "source").iterdir()
    assert (source / "tests" / "test_shipped.py").is_file()
    assert not (source / "demo").exists()
    wheel = build("wheel", source, tmp_path / "wheel")
    site = tmp_path / "installed" / "site"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(site)
    found = run_installed(site, "-c", "from newsletter.shipped import shipped; print(shipped('templates').parent)")
    inside = Path(found.strip())
    assert inside.is_relative_to(site)
    assert all((inside / name).is_file() for name in WANTED)
    assert {"LICENSE", "METADATA", "entry_points.txt"} <= {path.name for path in site.glob("*.dist-info/**/*")}
    assert "starter.opml" in run_installed(site, "-m", "newsletter", "init", "room", "--json")
    assert "137 of 147 enabled" in run_installed(site, "-m", "newsletter", "check", "--config", "room/config.toml")
