"""Joining by double opt-in: who may be asked to confirm, how often, and what they agree to."""

import ipaddress
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta

from newsletter.errors import NewsletterError

INVITE_EVERY = timedelta(hours=24)
INVITE_MOST = 3
CEILING_WITHIN = timedelta(hours=1)
VISITOR_MOST, NETWORK_MOST = 30, 120
"""Requests an hour of one address and of its neighbourhood; a school or an office shares one."""
_NAME_MOST = 100


class TooOftenError(NewsletterError):
    """One visitor asks for more than people do."""


def may_invite(sent: datetime | None, count: int, *, now: datetime) -> bool:
    """At most one confirmation letter an address in a day and three ever, until one is acted on."""
    return count < INVITE_MOST and (sent is None or now - sent >= INVITE_EVERY)


def clean_name(name: str) -> str:
    """One line without control characters, and no start that a spreadsheet would take for a formula."""
    shown = unicodedata.normalize("NFC", name)
    if not shown.isprintable():
        shown = "".join(one if one.isprintable() else " " for one in shown)
    return " ".join(shown.split()).lstrip("=+-@ ")[:_NAME_MOST].strip()


def neighbourhood(visitor: str) -> str:
    """The /24 or /48 that an address lies in; "" for what is no address."""
    try:
        address = ipaddress.ip_address(visitor)
    except ValueError:
        return ""
    width = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network(f"{address}/{width}", strict=False))


def known_editions(wanted: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """The wanted keys, each once. Raises ValueError for one that does not exist, or for none."""
    keys, exist = tuple(dict.fromkeys(wanted)), tuple(known)
    unknown = [key for key in keys if key not in exist]
    if unknown:
        raise ValueError(f"there is no edition {unknown[0]}; known: {', '.join(exist)}")
    if not keys:
        raise ValueError(f"no edition is named; known: {', '.join(exist)}")
    return keys


def agreement(title: str, language: str, *, how: str) -> str:
    """The words that stood beside the button, kept as proof of what was agreed to."""
    if language == "zh":
        said = {"confirm": "确认订阅", "preferences": "在偏好页选择订阅", "form": "请求订阅"}[how]
        return f"{said}《{title}》，可随时退订"
    said = {"confirm": "Confirm subscription", "preferences": "Chosen under preferences", "form": "Asked for"}[how]
    return f"{said}: {title}. Leave at any time with one click."
