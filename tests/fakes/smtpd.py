"""A mail server on loopback that keeps the truth of what it accepted, and fails where it is told to."""

import asyncio
import ssl
import threading
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

EXTENSIONS = ("PIPELINING", "8BITMIME", "SIZE 10485760")


@dataclass(frozen=True, slots=True)
class Taken:
    sender: str
    recipient: str
    data: bytes


@dataclass
class Smtpd:
    """`faults` maps a recipient to what happens at a step: (step, action), the step being rcpt, data, dot or taken.

    An action is a reply ("550 no such user"), "drop" or "stall". At `dot` the letter is not kept, at `taken` it is.
    A fault stands for ever, or for so many times as `times` says.
    """

    extensions: tuple[str, ...] = EXTENSIONS
    greeting: str = "220 fake.example ESMTP"
    mail: str = "250 2.1.0 Ok"
    faults: dict[str, tuple[str, str]] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)
    login: tuple[str, str] | None = None
    context: ssl.SSLContext | None = None
    most_letters: int = 0
    """Per connection; then 421. 0 is no limit."""
    extra_after_starttls: bytes = b""
    taken: list[Taken] = field(default_factory=list)
    connections: int = 0
    commands: list[str] = field(default_factory=list)
    port: int = 0
    on_taken: Callable[[int], None] | None = None
    on_step: Callable[[], None] = lambda: None
    """Called at each command, when a letter is whole, and when it is taken and not answered yet."""

    def recipients(self) -> list[str]:
        return sorted(one.recipient for one in self.taken)

    async def talk(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.connections += 1
        try:
            await _Talk(self, reader, writer).run()
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            pass
        finally:
            writer.transport.abort()


class _Talk:
    def __init__(self, server: Smtpd, reader: StreamReader, writer: StreamWriter) -> None:
        self.server, self.reader, self.writer = server, reader, writer
        self.sender, self.recipient, self.letters = "", "", 0
        self.is_known = server.login is None

    async def run(self) -> None:
        await self.say(self.server.greeting)
        while line := await self.reader.readline():
            command = line.decode().strip()
            self.server.commands.append(command)
            self.server.on_step()
            verb = command.split(" ")[0].upper()
            if verb == "QUIT":
                await self.say("221 Bye")
                return
            await getattr(self, f"do_{verb.lower()}", self.unknown)(command)

    async def say(self, text: str) -> None:
        self.writer.write(f"{text}\r\n".encode())
        await self.writer.drain()

    async def unknown(self, command: str) -> None:
        await self.say("502 5.5.2 unknown")

    async def do_ehlo(self, command: str) -> None:
        offers = list(self.server.extensions)
        if self.server.login is not None:
            offers.append("AUTH PLAIN LOGIN")
        for offer in ("fake.example", *offers)[:-1] if offers else ():
            self.writer.write(f"250-{offer}\r\n".encode())
        await self.say(f"250 {offers[-1] if offers else 'fake.example'}")

    async def do_helo(self, command: str) -> None:
        await self.say("250 fake.example")

    async def do_starttls(self, command: str) -> None:
        self.writer.write(b"220 go\r\n" + self.server.extra_after_starttls)
        await self.writer.drain()
        assert self.server.context is not None
        await self.writer.start_tls(self.server.context)

    async def do_auth(self, command: str) -> None:
        import base64

        assert self.server.login is not None
        given = base64.b64decode(command.split(" ")[2]).decode().split("\0")[1:]
        self.is_known = tuple(given) == self.server.login
        await self.say("235 2.7.0 Ok" if self.is_known else "535 5.7.8 bad credentials")

    async def do_rset(self, command: str) -> None:
        self.sender = self.recipient = ""
        await self.say("250 Ok")

    async def do_mail(self, command: str) -> None:
        if not self.is_known:
            await self.say("530 5.7.0 Authentication required")
            return
        if self.server.most_letters and self.letters >= self.server.most_letters:
            await self.say("421 4.7.0 enough of this connection")
            raise ConnectionResetError
        self.sender = command.partition("<")[2].partition(">")[0]
        await self.say(self.server.mail)

    async def do_rcpt(self, command: str) -> None:
        recipient = command.partition("<")[2].partition(">")[0]
        if await self.fails(recipient, "rcpt"):
            return
        self.recipient = recipient
        await self.say("250 2.1.5 Ok")

    async def do_data(self, command: str) -> None:
        if not self.recipient:
            await self.say("554 5.5.1 no valid recipients")
            return
        if await self.fails(self.recipient, "data"):
            return
        await self.say("354 go ahead")
        data = await self.letter()
        self.server.on_step()
        if await self.fails(self.recipient, "dot"):
            return
        self.server.taken.append(Taken(self.sender, self.recipient, data))
        self.letters += 1
        self.server.on_step()
        if self.server.on_taken is not None:
            self.server.on_taken(len(self.server.taken))
        if await self.fails(self.recipient, "taken"):
            return
        recipient, self.recipient = self.recipient, ""
        await self.say(f"250 2.0.0 Ok: queued as Q{len(self.server.taken)}.{recipient.partition('@')[0]}")

    async def letter(self) -> bytes:
        lines: list[bytes] = []
        while (line := await self.reader.readline()) != b".\r\n":
            if not line.endswith(b"\r\n"):
                raise ConnectionResetError
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    async def fails(self, recipient: str, step: str) -> bool:
        at, action = self.server.faults.get(recipient, ("", ""))
        if at != step or self.server.times.get(recipient, 1) <= 0:
            return False
        if recipient in self.server.times:
            self.server.times[recipient] -= 1
        if action == "drop":
            raise ConnectionResetError
        if action == "stall":
            await asyncio.sleep(20)
            raise ConnectionResetError
        if step in ("dot", "taken"):
            self.recipient = ""
        await self.say(action)
        if action.startswith("421"):
            raise ConnectionResetError
        return True


@contextmanager
def serving(server: Smtpd, *, direct_tls: bool = False, host: str = "127.0.0.1") -> Iterator[Smtpd]:
    """The server in a thread and a loop of its own; `port` is set."""
    loop = asyncio.new_event_loop()
    started = threading.Event()

    async def serve() -> None:
        context = server.context if direct_tls else None
        listening = await asyncio.start_server(server.talk, host, server.port, ssl=context)
        server.port = listening.sockets[0].getsockname()[1]
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            listening.close()

    def run() -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(main)
        except asyncio.CancelledError:
            pass
        finally:
            for task in asyncio.all_tasks(loop):
                task.cancel()
            loop.run_until_complete(asyncio.sleep(0.01))
            loop.close()

    main = loop.create_task(serve())
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(main.cancel)
        thread.join(10)


def certificate(folder: Path, *, host: str = "127.0.0.1") -> tuple[ssl.SSLContext, Path]:
    """A server's context with a certificate of its own, and the file that a client must trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "fake.example")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, private = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, private)
    return context, pem
