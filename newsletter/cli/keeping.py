"""Copies of the store, and the way back."""

from argparse import Namespace

from newsletter.cli.say import config_of, now_of, report, room_of, stamp
from newsletter.errors import NewsletterError
from newsletter.newsroom import open_newsroom
from newsletter.store import copying
from newsletter.store.opening import versions


def migrate(arguments: Namespace) -> None:
    """Every verb does this when it opens the store; by itself it is a step of an upgrade."""
    config = config_of(arguments)
    before, after = versions(config.store.url, config.folder)
    with open_newsroom(config):
        pass
    line = (
        f"The store is at {after} already" if before == after else f"The store went from {before or 'new'} to {after}"
    )
    report(arguments, {"before": before, "after": after}, [line])


def backup(arguments: Namespace) -> None:
    with room_of(arguments) as room:
        size = copying.copy_out(room.store, arguments.file)
    result = {"file": str(arguments.file), "bytes": size}
    report(
        arguments, result, [f"{arguments.file}: {size:,} bytes; put it back with: newsletter restore {arguments.file}"]
    )


def restore(arguments: Namespace) -> None:
    """What the copy had still to send is held: the readers may have got it since."""
    copying.check_copy(arguments.file)
    with room_of(arguments) as room:
        if not arguments.force and not copying.is_empty(room.store):
            raise NewsletterError("the store is not empty; save it with newsletter backup FILE, then add --force")
        copying.copy_in(room.store, arguments.file)
        config = room.config
    # Opened anew, so that a copy of an older version is brought up to date.
    with open_newsroom(config) as room:
        why = f"restored from {arguments.file.name} at {stamp(now_of(arguments))}; who got it since is not known"
        held = copying.hold_unsent(room.store, why)
    lines = [f"Restored {arguments.file}"]
    lines += [f"{key} is paused: readers may have got it since; when sure: newsletter resume {key}" for key in held]
    report(arguments, {"file": str(arguments.file), "paused": held}, lines)
