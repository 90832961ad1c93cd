"""One conversation with an SMTP server (RFC 5321), exact about what it may have accepted.

Until the final dot leaves, a letter is surely not accepted; a reply to the dot is sure either way. Between the two
nobody can know (RFC 1047): `dotted` tells on which side a broken conversation ended.
"""

import asyncio
import ssl
from asyncio import StreamReader, StreamWriter
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from newsletter.config import Smtp
from newsletter.errors import TransportError

_MOST_LINES = 200
_MOST_TEXT = 300
_LATE = "no answer in time"


class Reply(NamedTuple):
    code: int
    text: str

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class LostError(Exception):
    """The connection broke, fell silent or spoke no SMTP."""


@dataclass(frozen=True, slots=True, repr=False)
class Login:
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Which step of a letter the server refused: mail, rcpt or data."""

    step: str
    reply: Reply


class Session:
    """Open it with `open_session`; use it for one letter at a time."""

    def __init__(self, reader: StreamReader, writer: StreamWriter, *, name: str, timeout: float) -> None:
        self._reader, self._writer, self._name, self._timeout = reader, writer, name, timeout
        self._offers: dict[str, str] = {}
        self._watch = _Watch(timeout, self.abort)
        self.dotted = False
        self.letters = 0
        """So many were begun."""
        if writer.get_extra_info("ssl_object") is None:
            # A drain that waits for the last byte: the dot is written when all before it has left this process.
            # Under TLS asyncio would wait for ever with such a limit; there the dot may wait behind the letter.
            writer.transport.set_write_buffer_limits(high=0)

    # -- opening

    async def greet(self) -> None:
        greeting = await self._reply()
        if greeting.code != 220:
            raise LostError(f"greeted us with {greeting}")
        await self._hello()

    async def secure(self, context: ssl.SSLContext, host: str) -> None:
        """STARTTLS, or nothing at all: a stripped offer is never answered in the clear."""
        if "STARTTLS" not in self._offers:
            raise TransportError(
                f'{self._name} offers no STARTTLS; see [deliver.smtp] tls ("tls", "starttls" or "none")'
            )
        reply = await self._say("STARTTLS")
        if reply.code != 220:
            raise TransportError(f"{self._name} refuses STARTTLS: {reply}")
        await self._expect_silence()
        try:
            async with asyncio.timeout(self._timeout):
                await self._writer.start_tls(context, server_hostname=host)
        except ssl.SSLError as error:
            raise TransportError(f"{self._name} has no certificate that we can trust: {_plain(error)}") from error
        except (OSError, TimeoutError) as error:
            raise LostError(_plain(error)) from error
        await self._hello()

    async def login(self, login: Login) -> None:
        methods = self._offers.get("AUTH", "").upper().split()
        if "PLAIN" in methods:
            secret = b64encode(f"\0{login.username}\0{login.password}".encode()).decode()
            reply = await self._say(f"AUTH PLAIN {secret}")
        elif "LOGIN" in methods:
            reply = await self._say("AUTH LOGIN")
            for part in (login.username, login.password):
                if reply.code == 334:
                    reply = await self._say(b64encode(part.encode()).decode())
        else:
            raise TransportError(f"{self._name} offers no login by PLAIN or LOGIN; see [deliver.smtp] username_env")
        if reply.code == 421 or 400 <= reply.code < 500:
            raise LostError(f"put off our login: {reply}")
        if reply.code != 235:
            raise TransportError(
                f"{self._name} refuses our login: {reply}; see [deliver.smtp] username_env, password_env"
            )

    # -- letters

    async def send(self, sender: str, recipient: str, data: bytes) -> Reply | Refused:
        """The reply to the dot, or what was refused before. Raises LostError; then `dotted` tells what is sure."""
        self.dotted = False
        self.letters += 1
        size = f" SIZE={len(data)}" if "SIZE" in self._offers else ""
        commands = (f"MAIL FROM:<{sender}>{size}", f"RCPT TO:<{recipient}>", "DATA")
        refused = await (self._pipelined(commands) if "PIPELINING" in self._offers else self._one_by_one(commands))
        if refused is not None:
            return refused
        # Our letters have no such line (see encoding); a forged command must not depend on that.
        if data.rfind(b"\r\n.") >= 0:  # three times as fast as looking from the front
            data = data.replace(b"\r\n.", b"\r\n..")
        await self._write(data)
        self.dotted = True
        await self._write(b".\r\n")
        return await self._reply()

    async def quit(self) -> None:
        try:
            async with asyncio.timeout(2):
                await self._say("QUIT")
        except (LostError, TimeoutError):
            pass
        self.abort()

    def abort(self) -> None:
        self._watch.close()
        self._writer.transport.abort()

    async def _pipelined(self, commands: tuple[str, ...]) -> Refused | None:
        """All three at once (RFC 2920), for each a reply."""
        await self._write("".join(f"{command}\r\n" for command in commands).encode("ascii"))
        mail, rcpt, data = [await self._reply() for _ in commands]
        for step, reply in (("mail", mail), ("rcpt", rcpt)):
            if not _is_good(reply):
                if data.code == 354:  # it waits for a letter to nobody
                    await self._write(b".\r\n")
                    await self._reply()
                await self._reset(reply)
                return Refused(step, reply)
        return None if data.code == 354 else await self._refused("data", data)

    async def _one_by_one(self, commands: tuple[str, ...]) -> Refused | None:
        for step, command in zip(("mail", "rcpt", "data"), commands, strict=True):
            reply = await self._say(command)
            if not (reply.code == 354 if step == "data" else _is_good(reply)):
                return await self._refused(step, reply)
        return None

    async def _refused(self, step: str, reply: Reply) -> Refused:
        await self._reset(reply)
        return Refused(step, reply)

    async def _reset(self, after: Reply) -> None:
        if after.code != 421:
            await self._say("RSET")

    # -- the wire

    async def _hello(self) -> None:
        name = _own_name(self._writer)
        reply = await self._say(f"EHLO {name}")
        if _is_good(reply):
            lines = [line.partition(" ") for line in reply.text.upper().split("\n")[1:]]
            self._offers = {keyword: rest for keyword, _, rest in lines}
            return
        self._offers = {}
        reply = await self._say(f"HELO {name}")
        if not _is_good(reply):
            raise LostError(f"does not greet back: {reply}")

    async def _say(self, command: str) -> Reply:
        await self._write(f"{command}\r\n".encode("ascii"))
        return await self._reply()

    async def _write(self, data: bytes) -> None:
        self._watch.begin()
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError as error:
            raise self._lost(_plain(error)) from error
        finally:
            self._watch.end()

    async def _reply(self) -> Reply:
        """A whole reply within the time limit, however many lines it drips."""
        self._watch.begin()
        try:
            return await self._lines()
        except (OSError, ValueError) as error:
            raise self._lost(_plain(error)) from error
        finally:
            self._watch.end()

    def _lost(self, why: str) -> LostError:
        return LostError(_LATE if self._watch.is_over else why)

    async def _lines(self) -> Reply:
        texts: list[str] = []
        while len(texts) < _MOST_LINES:
            line = await self._reader.readline()
            if not line.endswith(b"\n"):
                raise self._lost("closed the connection")
            if not line[:3].isdigit() or line[3:4] not in (b" ", b"-", b"\r", b"\n"):
                raise LostError("does not speak SMTP")
            texts.append(line[4:].decode("utf-8", "replace").strip()[:_MOST_TEXT])
            if line[3:4] != b"-":
                return Reply(int(line[:3]), "\n".join(texts))
        raise LostError("talks without an end")

    async def _expect_silence(self) -> None:
        """What came in the clear behind the reply to STARTTLS would be read as said under encryption."""
        try:
            async with asyncio.timeout(0):
                await self._reader.read(1)
        except TimeoutError:
            return
        raise TransportError(f"{self._name} went on talking before encryption began; somebody may be in between")


class _Watch:
    """Ends a conversation that waits too long: one timer for all of its waits, where a timer for each would take as
    much time as the letters."""

    def __init__(self, timeout: float, end: Callable[[], None]) -> None:
        self._loop, self._timeout, self._end = asyncio.get_running_loop(), timeout, end
        self._since: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.is_over = False

    def begin(self) -> None:
        self._since = self._loop.time()
        if self._timer is None:
            self._timer = self._loop.call_at(self._since + self._timeout, self._look)

    def end(self) -> None:
        self._since = None

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        self._timer = None
        if self._since is None:
            return
        due = self._since + self._timeout
        if due > self._loop.time():
            self._timer = self._loop.call_at(due, self._look)
        else:
            self.is_over = True
            self._end()


async def open_session(config: Smtp, login: Login | None, context: ssl.SSLContext | None) -> Session:
    """A session that is ready for letters; `context`, where one is at hand, spares making one.

    Raises TransportError when trying again is of no use (certificate, login), LostError when it may be.
    """
    name = f"{config.host}:{config.port}"
    context = context or (None if config.tls == "none" else ssl.create_default_context())
    direct = {"ssl": context, "server_hostname": config.host} if config.tls == "tls" else {}
    try:
        async with asyncio.timeout(config.timeout):
            reader, writer = await asyncio.open_connection(config.host, config.port, **direct)  # type: ignore[arg-type]
    except ssl.SSLError as error:
        raise TransportError(f"{name} has no certificate that we can trust: {_plain(error)}") from error
    except (OSError, TimeoutError) as error:
        raise LostError(_plain(error)) from error
    session = Session(reader, writer, name=name, timeout=config.timeout)
    try:
        await session.greet()
        if config.tls == "starttls":
            assert context is not None
            await session.secure(context, config.host)
        if login is not None:
            await session.login(login)
    except BaseException:
        session.abort()
        raise
    return session


def _is_good(reply: Reply) -> bool:
    return 200 <= reply.code < 300


def _own_name(writer: StreamWriter) -> str:
    """Our address as a literal (RFC 5321 4.1.3): true wherever we run, and no name server is asked."""
    host = str(writer.get_extra_info("sockname")[0]).partition("%")[0]
    return f"[IPv6:{host}]" if ":" in host else f"[{host}]"


def _plain(error: BaseException) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, TimeoutError):
        return _LATE
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
