"""Letters that SendGrid holds for a while: they share a batch, and until ten minutes before they leave it can be taken
back."""

import http.client
import json
import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient

from newsletter.config import Deliver, SendGrid
from newsletter.deliver.aside import aside
from newsletter.errors import TransportError


def open_holds(deliver: Deliver) -> "BatchHolds | None":
    """None for a transport that holds nothing, and where the config wants no hold."""
    key = os.environ.get(deliver.sendgrid.api_key_env, "")
    if deliver.transport != "sendgrid" or not deliver.sendgrid.hold or not key:
        return None
    return BatchHolds(deliver.sendgrid, key)


class BatchHolds:
    """Satisfies `deliver.parcels.Holds`."""

    def __init__(self, config: SendGrid, key: str) -> None:
        self.hold: timedelta = config.hold
        self._timeout = config.timeout
        self._client = SendGridAPIClient(key, host=config.host).client

    async def open(self) -> str:
        found = await aside(lambda: self._ask(lambda: self._client.mail.batch.post(timeout=self._timeout)))
        batch = found.get("batch_id") if isinstance(found, dict) else None
        if not isinstance(batch, str) or not batch:
            raise TransportError("SendGrid gave no batch id; try again, or set [deliver.sendgrid] hold to 0h")
        return batch

    async def take_back(self, batch: str) -> None:
        await aside(lambda: self._take_back(batch))

    def _take_back(self, batch: str) -> None:
        body = {"batch_id": batch, "status": "cancel"}
        sends = self._client.user.scheduled_sends
        try:
            self._ask(lambda: sends.post(request_body=body, timeout=self._timeout))
        except TransportError:
            # A second cancel is a 400, and so is the first one after an answer that was lost.
            found = self._ask(lambda: sends._(batch).get(timeout=self._timeout))
            known = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
            if not any(one.get("batch_id") == batch and one.get("status") == "cancel" for one in known):
                raise

    def _ask(self, ask: Callable[[], Any]) -> Any:
        """Raises TransportError when there is no whole answer."""
        try:
            return json.loads(ask().body)
        except HTTPError as error:
            raise TransportError(f"SendGrid answered {error.status_code} about held letters") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise TransportError(f"SendGrid gave no whole answer about held letters: {error}") from error
