"""The bundled week as a newsroom of its own: feeds on a port of this machine, a config and their list."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from newsletter.shipped import shipped

SAMPLE_PORT = 8901
_PLACE = "sample:///"
_CONFIG = """\
# The sample week. Its feeds are served on this machine at the address that feeds/sample.opml names.

[newsroom]
name = "AI Infrastructure Weekly"
site = "http://127.0.0.1:8000"
postal_address = "1 Sample Street, 12345 Sampletown"

[store]
url = "sqlite:///newsletter.db"

[collect]
allow_private = ["127.0.0.1/32"]
ports = [{port}]
min_interval = "520w"   # the week never changes: newsletter run has no need to ask again

[[editions]]
key = "weekly-en"
title = "AI Infrastructure Weekly"
language = "en"
timezone = "UTC"
schedule = "wed 09:00"
window = "9d"
from = "AI Infrastructure Weekly <weekly@newsletter.example>"
twin = "weekly-zh"

[[editions]]
key = "weekly-zh"
title = "AI 基建周报"
language = "zh"
timezone = "Asia/Shanghai"
schedule = "wed 17:00"
window = "9d"
from = "AI 基建周报 <zhoubao@newsletter.example>"
twin = "weekly-en"

[desk]
test_to = ["editor@newsletter.example"]

[deliver]
transport = "outbox"

[deliver.outbox]
folder = "outbox"

[web]
address = "127.0.0.1:8000"
"""


def write_sample(folder: Path, *, port: int) -> None:
    """config.toml, feeds/sample.opml and the feeds themselves, below a folder that exists; the config comes last."""
    listed = (shipped("feeds") / "sample" / "feeds.opml").read_text("utf-8")
    (folder / "feeds").mkdir(exist_ok=True)
    (folder / "feeds" / "sample.opml").write_text(listed.replace(_PLACE, f"http://127.0.0.1:{port}/"), "utf-8")
    (folder / "sample").mkdir(exist_ok=True)
    for name, body in sample_feeds().items():
        (folder / "sample" / name).write_bytes(body)
    (folder / "config.toml").write_text(_CONFIG.format(port=port), "utf-8")


def sample_feeds() -> dict[str, bytes]:
    folder = shipped("feeds") / "sample"
    return {
        path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in (".xml", ".atom", ".json")
    }


@contextmanager
def serving(feeds: Mapping[str, bytes], port: int) -> Iterator[int]:
    """Serve the feeds on this machine as a site would, with validators; port 0 takes a free one."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(feeds))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(feeds: Mapping[str, bytes]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = feeds.get(self.path.lstrip("/"))
            tag = f'"{sha256(body).hexdigest()[:16]}"' if body is not None else ""
            if body is None:
                self._answer(404, b"")
            elif self.headers.get("If-None-Match") == tag:
                self._answer(304, b"", ETag=tag)
            else:
                kind = "application/feed+json" if self.path.endswith(".json") else "application/xml"
                self._answer(200, body, ETag=tag, **{"Content-Type": kind})

        def _answer(self, status: int, body: bytes, **headers: str) -> None:
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Requests of our own to ourselves are no news."""

    return Handler
