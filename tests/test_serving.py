"""The pages on a real port, among visitors who mean no good."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import pytest

from newsletter.newsroom import Newsroom
from newsletter.web.app import make_app
from newsletter.web.serving import CROWDED, serve
from tests.builders import NOW

PATIENCE = 0.6
FORM = (
    b"POST /subscribe HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 1000\r\n\r\nedition=weekly-en&email=ann@example.org&name="
)
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]


def visit(room: Newsroom, talk: Talk) -> bytes:
    """What a visitor hears until the server hangs up, or the visitor does."""

    async def whole() -> bytes:
        stop, address = asyncio.Event(), asyncio.get_running_loop().create_future()
        app = make_app(room, clock=lambda: NOW)
        serving = asyncio.create_task(
            serve(app, "127.0.0.1:0", started=address.set_result, stop=stop, patience=PATIENCE)
        )
        reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(await address).port)
        heard = await asyncio.wait_for(talk(reader, writer), 10)
        writer.close()
        stop.set()
        await serving
        return heard

    return asyncio.run(whole())


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        FORM,
    ],
)
def test_a_request_that_is_never_finished_is_let_go_however_it_trickles(room: Newsroom, begun: bytes) -> None:
    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(begun)
        heard = asyncio.create_task(reader.read())
        while not heard.done():
            await asyncio.sleep(0.1)
            if begun:
                writer.write(b"a")
        return await heard

    assert visit(room, trickle) == b""
    with room.store.read() as tx:
        assert tx.subscribers.by_email("ann@example.org") is None


def test_a_visitor_who_finishes_is_answered_and_may_ask_again_later(room: Newsroom) -> None:
    ask = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"

    async def twice(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        heard = b""
        for part in (ask[:9], ask[9:], ask):
            writer.write(part)
            await asyncio.sleep(PATIENCE * 0.7)
        writer.write(ask.replace(b"Host", b"Connection: close\r\nHost"))
        while more := await reader.read(4096):
            heard += more
        return heard

    assert visit(room, twice).count(b"HTTP/1.1 200 OK") == 3


def test_a_crowd_that_takes_every_file_is_told_once_and_not_ten_thousand_times(
    room: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    full = {"message": "socket.accept() out of system resource", "exception": OSError(24, "Too many open files")}

    async def crowd(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        for _ in range(1000):
            asyncio.get_running_loop().call_exception_handler(full)
        asyncio.get_running_loop().call_exception_handler({"message": "something else"})
        return b""

    with caplog.at_level(logging.WARNING):
        visit(room, crowd)
    assert [one.message for one in caplog.records if "no file is left" in one.message] == [CROWDED]
    assert [one.message for one in caplog.records if "something else" in one.message]
