"""The verbs of an editor's week: compose, preview, approve."""

import asyncio
import json
from argparse import Namespace
from pathlib import Path

from newsletter import pipeline
from newsletter.cli.say import Bar, now_of, report, room_of
from newsletter.errors import NewsletterError
from newsletter.model import Fingerprint, IssueKey, Letter, Level

_MARKS = {Level.GREEN: "ok", Level.AMBER: "!", Level.RED: "no", Level.GREY: "?"}


def compose(arguments: Namespace) -> None:
    with room_of(arguments) as room:
        made = pipeline.compose(room, arguments.edition, period=arguments.period, now=now_of(arguments))
        checks = made.checks
        if arguments.check_links:
            with Bar("checking links") as bar:
                checks = asyncio.run(pipeline.probe(room, made.issue.key, now=now_of(arguments), progress=bar))
    issue, letter = made.issue, made.letter
    result = {
        "issue": issue.key,
        "fingerprint": letter.fingerprint,
        "subject": letter.subject,
        "items": len(issue.items),
        "html_bytes": len(letter.html.encode()),
        "checks": [{"name": check.name, "level": check.level.value, "say": check.say} for check in checks],
    }
    told = [check for check in checks if check.level in (Level.AMBER, Level.RED)]
    report(
        arguments,
        result,
        (
            f"{issue.key}: {letter.subject}",
            f"{len(issue.items)} stories, {result['html_bytes']} bytes, fingerprint {letter.fingerprint}",
            *(f"  {_MARKS[check.level]} {check.name}: {check.say}" for check in told),
            f"look at it: newsletter preview {issue.key} --out DIR",
        ),
    )


def preview(arguments: Namespace) -> None:
    with room_of(arguments) as room:
        letter = pipeline.preview(room, IssueKey(arguments.issue))
    _write(letter, arguments.out)
    report(
        arguments,
        {"issue": arguments.issue, "fingerprint": letter.fingerprint},
        (
            f"{arguments.issue} is in {arguments.out}: letter.html, letter.txt, headers.json",
            f"if it is right: newsletter approve {arguments.issue} {letter.fingerprint} --by EMAIL",
        ),
    )


def approve(arguments: Namespace) -> None:
    with room_of(arguments) as room:
        issue, fingerprint = IssueKey(arguments.issue), Fingerprint(arguments.fingerprint)
        done = pipeline.approve(room, issue, fingerprint, by=arguments.by, now=now_of(arguments))
    readers = "1 reader" if done.audience == 1 else f"{done.audience} readers"
    report(
        arguments,
        {"issue": done.issue, "fingerprint": done.fingerprint, "audience": done.audience},
        (f"{done.issue} is approved for {readers}; send it: newsletter deliver {done.issue}",),
    )


def _write(letter: Letter, folder: Path) -> None:
    headers = {"Subject": letter.subject, **dict(letter.headers)}
    files = {
        "letter.html": letter.html,
        "letter.txt": letter.text,
        "headers.json": json.dumps(headers, ensure_ascii=False, indent=1) + "\n",
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content.encode())
    except OSError as error:
        raise NewsletterError(f"{folder}: cannot be written ({error.strerror}); name another folder") from None
