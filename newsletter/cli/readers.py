"""Readers and editors: who gets the letter, who may change it."""

import getpass
import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from newsletter import pipeline
from newsletter.cli.say import Bar, now_of, report, room_of, rows
from newsletter.errors import DataError, NewsletterError
from newsletter.model import Subscriber

_SHORT = 12


def list_subscribers(arguments: Namespace) -> None:
    with room_of(arguments) as room:
        rows(arguments, map(_shown, pipeline.all_readers(room)), ("email", "status", "editions"))


def add(arguments: Namespace) -> None:
    with room_of(arguments) as room:
        found = pipeline.add_reader(
            room,
            email=arguments.email,
            editions=arguments.edition,
            name=arguments.name,
            language=arguments.language,
            consent=arguments.consent,
            now=now_of(arguments),
        )
    report(arguments, _shown(found), (f"{found.email} takes {', '.join(found.editions)}",))


def leave(arguments: Namespace) -> None:
    with room_of(arguments) as room:
        found = pipeline.leave(room, arguments.email, edition=arguments.edition, now=now_of(arguments))
    report(arguments, _shown(found), (f"{found.email} takes {', '.join(found.editions) or 'nothing more'}",))


def import_csv(arguments: Namespace) -> None:
    """A refused line is reported and no error: the others are in."""
    with room_of(arguments) as room, Bar("readers") as bar:
        done = pipeline.import_readers(
            room, arguments.file, consent=arguments.consent, now=now_of(arguments), progress=bar
        )
    refused = [{"line": one.line, "email": one.email, "why": one.why} for one in done.refused]
    lines = [f"{done.added} added, {done.unchanged} unchanged, {len(refused)} refused"]
    lines += [f"line {one.line}: {one.email or '(no address)'} {one.why}" for one in done.refused]
    report(arguments, {"added": done.added, "unchanged": done.unchanged, "refused": refused}, lines)


def export_csv(arguments: Namespace) -> None:
    with room_of(arguments) as room:
        lines = pipeline.export_readers(room)
        if arguments.file is None:
            sys.stdout.writelines(lines)
            return
        try:
            count = _written(arguments, lines)
        except OSError as error:
            raise DataError(f"{arguments.file}: cannot be written ({error.strerror})") from None
    report(arguments, {"file": str(arguments.file), "subscribers": count}, (f"{count} subscribers: {arguments.file}",))


def erase(arguments: Namespace) -> None:
    with room_of(arguments) as room:
        known = pipeline.erase(room, arguments.email, now=now_of(arguments))
    said = "is forgotten" if known else "was not known"
    report(
        arguments, {"erased": known}, (f"{arguments.email} {said}; a hash keeps the address from being added again",)
    )


def add_editor(arguments: Namespace) -> None:
    with room_of(arguments) as room:
        email = pipeline.add_editor(room, arguments.email, _password(arguments), now=now_of(arguments))
        site = room.config.newsroom.site
    report(arguments, {"email": email}, (f"{email} may log in at {site}/desk/login",))


def list_editors(arguments: Namespace) -> None:
    with room_of(arguments) as room:
        rows(arguments, ({"email": email} for email in pipeline.editors(room)), ("email",))


def _shown(one: Subscriber) -> dict[str, Any]:
    return {"email": one.email, "status": one.status.value, "editions": list(one.editions)}


def _written(arguments: Namespace, lines: Iterator[str]) -> int:
    count = -1  # the header is no subscriber
    with arguments.file.open("w", encoding="utf-8", newline="") as out:
        for line in lines:
            out.write(line)
            count += 1
    return count


def _password(arguments: Namespace) -> str:
    """From the environment, else typed twice at the terminal."""
    name = arguments.password_env
    if name:
        password = os.environ.get(name, "")
        if not password:
            raise NewsletterError(
                f"{name} is not set; put the password into it: {name}=... newsletter editors add EMAIL"
            )
    elif sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != password:
            raise NewsletterError("the two passwords differ; try again")
    else:
        raise NewsletterError("no terminal to ask for a password; name one: --password-env NAME")
    if len(password) < _SHORT:
        print(f"newsletter: a password of {_SHORT} characters or more is harder to guess", file=sys.stderr)
    return password
