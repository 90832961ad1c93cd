"""Making a newsroom, and asking whether all is well with it."""

from argparse import Namespace
from pathlib import Path
from shlex import quote

from newsletter.cli.sample import SAMPLE_PORT, write_sample
from newsletter.cli.say import config_of, report
from newsletter.errors import DataError, NewsletterError
from newsletter.shipped import shipped


def init(arguments: Namespace) -> None:
    folder: Path = arguments.folder
    if (folder / "config.toml").exists():
        raise NewsletterError(f"{folder / 'config.toml'} is already there; edit it, or choose another folder")
    try:
        (folder / "feeds").mkdir(parents=True, exist_ok=True)
        next_step = _sample(folder) if arguments.sample else _starter(folder)
    except OSError as error:
        raise NewsletterError(f"{folder} cannot be written ({error.strerror}); choose another folder") from None
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    report(arguments, {"folder": str(folder), "files": files}, [f"{folder}: config.toml and feeds", *next_step])


def _starter(folder: Path) -> list[str]:
    (folder / "config.toml").write_bytes(shipped("config.toml").read_bytes())
    (folder / "feeds" / "starter.opml").write_bytes((shipped("feeds") / "starter.opml").read_bytes())
    return [
        f"Set the name, site, address and times: {folder / 'config.toml'}",
        f"Choose the feeds: {folder / 'feeds' / 'starter.opml'}",
        f"Then: cd {quote(str(folder))} && newsletter check && newsletter collect && newsletter run",
    ]


def _sample(folder: Path) -> list[str]:
    write_sample(folder, port=SAMPLE_PORT)
    here = quote(str(folder))
    at = "--as-of 2026-01-14T08:00Z"
    return [
        f"Serve the feeds: python3 -m http.server {SAMPLE_PORT} --bind 127.0.0.1 --directory {here}/sample",
        f"Then: cd {here} && newsletter collect {at} && newsletter curate {at}",
        f"      newsletter compose weekly-en {at}",
    ]


def check(arguments: Namespace) -> None:
    """Every problem of every file at once: whoever repairs one wants to see the next."""
    from newsletter.cli.checking import problems_of

    config = config_of(arguments)
    problems, fine = problems_of(config)
    if problems:
        raise DataError("\n".join(problems))
    report(arguments, {"problems": [], "fine": fine}, fine)


def doctor(arguments: Namespace) -> None:
    from newsletter.cli.examining import examine

    found = examine(arguments.config)
    lines = [f"{finding.mark:7}  {finding.what}: {finding.say}" for finding in found]
    result = {"findings": [{"what": one.what, "state": one.mark, "say": one.say} for one in found]}
    report(arguments, result, lines)
    wrong = [one.what for one in found if one.mark == "wrong"]
    if wrong:
        raise NewsletterError(f"{', '.join(wrong)}: see above")
