"""A model server on this machine that speaks the chat protocol, and answers as a test wants: well, or badly."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Given = dict[str, Any]
"""What the user message holds: the task, and the sentences by number."""


@dataclass
class Model:
    """`say` makes the content of an answer; `status` and `raw` replace the whole. It hangs until `free` is set."""

    say: Callable[[Given], str]
    status: int = 200
    raw: bytes | None = None
    hangs: bool = False
    port: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    free: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def answer(self, body: dict[str, Any]) -> bytes:
        if self.raw is not None:
            return self.raw
        content = self.say(json.loads(body["messages"][1]["content"]))
        return json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()


def answer(headline: str, *summary: str, source: int = 0) -> str:
    texts = [{"text": text, "from": [source]} for text in summary]
    return json.dumps({"headline": {"text": headline, "from": [0]}, "summary": texts}, ensure_ascii=False)


@contextmanager
def serving(model: Model) -> Iterator[Model]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(model)) as httpd:
        model.port = httpd.server_port
        thread = threading.Thread(target=httpd.serve_forever, daemon=True)
        thread.start()
        try:
            yield model
        finally:
            model.free.set()
            httpd.shutdown()


def _handler(model: Model) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            model.asked.append(body)
            model.headers.append(dict(self.headers.items()))
            if model.hangs:
                model.free.wait(30)
                return
            data = model.answer(body)
            self.send_response(model.status if self.path == "/v1/chat/completions" else 404)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler
