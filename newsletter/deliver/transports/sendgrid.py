"""Letters through SendGrid's v3 API, by its own client.

Mail Send knows no idempotency key: after the first byte of a request anything but a whole 4xx answer leaves it unknown
whether the letters went. Those are told as uncertain, and the event webhook settles them.
"""

import asyncio
import http.client
import json
import logging
import os
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.error import URLError

from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient

from newsletter.config import Deliver, SendGrid
from newsletter.deliver.aside import aside
from newsletter.deliver.parcels import Mailing, Outcome, Parcel
from newsletter.deliver.transports import Tell
from newsletter.deliver.transports.payload import MOST_READERS, groups, payload, personalization, tracking
from newsletter.errors import ConfigError, TransportError
from newsletter.model import DeliveryState

# At DEBUG it writes whole requests with the key in them.
logging.getLogger("python_http_client").setLevel(logging.WARNING)

_WAIT = timedelta(minutes=1)
"""When a provider is full and does not say until when, or says something absurd."""
_TIMED_OUT = 408
"""Said by something in between, which may have handed the request on."""
_MOST_WAIT = timedelta(days=1)


class Answer(NamedTuple):
    """`status` is 0 when the request surely never left, -1 when nobody knows what became of it."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    said: str

    @property
    def is_sure_refusal(self) -> bool:
        return self.status == 0 or (400 <= self.status < 500 and self.status != _TIMED_OUT)


def open_transport(deliver: Deliver, *, folder: Path) -> "SendGridTransport":
    config = deliver.sendgrid
    key = os.environ.get(config.api_key_env, "")
    if not key:
        problem = f"[deliver.sendgrid] api_key_env = {config.api_key_env!r}: this environment variable is not set"
        raise ConfigError((problem,))
    return SendGridTransport(config, key, batch=min(deliver.batch, MOST_READERS))


class SendGridTransport:
    """One request for a batch, as many at once as there are connections."""

    repeatable = False

    def __init__(self, config: SendGrid, key: str, *, batch: int) -> None:
        self._config, self.batch, self.lanes = config, batch, config.connections
        self._client = SendGridAPIClient(key, host=config.host)
        self._tracking = tracking(clicks=config.click_tracking, opens=config.open_tracking)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def submit(self, mailing: Mailing, parcels: Sequence[Parcel], *, tell: Tell, stop: asyncio.Event) -> None:
        ready: dict[str, dict[str, Any]] = {}
        for parcel in parcels:
            try:
                ready[parcel.delivery] = personalization(mailing, parcel)
            except ValueError as error:
                tell(_outcome(parcel, DeliveryState.REJECTED, "address", str(error)))
        for group in groups([parcel for parcel in parcels if parcel.delivery in ready]):
            await self._send(mailing, group, ready, tell, stop)

    async def _send(
        self, mailing: Mailing, group: list[Parcel], ready: Mapping[str, Any], tell: Tell, stop: asyncio.Event
    ) -> None:
        """Post a group; where only a part of it is at fault, or it is too large, post its parts."""
        if stop.is_set() or not group:
            return
        readers = [ready[parcel.delivery] for parcel in group]
        body = payload(mailing, readers, leaves=group[0].leaves, tracking=self._tracking)
        answer = await aside(lambda: self._post(body))
        bad = _bad_readers(answer, len(group))
        if bad and len(bad) < len(group):
            for at in bad:
                tell(_outcome(group[at], DeliveryState.REJECTED, "sendgrid 400", answer.said))
            good = [parcel for at, parcel in enumerate(group) if at not in bad]
            await self._send(mailing, good, ready, tell, stop)
        elif answer.status in (400, 413) and len(group) > 1:
            half = len(group) // 2
            for part in (group[:half], group[half:]):
                await self._send(mailing, part, ready, tell, stop)
        else:
            _expect_fit(answer)
            for parcel in group:
                tell(_settled(parcel, answer, request=group[0].delivery))

    def _post(self, body: dict[str, Any]) -> Answer:
        try:
            # Without a time limit of ours the client may hang for ever.
            found = self._client.client.mail.send.post(request_body=body, timeout=self._config.timeout)
        except HTTPError as error:
            raw = error.body if isinstance(error.body, bytes) else b""
            return Answer(error.status_code, dict(error.headers or {}), raw, _said(error.status_code, raw))
        except (OSError, http.client.HTTPException) as error:
            return _broken(error)
        return Answer(found.status_code, dict(found.headers), found.body, str(found.status_code))


def _bad_readers(answer: Answer, count: int) -> set[int]:
    """Which personalizations a 400 names. Raises TransportError when it names something that all readers share."""
    if answer.status != 400:
        return set()
    fields = [str(error.get("field") or "") for error in _errors(answer.body)]
    named = {
        part[1] for part in (field.split(".") for field in fields) if part[0] == "personalizations" and len(part) > 1
    }
    if any(fields) and not any(field.startswith("personalizations") for field in fields):
        raise TransportError(f"SendGrid refuses the letter itself: {answer.said}")
    return {int(at) for at in named if at.isdigit() and int(at) < count}


def _expect_fit(answer: Answer) -> None:
    """Raises TransportError for a refusal that no reader is at fault for."""
    if answer.status in (401, 403):
        raise TransportError(f"SendGrid refuses our key: {answer.said}; see [deliver.sendgrid] api_key_env")
    if answer.status == 413:
        raise TransportError(f"SendGrid finds the letter too large: {answer.said}; shorten the issue")
    if answer.status == 0:
        raise TransportError(f"SendGrid cannot be reached: {answer.said}; see [deliver.sendgrid] host")
    if answer.is_sure_refusal and answer.status not in (400, 429):
        raise TransportError(f"SendGrid refuses the request: {answer.said}; see [deliver.sendgrid] host")


def _settled(parcel: Parcel, answer: Answer, *, request: str) -> Outcome:
    if answer.status == 202:
        provider_id = answer.headers.get("X-Message-Id", "")
        return Outcome(delivery=parcel.delivery, state=DeliveryState.ACCEPTED, provider_id=provider_id)
    if answer.status == 429:
        wait = _wait(answer.headers)
        return _outcome(parcel, DeliveryState.RETRY_WAIT, "sendgrid 429", answer.said, wait=wait)
    state = DeliveryState.REJECTED if answer.status == 400 else DeliveryState.UNCERTAIN
    return replace(_outcome(parcel, state, f"sendgrid {answer.status}", answer.said), request=request)


def _wait(headers: Mapping[str, str]) -> timedelta:
    """Until the reset that the provider names, by the provider's own clock; or as long as something in between says."""
    found = {name.lower(): value for name, value in headers.items()}
    try:
        if "x-ratelimit-reset" in found:
            now = parsedate_to_datetime(found["date"]).timestamp()
            wait = timedelta(seconds=float(found["x-ratelimit-reset"]) - now)
        else:
            wait = timedelta(seconds=float(found["retry-after"]))
    except (KeyError, ValueError, OverflowError):
        return _WAIT
    return wait if timedelta(0) < wait <= _MOST_WAIT else _WAIT


def _broken(error: Exception) -> Answer:
    reason = error.reason if isinstance(error, URLError) else error
    said = str(reason) or type(reason).__name__
    if isinstance(reason, ssl.SSLCertVerificationError | ConnectionRefusedError | socket.gaierror):
        return Answer(0, {}, b"", said)
    return Answer(-1, {}, b"", f"no whole answer: {said}")


def _outcome(parcel: Parcel, state: DeliveryState, kind: str, error: str, *, wait: timedelta | None = None) -> Outcome:
    return Outcome(delivery=parcel.delivery, state=state, kind=kind, error=error, wait=wait)


def _errors(body: bytes) -> list[dict[str, Any]]:
    try:
        found = json.loads(body)["errors"]
    except (ValueError, TypeError, KeyError):
        return []
    return [error for error in found if isinstance(error, dict)] if isinstance(found, list) else []


def _said(status: int, body: bytes) -> str:
    """What the provider says, without more of it than a line."""
    words = "; ".join(str(error.get("message", "")) for error in _errors(body))
    return f"{status} {' '.join(words.split())[:300]}".strip()
