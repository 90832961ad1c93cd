"""SendGrid's Email Logs: what became of a single letter of which neither an answer nor an event has come."""

import http.client
import json
import os
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient

from newsletter.config import Deliver, SendGrid
from newsletter.deliver.aside import aside
from newsletter.deliver.parcels import Fate, Question
from newsletter.errors import TransportError
from newsletter.model import DeliveryState

_STATES = {
    "processed": DeliveryState.ACCEPTED,
    "delivered": DeliveryState.DELIVERED,
    "deferred": DeliveryState.DEFERRED,
    "dropped": DeliveryState.DROPPED,
    "bounced": DeliveryState.BOUNCED,
    "blocked": DeliveryState.BLOCKED,
}
_MOST = 10
"""An address gets one letter an issue; more with this subject in this time are test letters and twins."""


def open_log(deliver: Deliver) -> "EmailLogs | None":
    """The log of the provider that the config names; None for one that keeps none, or without a key."""
    key = os.environ.get(deliver.sendgrid.api_key_env, "")
    return EmailLogs(deliver.sendgrid, key) if deliver.transport == "sendgrid" and key else None


class EmailLogs:
    """Satisfies `deliver.parcels.Log`. It is searched by address and time; a letter is ours by its own argument."""

    def __init__(self, config: SendGrid, key: str) -> None:
        self._timeout = config.timeout
        self._client = SendGridAPIClient(key, host=config.host).client

    async def fate(self, question: Question) -> Fate:
        return await aside(lambda: self._fate(question))

    def _fate(self, question: Question) -> Fate:
        query = _query(question)
        if query is None:
            return Fate(state=None, sure=False)
        found = self._ask(lambda: self._client.logs.post(request_body=query, timeout=self._timeout))
        messages = found.get("messages")
        if not isinstance(messages, list):
            raise TransportError("SendGrid's Email Logs answered without messages")
        for message in messages:
            one = str(message.get("sg_message_id", "")) if isinstance(message, dict) else ""
            if not one:
                continue
            whole = self._ask(lambda one=one: self._client.logs._(one).get(timeout=self._timeout))
            own = whole.get("custom_args")
            if isinstance(own, dict) and own.get("delivery") == question.delivery:
                state = _STATES.get(str(whole.get("status")), DeliveryState.ACCEPTED)
                return Fate(state=state, sure=True, provider_id=one)
        return Fate(state=None, sure=len(messages) < _MOST)

    def _ask(self, ask: Any) -> Mapping[str, Any]:
        """Raises TransportError when there is no whole answer."""
        try:
            found = json.loads(ask().body)
        except HTTPError as error:
            raise TransportError(f"SendGrid's Email Logs answered {error.status_code}") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise TransportError(f"SendGrid's Email Logs gave no whole answer: {error}") from error
        if not isinstance(found, dict):
            raise TransportError("SendGrid's Email Logs answered with something else than an object")
        return found


def _query(question: Question) -> dict[str, Any] | None:
    """None for an address that cannot be asked for: how to write a quotation mark in a query is not documented."""
    if set("'\"\\") & set(question.email):
        return None
    since = question.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    query = f"to_email = '{question.email}' AND sg_message_id_created_at >= TIMESTAMP \"{since}\""
    return {"query": query, "limit": _MOST}
