"""A web server on this machine that serves feeds as a test writes them, and remembers what it was asked."""

import gzip
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What one path answers. With `validated`, an ETag of the body, and 304 to who has it."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    validated: bool = True
    delay: float = 0.0
    cut: int = 0
    """Bytes that are promised and never sent."""


@dataclass(frozen=True)
class Asked:
    path: str
    headers: Mapping[str, str]


@dataclass
class FeedServer:
    """Replies by path; a callable is asked anew each time. `most` is how many requests were in flight at once."""

    replies: dict[str, Reply | Callable[[Asked], Reply]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    port: int = 0
    most: int = 0
    _now: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{quote(path)}"

    def reply(self, request: Asked) -> Reply:
        found = self.replies.get(request.path, Reply(status=404))
        reply = found if isinstance(found, Reply) else found(request)
        if not reply.validated or reply.status != 200:
            return reply
        tag = f'"{sha256(reply.body).hexdigest()[:16]}"'
        headers = {**reply.headers, "ETag": tag}
        if request.headers.get("if-none-match") == tag:
            return Reply(status=304, headers=headers, validated=False)
        return Reply(body=reply.body, headers=headers, delay=reply.delay, cut=reply.cut, validated=False)

    def begin(self, request: Asked) -> None:
        with self._lock:
            self.asked.append(request)
            self._now += 1
            self.most = max(self.most, self._now)

    def end(self) -> None:
        with self._lock:
            self._now -= 1


def folder(path: Path) -> dict[str, Reply | Callable[[Asked], Reply]]:
    """Every file of a folder under its own name."""
    return {f"/{one.name}": Reply(body=one.read_bytes()) for one in sorted(path.iterdir()) if one.suffix == ".xml"}


def zipped(body: bytes) -> Reply:
    return Reply(body=gzip.compress(body), headers={"Content-Encoding": "gzip"})


@contextmanager
def serving(
    replies: Mapping[str, Reply | Callable[[Asked], Reply]] | None = None, port: int = 0
) -> Iterator[FeedServer]:
    server = FeedServer(replies=dict(replies or {}))
    http = ThreadingHTTPServer(("127.0.0.1", port), _handler(server))
    http.daemon_threads = True
    server.port = http.server_address[1]
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join(5)


def _handler(server: FeedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Asked(path=unquote(self.path), headers=headers)
            server.begin(request)
            try:
                self._answer(server.reply(request))
            finally:
                server.end()

        def _answer(self, reply: Reply) -> None:
            if reply.delay:
                threading.Event().wait(reply.delay)
            self.send_response_only(reply.status)
            usual = {"Content-Length": str(len(reply.body) + reply.cut), "Date": self.date_time_string()}
            for name, value in {**usual, **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(ConnectionError):  # who asked has had enough
                self.wfile.write(reply.body)
            self.close_connection = bool(reply.cut)

        def log_message(self, *_: object) -> None:
            """Tests read `asked` instead."""

    return Handler
