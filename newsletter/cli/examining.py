"""What this machine has, and what is missing for what."""

import os
import platform
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Literal

from newsletter.config import Config, load_config
from newsletter.deliver.signing import open_key
from newsletter.errors import ConfigError, NewsletterError
from newsletter.writer import open_writer

Mark = Literal["ok", "missing", "wrong"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`missing` is for comfort or for tests, `wrong` has to be repaired."""

    what: str
    mark: Mark
    say: str


def examine(path: Path) -> tuple[Finding, ...]:
    found = [_python(), _sqlite(), *_programs(), _fonts()]
    try:
        config = load_config(path)
    except NewsletterError as error:
        say = f"not usable; newsletter check names every line ({str(error).splitlines()[0]})"
        return (*found, Finding(what="config", mark="wrong", say=say))
    found.append(Finding(what="config", mark="ok", say=str(path)))
    return (*found, *_places(config), *_secrets(config), *_signature(config), *_writer(config))


def _python() -> Finding:
    fits = sys.version_info >= (3, 11)
    say = platform.python_version() + ("" if fits else "; 3.11 or newer is needed")
    return Finding(what="python", mark="ok" if fits else "wrong", say=say)


def _sqlite() -> Finding:
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE words USING fts5 (word)")
        except sqlite3.OperationalError:
            say = f"{sqlite3.sqlite_version} lacks full-text search (FTS5); use a Python that has it, or PostgreSQL"
            return Finding(what="sqlite", mark="wrong", say=say)
    return Finding(what="sqlite", mark="ok", say=f"{sqlite3.sqlite_version} with FTS5")


def _programs() -> Iterator[Finding]:
    wanted = (
        (
            "chromium",
            ("chromium", "chromium-browser", "google-chrome"),
            "pictures of letters and pages, and browser tests",
        ),
        ("postgresql", ("psql",), "a store for more than one machine"),
        ("spamassassin", ("spamassassin",), "the spam score of a letter"),
        ("smtp-sink", ("smtp-sink",), "tests of sending mail (part of Postfix)"),
    )
    path = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
    for what, names, use in wanted:
        at = next(filter(None, (shutil.which(name, path=path) for name in names)), None)
        yield Finding(what=what, mark="ok" if at else "missing", say=at or f"only needed for {use}")


def _fonts() -> Finding:
    places = ("/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", str(Path.home() / ".fonts"))
    known = ("NotoSansCJK", "NotoSansSC", "SourceHanSans", "PingFang", "wqy-")
    for place in places:
        for _, _, names in os.walk(place):
            if at := next((name for name in names if name.startswith(known)), None):
                return Finding(what="chinese font", mark="ok", say=at)
    return Finding(what="chinese font", mark="missing", say="only needed for pictures of Chinese letters")


def _places(config: Config) -> Iterator[Finding]:
    folders = {"folder": config.folder}
    if config.deliver.transport == "outbox":
        folders["outbox"] = config.folder / config.deliver.outbox.folder
    for what, folder in folders.items():
        yield _writable(what, folder)


def _writable(what: str, folder: Path) -> Finding:
    nearest = next(place for place in (folder, *folder.resolve().parents) if place.is_dir())
    try:
        with TemporaryFile(dir=nearest):
            return Finding(what=what, mark="ok", say=f"{folder} can be written")
    except OSError as error:
        return Finding(what=what, mark="wrong", say=f"{nearest} cannot be written ({error.strerror})")


def _secrets(config: Config) -> Iterator[Finding]:
    """Only whether a variable is set is told, never what it holds."""
    name = config.newsroom.secret_env
    say = f"{name} is set" if os.environ.get(name) else f"{name} is not set; the store keeps a key of its own"
    yield Finding(what="signing key", mark="ok", say=say)
    smtp, sendgrid = config.deliver.smtp, config.deliver.sendgrid
    wanted = {
        "outbox": (),
        "smtp": (smtp.username_env, smtp.password_env),
        "sendgrid": (sendgrid.api_key_env, sendgrid.webhook_key_env),
    }[config.deliver.transport]
    for name in filter(None, wanted):
        there = bool(os.environ.get(name))
        yield Finding(
            what="transport", mark="ok" if there else "wrong", say=f"{name} is {'set' if there else 'not set'}"
        )


def _signature(config: Config) -> Iterator[Finding]:
    smtp = config.deliver.smtp
    if config.deliver.transport != "smtp" or not smtp.dkim_key:
        return
    try:
        key = open_key(smtp.dkim_domain, smtp.dkim_selector, config.folder / smtp.dkim_key).key
    except ConfigError as error:
        yield Finding(what="dkim", mark="wrong", say=str(error))
        return
    where = f"{smtp.dkim_selector}._domainkey.{smtp.dkim_domain}"
    yield Finding(what="dkim", mark="ok", say=f"{key.key_size} bits; the DNS must hold its public half at {where}")


def _writer(config: Config) -> Iterator[Finding]:
    """Whether it answers is told by the checks of a draft."""
    try:
        if (writer := open_writer(config.writer)) is not None:
            yield Finding(what="writer", mark="ok", say=f"{writer.model} at {config.writer.base_url}")
    except ConfigError as error:
        yield Finding(what="writer", mark="wrong", say=str(error))
