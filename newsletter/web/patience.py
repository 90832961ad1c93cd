"""A visitor who does not finish a request is let go: a thousand of them would leave no room for anybody else."""

import asyncio
from typing import Any

from h11 import IDLE, SEND_BODY
from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE = 30.0
"""Seconds for a whole request, headers and body; our forms are small."""


class Patient(H11Protocol):
    """The clock runs from the first byte that is waited for, and no trickle of bytes sets it back."""

    patience = PATIENCE
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state in (IDLE, SEND_BODY):
            self._wait()
        else:
            self._rest()

    def on_response_complete(self) -> None:
        """Until the next request begins, uvicorn's own and shorter patience counts."""
        super().on_response_complete()
        if self.conn.their_state is IDLE and not self.conn.trailing_data[0]:
            self._rest()

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(self.patience, self._let_go)

    def _rest(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _let_go(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()


def patient(seconds: float) -> type[Any]:
    """The protocol with a patience of its own."""
    return type("Patient", (Patient,), {"patience": seconds})
