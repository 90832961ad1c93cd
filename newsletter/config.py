"""config.toml becomes a Config: every key has a default, unknown keys are refused, all mistakes are told at once."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from newsletter.errors import ConfigError
from newsletter.mistakes import sentence
from newsletter.model import EditionKey

DURATION = re.compile(r"^(\d+(?:\.\d+)?)\s*(s|m|h|d|w)$")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_LONGEST = 100 * 366 * 86400
SCHEDULE = re.compile(r"^(mon|tue|wed|thu|fri|sat|sun) ([01]\d|2[0-3]):[0-5]\d$")
_KEY = re.compile(r"^[a-z0-9][a-z0-9-]{0,62}$")
_ENV = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
_DOMAIN = re.compile(r"^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.|$))*$")
_SITE = re.compile(r"https?://[^\s/?#@\"'<>\\]+(/[^\s?#\"'<>\\]*)?")
_LISTENER = re.compile(
    r"(\[[0-9A-Fa-f:.]+\]|[^\s/@\[\]]+):(\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])"
)
_SENDER = re.compile(r"[^\s@<>]+@[^\s@<>]+|[^<>@]*<[^\s@<>]+@[^\s@<>]+>")
_COLOUR = re.compile(r"^#[0-9A-Fa-f]{6}$")


def _duration(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str) and (match := DURATION.match(value.strip())):
        seconds = float(match[1]) * _SECONDS[match[2]]
        if seconds <= _LONGEST:
            return timedelta(seconds=seconds)
    raise ValueError('a duration such as "15m", "6h" or "7d"')


def _some_time(value: timedelta) -> timedelta:
    if value <= timedelta(0):
        raise ValueError('more than nothing, such as "7d"')
    return value


def _within_a_week(value: timedelta) -> timedelta:
    if value > timedelta(days=7):
        raise ValueError('a week at most, such as "24h": there is one issue a week')
    return value


def _network(value: object) -> object:
    try:
        return ip_network(str(value), strict=False)
    except ValueError:
        raise ValueError('a network such as "127.0.0.0/8" or "fd00::/8"') from None


def _matching(pattern: re.Pattern[str], what: str) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(what)
        return value

    return AfterValidator(check)


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError('a time zone such as "Europe/Berlin" or "Asia/Shanghai"') from None
    return value


def _one_line(value: str) -> str:
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
        raise ValueError("one line of text without control characters")
    return value


def _site(value: str) -> str:
    if not _SITE.fullmatch(value):
        raise ValueError('an address such as "https://news.example.org"')
    return value.rstrip("/")


def _site_or_none(value: str) -> str:
    return _site(value) if value else ""


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Span = Annotated[Duration, AfterValidator(_some_time)]
Lead = Annotated[Duration, AfterValidator(_within_a_week)]
Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
Line = Annotated[str, AfterValidator(_one_line)]
Key = Annotated[str, _matching(_KEY, "lower-case letters, digits and hyphens")]
Env = Annotated[str, _matching(_ENV, "the name of an environment variable, never the secret itself")]
Zone = Annotated[str, AfterValidator(_zone)]
Schedule = Annotated[str, _matching(SCHEDULE, 'a weekday and a time such as "fri 08:00"')]
Site = Annotated[str, AfterValidator(_site)]
Colour = Annotated[str, _matching(_COLOUR, 'a colour such as "#0B5C6B"')]
Port = Annotated[int, Field(ge=0, le=65535)]
Positive = Annotated[int, Field(ge=1)]
Count = Annotated[int, Field(ge=0)]
Address = Annotated[str, _matching(re.compile(r"^[^\s@<>]+@[^\s@<>]+$"), "an e-mail address")]
Sender = Annotated[
    str, AfterValidator(_one_line), _matching(_SENDER, '"name@example.org" or "Name <name@example.org>"')
]
Answers = Annotated[
    str,
    AfterValidator(_one_line),
    _matching(re.compile(f"(?:{_SENDER.pattern})?"), '"name@example.org", or leave it out'),
]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Listener = Annotated[str, _matching(_LISTENER, 'a host and a port such as "127.0.0.1:8000"')]

_LEAST_HOLD, _MOST_HOLD, _MOST_SPREAD = timedelta(minutes=15), timedelta(hours=72), timedelta(days=6)
RESERVED = frozenset(
    (
        "api", "confirm", "desk", "healthz", "hooks", "issues", "metrics", "preferences", "search", "static", "stories",
        "subscribe", "topics", "unsubscribe",
    )
)  # fmt: skip
"""First parts of addresses that are other pages: an edition of such a name could not be reached."""

_STRICT = ConfigDict(extra="forbid", strict=False, arbitrary_types_allowed=True)

SECTIONS = (
    "big-stories",
    "data-centres-power",
    "chips-compute",
    "money-deals",
    "models-software",
    "reviews",
    "projects",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """`[newsroom]`: who publishes."""

    __pydantic_config__ = _STRICT
    name: Line = "AI Infrastructure Weekly"
    site: Site = "http://127.0.0.1:8000"
    postal_address: Line = ""
    secret_env: Env = "NEWSLETTER_SECRET"  # noqa: S105 — the name of a variable


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    __pydantic_config__ = _STRICT
    url: str = "sqlite:///newsletter.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collect:
    __pydantic_config__ = _STRICT
    workers: Positive = 16
    timeout: Seconds = 40.0
    max_bytes: Positive = 8 * 1024 * 1024
    agent: Line = ""
    min_interval: Duration = timedelta(minutes=15)
    jitter: Annotated[float, Field(ge=0, le=1)] = 0.1
    allow_private: tuple[Network, ...] = ()
    ports: tuple[Port, ...] = (80, 443, 8080, 8443)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curate:
    """`[curate]`: `window` is how far back stories are put together anew."""

    __pydantic_config__ = _STRICT
    window: Span = timedelta(days=14)
    weights: dict[str, Annotated[float, Field(allow_inf_nan=False)]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Colours of the light sheet and the words around the issue."""

    __pydantic_config__ = _STRICT
    page: Colour = "#F6F5F2"
    paper: Colour = "#FFFFFF"
    ink: Colour = "#1C2126"
    muted: Colour = "#5B646D"
    rule: Colour = "#E3E1DC"
    link: Colour = "#0B5C6B"
    copper: Colour = "#9A4A1C"
    tint: Colour = "#DCEBED"
    masthead: Line = ""
    sign_off: Line = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """`[[editions]]`: one letter for one audience. `window` is how much of the past an issue covers."""

    __pydantic_config__ = _STRICT
    key: Key
    title: Line = ""
    language: Literal["en", "zh"] = "en"
    timezone: Zone = "UTC"
    schedule: Schedule = "fri 08:00"
    compose_before: Lead = timedelta(hours=24)
    window: Span = timedelta(days=7)
    sections: tuple[str, ...] = SECTIONS
    items: Annotated[int, Field(ge=1, le=60)] = 24
    least: Annotated[int, Field(ge=0, le=60)] = 3
    interest: tuple[str, ...] = ()
    why: bool = False
    sender: Sender = "newsletter@localhost"
    reply_to: Answers = ""
    twin: str = ""
    auto_approve: bool = False
    theme: Theme = field(default_factory=Theme)

    @property
    def edition_key(self) -> EditionKey:
        return EditionKey(self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    __pydantic_config__ = _STRICT
    test_to: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    __pydantic_config__ = _STRICT
    folder: str = "outbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    __pydantic_config__ = _STRICT
    host: str = "localhost"
    port: Port = 587
    tls: Literal["tls", "starttls", "none"] = "starttls"
    connections: Positive = 4
    timeout: Seconds = 30.0
    per_connection: Count = 0
    per_domain: Count = 0
    username_env: str = ""
    password_env: str = ""
    dkim_domain: Annotated[str, _matching(_DOMAIN, 'a domain such as "news.example.org"')] = ""
    dkim_selector: Annotated[str, _matching(_DOMAIN, 'a name such as "letter2026"')] = ""
    dkim_key: Line = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendGrid:
    __pydantic_config__ = _STRICT
    host: Site = "https://api.sendgrid.com"
    connections: Positive = 4
    timeout: Seconds = 30.0
    api_key_env: Env = "SENDGRID_API_KEY"
    webhook_key_env: Env = "SENDGRID_WEBHOOK_KEY"
    click_tracking: bool = False
    open_tracking: bool = False
    hold: Duration = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmUp:
    """`[deliver.warm_up]`: `first` letters on the first day, then at most `growth` times the best day so far."""

    __pydantic_config__ = _STRICT
    first: Count = 0
    growth: Annotated[float, Field(ge=1, le=10)] = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver:
    """`[deliver]`: `batch` rows have their intent committed together; for SendGrid, readers in one request."""

    __pydantic_config__ = _STRICT
    transport: Literal["outbox", "smtp", "sendgrid"] = "outbox"
    batch: Annotated[int, Field(ge=1, le=1000)] = 250
    retry: tuple[Annotated[float, Field(ge=0, allow_inf_nan=False)], ...] = (60, 300, 1800, 7200)
    lease: Span = timedelta(minutes=5)
    pause_after: Positive = 10
    per_second: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0
    spread: Duration = timedelta(0)
    warm_up: WarmUp = field(default_factory=WarmUp)
    outbox: Outbox = field(default_factory=Outbox)
    smtp: Smtp = field(default_factory=Smtp)
    sendgrid: SendGrid = field(default_factory=SendGrid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    __pydantic_config__ = _STRICT
    base_url: Annotated[str, AfterValidator(_site_or_none)] = ""
    model: Line = ""
    key_env: str = ""
    timeout: Seconds = 20.0
    budget: Annotated[int, Field(ge=0, le=1000)] = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    __pydantic_config__ = _STRICT
    address: Listener = "127.0.0.1:8000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    __pydantic_config__ = _STRICT
    kind: Literal["inline", "postgres"] = "inline"


def _default_editions() -> tuple[Edition, ...]:
    return (
        Edition(key="weekly-en", title="AI Infrastructure Weekly", language="en", twin="weekly-zh"),
        Edition(key="weekly-zh", title="AI 基建周报", language="zh", timezone="Asia/Shanghai", twin="weekly-en"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything an operator can set. `folder` is where config.toml lies; relative paths start there."""

    __pydantic_config__ = _STRICT
    newsroom: House = field(default_factory=House)
    store: StoreSettings = field(default_factory=StoreSettings)
    collect: Collect = field(default_factory=Collect)
    curate: Curate = field(default_factory=Curate)
    editions: tuple[Edition, ...] = field(default_factory=_default_editions)
    desk: Desk = field(default_factory=Desk)
    deliver: Deliver = field(default_factory=Deliver)
    writer: Writer = field(default_factory=Writer)
    web: Web = field(default_factory=Web)
    queue: Queue = field(default_factory=Queue)
    folder: Annotated[Path, Field(exclude=True)] = Path()

    def edition(self, key: str) -> Edition | None:
        return next((edition for edition in self.editions if edition.key == key), None)


def load_config(path: Path) -> Config:
    """Read and check a file. Raises ConfigError with one line for each mistake."""
    try:
        data = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise ConfigError((f"{path}: cannot be read ({error.strerror}); create one: newsletter init DIR",)) from None
    except UnicodeDecodeError:
        raise ConfigError((f"{path}: is not TOML: it is not written in UTF-8; save it as UTF-8",)) from None
    except tomllib.TOMLDecodeError as error:
        said = str(error).replace("Cannot overwrite a value", "a key stands twice")
        raise ConfigError((f"{path}: is not TOML: {said}",)) from None
    return config_from(data, where=str(path), folder=path.resolve().parent)


def config_from(data: Mapping[str, Any], *, where: str, folder: Path) -> Config:
    """Check a parsed document. Raises ConfigError with one line for each mistake."""
    renamed, problems = _with_field_names(data, where)
    try:
        config = TypeAdapter(Config).validate_python(renamed)
    except ValidationError as error:
        problems += [sentence(dict(one), where, Config) for one in error.errors()]
        raise ConfigError(tuple(problems)) from None
    problems += _contradictions(config, where)
    if problems:
        raise ConfigError(tuple(problems))
    return replace(config, folder=folder)


def _with_field_names(data: Mapping[str, Any], where: str) -> tuple[dict[str, Any], list[str]]:
    """`from` is a Python keyword, so the field is `sender`; `folder` is ours, not the operator's."""
    renamed, problems = dict(data), []
    if "folder" in renamed:
        del renamed["folder"]
        problems.append(f"{where}: folder: unknown key; take it out")
    editions = renamed.get("editions")
    if isinstance(editions, list):
        changed = []
        for at, edition in enumerate(editions):
            if isinstance(edition, dict):
                if "sender" in edition:
                    problems.append(f"{where}: [[editions]] {edition.get('key', at + 1)}: sender: did you mean from?")
                edition = {"sender" if key == "from" else key: value for key, value in edition.items()}
            changed.append(edition)
        renamed["editions"] = changed
    return renamed, problems


def _contradictions(config: Config, where: str) -> list[str]:
    problems = []
    keys = [edition.key for edition in config.editions]
    if not keys:
        problems.append(f"{where}: [[editions]]: at least one edition is needed")
    problems += [
        f"{where}: [[editions]] {key}: stands twice; a key is unique"
        for key in sorted({k for k in keys if keys.count(k) > 1})
    ]
    smtp = config.deliver.smtp
    dkim = {name: getattr(smtp, name) for name in ("dkim_domain", "dkim_selector", "dkim_key")}
    if any(dkim.values()) and not all(dkim.values()):
        missing = ", ".join(name for name, value in dkim.items() if not value)
        problems.append(f"{where}: [deliver.smtp] {missing}: is missing; signing needs domain, selector and key")
    hold, spread = config.deliver.sendgrid.hold, config.deliver.spread
    if hold and not _LEAST_HOLD <= hold <= _MOST_HOLD:
        problems.append(
            f"{where}: [deliver.sendgrid] hold: use a time from 15m to 72h, or 0h for none; "
            "SendGrid takes letters back until 10 minutes before they leave"
        )
    if spread > _MOST_SPREAD:
        problems.append(f"{where}: [deliver] spread: at most 6d, so that an issue is out before the next one")
    for edition in config.editions:
        problems += [f"{where}: [[editions]] {edition.key} {problem}" for problem in _of_edition(edition, keys)]
    return problems


def _of_edition(edition: Edition, keys: list[str]) -> Iterator[str]:
    if edition.key in RESERVED:
        yield "key: is the address of another page; choose another key"
    if edition.twin and (edition.twin not in keys or edition.twin == edition.key):
        yield f"twin = {edition.twin!r}: use the key of another edition"
    if edition.least > edition.items:
        yield f"least = {edition.least}: use no more than items, which is {edition.items}"
    if not edition.sections:
        yield "sections: name one at least, or leave the key out to have all"
    for section in dict.fromkeys(edition.sections):
        if not _KEY.fullmatch(section):
            yield f"sections: {section!r}: use keys of the taxonomy's sections"
        if edition.sections.count(section) > 1:
            yield f"sections: {section!r} stands twice; once is enough"
