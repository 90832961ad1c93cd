"""The pages on a real port, until somebody says stop."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from fastapi import FastAPI

from newsletter.errors import ConfigError, NewsletterError
from newsletter.web.patience import PATIENCE, patient
from newsletter.web.site import Site

log = logging.getLogger(__name__)
_GRACE = 10
_MINUTE = 60
CROWDED = (
    "no file is left for another visitor; raise the limit (ulimit -n), or put a web server in front that holds crowds"
)


async def serve(
    app: FastAPI,
    address: str,
    *,
    started: Callable[[str], None],
    stop: asyncio.Event,
    patience: float = PATIENCE,
) -> None:
    """Serve on "host:port" until `stop` is set; port 0 takes a free one. `started` is told the real address.

    `patience` is how many seconds a request may take to arrive.

    Raises ConfigError for an address that is none, NewsletterError for one that is taken or a file that is broken.
    """
    site: Site = app.state.site
    # Read now rather than with the first page: a broken file of names or topics is told at once, to whoever starts us.
    await asyncio.to_thread(getattr, site.room, "lexicon")
    asyncio.get_running_loop().set_exception_handler(_Calm())
    listener = _listen(address)
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    config = uvicorn.Config(
        app,
        http=patient(patience),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        timeout_graceful_shutdown=_GRACE,
        lifespan="off",
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    stopping = asyncio.create_task(stop.wait())
    try:
        begun = asyncio.create_task(server.begun.wait())
        await asyncio.wait({serving, begun}, return_when=asyncio.FIRST_COMPLETED)
        begun.cancel()
        if server.started:
            started(f"http://{shown}:{port}")
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        server.should_exit = True
        stopping.cancel()
        await serving
        listener.close()


class _Calm:
    """asyncio tells of each visitor whom it cannot let in, with a trace: forty megabytes in ten seconds of a crowd."""

    def __init__(self) -> None:
        self._told = float("-inf")

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not isinstance(context.get("exception"), OSError) or "accept" not in str(context.get("message")):
            loop.default_exception_handler(context)
        elif loop.time() - self._told > _MINUTE:
            self._told = loop.time()
            log.warning("%s", CROWDED)


class _Server(uvicorn.Server):
    """Tells when it listens; signals belong to whoever runs us."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.begun = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.begun.set()

    def capture_signals(self):  # type: ignore[no-untyped-def]
        return contextlib.nullcontext()


def _listen(address: str) -> socket.socket:
    host, colon, port = address.rpartition(":")
    if not colon or not port.isdigit() or int(port) > 65535:
        raise ConfigError((f'[web] address = {address!r}: use a host and a port such as "127.0.0.1:8000"',))
    host = host.strip("[]") or "127.0.0.1"
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, int(port)))
    except OSError as error:
        listener.close()
        raise NewsletterError(f"{address} cannot be served ({error.strerror}); choose another [web] address") from None
    return listener
