"""Every verb with its arguments, as people type them."""

from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError, _SubParsersAction
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeAlias

from newsletter import __version__

Verbs: TypeAlias = "_SubParsersAction[ArgumentParser]"


def moment(text: str) -> datetime:
    """An ISO 8601 time; without a zone it is UTC, a bare date means the end of that day."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a time; write 2026-03-13 or 2026-03-13T08:00:00Z") from None
    if len(text) <= 10:
        found = datetime.combine(found.date(), time(23, 59, 59))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def days(text: str) -> timedelta:
    try:
        found = timedelta(days=float(text))
    except (ValueError, OverflowError):
        found = timedelta(0)
    if not timedelta(0) < found <= timedelta(days=3650):
        raise ArgumentTypeError(f"{text!r} is no number of days; write 7")
    return found


def make_parser() -> ArgumentParser:
    parser = ArgumentParser(prog="newsletter", description="Feeds in, a bilingual digest out, each reader once.")
    parser.add_argument("--version", action="version", version=f"newsletter {__version__}")
    parser.add_argument(
        "--config", type=Path, default=Path("config.toml"), metavar="FILE", help="default ./config.toml"
    )
    common = ArgumentParser(add_help=False)
    common.add_argument("--config", type=Path, default=SUPPRESS, metavar="FILE", help=SUPPRESS)
    common.add_argument("--as-of", type=moment, default=None, metavar="TIME", help="take this for now")
    common.add_argument("--json", action="store_true", help="print JSON")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    for add in (_starting, _week, _sending, _feeds, _readers, _trying, _evaluating, _keeping):
        add(verbs, common)
    return parser


def _verb(
    verbs: Verbs, common: ArgumentParser, name: str, run: str, say: str, *arguments: str, **more: Any
) -> ArgumentParser:
    verb: ArgumentParser = verbs.add_parser(name, parents=[common], help=say, description=say, **more)
    for argument in arguments:
        verb.add_argument(argument)
    verb.set_defaults(run=run)
    return verb


def _starting(verbs: Verbs, common: ArgumentParser) -> None:
    init = _verb(verbs, common, "init", "starting:init", "make a newsroom in a folder: config.toml and feeds")
    init.add_argument("folder", type=Path, metavar="DIR")
    init.add_argument("--sample", action="store_true", help="with the bundled sample week instead of the starter feeds")
    demo = _verb(verbs, common, "demo", "demo:demo", "the whole job on the bundled sample week")
    demo.add_argument("--folder", type=Path, default=Path("demo"), metavar="DIR", help="default ./demo")
    run = _verb(verbs, common, "run", "running:run", "the clock, the pages and the delivery in one process")
    run.add_argument("--address", metavar="HOST:PORT", help="instead of [web] address; port 0 takes a free one")
    run.add_argument("--no-clock", action="store_true", help="pages only")
    _verb(verbs, common, "worker", "running:worker", "the delivery alone, beside run --no-clock or other workers")
    _verb(verbs, common, "check", "starting:check", "check the configuration, feeds, entities and topics")
    _verb(verbs, common, "doctor", "starting:doctor", "what this machine has and what is missing")
    editors = verbs.add_parser("editors", help="who may use the desk").add_subparsers(required=True, metavar="VERB")
    add = _verb(editors, common, "add", "readers:add_editor", "add an editor, or change the password", "email")
    add.add_argument("--password-env", metavar="NAME", help="read the password from this environment variable")
    _verb(editors, common, "list", "readers:list_editors", "the editors' addresses")


def _week(verbs: Verbs, common: ArgumentParser) -> None:
    collect = _verb(verbs, common, "collect", "feeds:collect", "read the feeds")
    collect.add_argument("--due", action="store_true", help="only the feeds that are due")
    _verb(verbs, common, "curate", "stories:curate", "tag, join, rank and relate")
    compose = _verb(verbs, common, "compose", "week:compose", "make or remake the draft of an edition", "edition")
    compose.add_argument("--period", metavar="2026-W11", help="default: the week of now")
    compose.add_argument("--check-links", action="store_true", help="then ask whether links answer, and a spam filter")
    preview = _verb(verbs, common, "preview", "week:preview", "write the letter as files", "issue")
    preview.add_argument("--out", type=Path, required=True, metavar="DIR")
    approve = _verb(verbs, common, "approve", "week:approve", "approve exact bytes", "issue", "fingerprint")
    approve.add_argument("--by", required=True, metavar="EMAIL")
    articles = _verb(verbs, common, "articles", "feeds:articles", "what the feeds brought")
    articles.add_argument("--feed", metavar="URL")
    articles.add_argument("--since", type=moment, metavar="TIME")
    suggest = _verb(verbs, common, "suggest", "suggesting:suggest", "names that the gazetteer lacks, terms that emerge")
    suggest.add_argument("--dismiss", nargs="+", metavar="WORD", help="never suggest these again")


def _sending(verbs: Verbs, common: ArgumentParser) -> None:
    deliver = _verb(verbs, common, "deliver", "sending:deliver", "send an approved issue to each reader once", "issue")
    deliver.add_argument(
        "--settle", metavar="accepted|absent", choices=("accepted", "absent"), help="settle uncertain rows"
    )
    deliver.add_argument("--resend-uncertain", action="store_true", help="send again what may have arrived or not")
    deliver.add_argument("--retry-failed", action="store_true", help="try again what failed, and nothing else")
    deliver.add_argument("--dry-run", action="store_true", help="say what would be done, send nothing")
    _verb(verbs, common, "pause", "sending:pause", "stop sending, keep the place", "issue")
    _verb(verbs, common, "resume", "sending:resume", "go on from the ledger", "issue")
    _verb(verbs, common, "cancel", "sending:cancel", "send nothing more of an issue, for good", "issue")
    status = _verb(verbs, common, "status", "sending:status", "where an issue stands; without one, all of them")
    status.add_argument("issue", nargs="?")
    status.add_argument("--deliveries", action="store_true", help="a line for each reader")
    status.add_argument("--csv", action="store_true", help="who got what, who did not and why, as CSV")
    _verb(verbs, common, "bounce", "sending:bounce", "take in a delivery report or a complaint from stdin")
    _verb(verbs, common, "measure", "sending:measure", "what became of an issue", "issue")


def _feeds(verbs: Verbs, common: ArgumentParser) -> None:
    feeds = verbs.add_parser("feeds", help="what is subscribed").add_subparsers(required=True, metavar="VERB")
    _verb(feeds, common, "list", "feeds:list_feeds", "every feed with its health")
    _verb(feeds, common, "add", "feeds:add", "subscribe a feed, or the feed of a site", "url")
    tried = _verb(feeds, common, "try", "feeds:try_feed", "what a feed would bring; nothing is stored", "url")
    tried.add_argument("--filters", type=Path, metavar="FILE", help="under these filters instead of the newsroom's")
    _verb(feeds, common, "check", "feeds:check", "fetch every feed now and tell which answer")
    mute = _verb(feeds, common, "mute", "feeds:mute", "do not ask a feed for a while", "url")
    span = mute.add_mutually_exclusive_group()
    span.add_argument("--days", type=days, metavar="N", help="for so many days; default: until it is unmuted")
    span.add_argument("--until", type=moment, metavar="TIME", help="until then")
    _verb(feeds, common, "unmute", "feeds:unmute", "ask a muted feed again", "url")
    take = _verb(feeds, common, "import", "feeds:import_opml", "take over the feeds of an OPML file")
    take.add_argument("file", type=Path)
    give = _verb(feeds, common, "export", "feeds:export_opml", "write the feeds as OPML")
    give.add_argument("file", type=Path, nargs="?", help="default: stdout")


def _readers(verbs: Verbs, common: ArgumentParser) -> None:
    readers = verbs.add_parser("subscribers", help="who reads").add_subparsers(required=True, metavar="VERB")
    _verb(readers, common, "list", "readers:list_subscribers", "every subscriber")
    add = _verb(readers, common, "add", "readers:add", "add one who agreed", "email")
    add.add_argument("--edition", action="append", required=True, metavar="KEY")
    add.add_argument("--name", default="")
    add.add_argument("--language", default="")
    add.add_argument("--consent", required=True, metavar="TEXT", help="how and when this person agreed")
    leave = _verb(readers, common, "leave", "readers:leave", "take somebody off", "email")
    leave.add_argument("--edition", metavar="KEY", help="default: all")
    take = _verb(readers, common, "import", "readers:import_csv", "import a CSV of people who agreed")
    take.add_argument("file", type=Path)
    take.add_argument("--consent", required=True, metavar="TEXT", help="how and when these people agreed")
    give = _verb(readers, common, "export", "readers:export_csv", "write the subscribers as CSV")
    give.add_argument("file", type=Path, nargs="?", help="default: stdout")
    _verb(
        readers,
        common,
        "erase",
        "readers:erase",
        "forget a person; only a hash stays, so that nobody re-adds them",
        "email",
    )


def _trying(verbs: Verbs, common: ArgumentParser) -> None:
    stages = verbs.add_parser("try", help="run one thinking stage on a file").add_subparsers(
        required=True, metavar="STAGE"
    )
    parse = _verb(stages, common, "parse", "parsing:parse", "feeds as articles, a line for each")
    parse.add_argument("paths", nargs="+", metavar="PATH|URL")
    parse.add_argument("--content-type", default="", metavar="T")
    parse.add_argument("--url", default="", metavar="U")
    parse.add_argument("--timezone", default="", metavar="Z")
    for name, say in (("tag", "topics, companies, quantities, scope"), ("cluster", "articles of one event")):
        _file(_verb(stages, common, name, f"trying:{name}", say))
    related = _file(_verb(stages, common, "related", "trying:related", "related articles of each"))
    related.add_argument("-k", type=int, default=10)
    related.add_argument("--for", dest="wanted", metavar="IDS", help="only these ids, parted by commas")
    related.add_argument("--same-story", action="store_true", help="reports of the same story too")
    _file(_verb(stages, common, "rank", "trying:rank", "stories, best first, with reasons"))
    points = _file(_verb(stages, common, "keypoints", "trying:keypoints", "the sentences that tell it"))
    points.add_argument("-k", type=int, default=3)
    _file(_verb(stages, common, "schedule", "scheduling:schedule", "when a schedule is due"))


def _evaluating(verbs: Verbs, common: ArgumentParser) -> None:
    evaluate = _verb(verbs, common, "evaluate", "evaluating:evaluate", "how well the stages do on a labelled file")
    evaluate.add_argument("file", type=Path, help="JSON Lines with labels")
    evaluate.add_argument(
        "--floor", type=Path, metavar="FILE", help="fail where a figure fell below those of this TOML"
    )


def _file(verb: ArgumentParser) -> ArgumentParser:
    verb.add_argument("file", type=Path, help="JSON Lines; - for stdin")
    return verb


def _keeping(verbs: Verbs, common: ArgumentParser) -> None:
    backup = _verb(verbs, common, "backup", "keeping:backup", "copy the store while it runs (SQLite)")
    backup.add_argument("file", type=Path)
    restore = _verb(verbs, common, "restore", "keeping:restore", "put a copy back in place (SQLite)")
    restore.add_argument("file", type=Path)
    restore.add_argument("--force", action="store_true", help="overwrite the present store")
    _verb(verbs, common, "migrate", "keeping:migrate", "bring the store up to date, as opening it does")
