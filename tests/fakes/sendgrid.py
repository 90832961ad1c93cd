"""SendGrid on loopback: the rules of its documents and of their prose, the truth of what it took, faults on command."""

import json
import threading
import time
from base64 import b64encode
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

_NOT_YOURS = frozenset(
    "x-sg-id x-sg-eid received dkim-signature content-type content-transfer-encoding "
    "to from subject reply-to cc bcc".split()
)


_KNOWN = frozenset(
    "personalizations from reply_to reply_to_list subject content attachments template_id headers categories "
    "custom_args send_at batch_id asm ip_pool_name mail_settings tracking_settings".split()
)
_KNOWN_OF_ONE = frozenset(
    "from to cc bcc subject headers substitutions dynamic_template_data custom_args send_at".split()
)
_PAGES: dict[int | str, int] = {"html 502": 502, "html 200": 200, "no json 400": 400}
MOST_BYTES = 30_000_000
_FURTHEST = 72 * 3600


@dataclass(frozen=True, slots=True)
class Posted:
    """A letter as its reader would see it."""

    email: str
    subject: str
    text: str
    html: str
    headers: dict[str, str]
    custom_args: dict[str, str]
    message_id: str
    send_at: int = 0
    batch: str = ""


@dataclass
class SendGridServer:
    """`faults` are taken one a request, in order:

    a number (that status, nothing taken) · "500 taken" (taken, then 500) · "drop" (nothing taken, no answer) ·
    "drop taken" · "half taken" (half an answer) · "stall taken" (taken, the answer too late) · "bare" (202 without
    X-Message-Id) · "html 502" (a page, nothing taken) · "html 200" (a page with a good status) ·
    "no json 400" · "" (none)
    """

    key: str = "SG.test"
    faults: deque[int | str] = field(default_factory=deque)
    bad: dict[str, bool] = field(default_factory=dict)
    """Addresses that it refuses with 400, and whether it says which one."""
    most_readers: int = 1000
    """Above it 413."""
    reset: Callable[[float], str | None] = lambda now: str(int(now) + 1)
    taken: list[Posted] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    batches: dict[str, str] = field(default_factory=dict)
    """What was opened: "" or cancel, by id."""
    held_faults: deque[int] = field(default_factory=deque)
    """Statuses for requests about batches."""
    searches: list[dict[str, Any]] = field(default_factory=list)
    """What the Email Logs were asked."""
    on_step: Callable[[], None] = lambda: None
    """Called when a request has come, and when its letters are taken and not answered yet."""

    @property
    def searched(self) -> int:
        return len(self.searches)

    def found(self, search: dict[str, Any]) -> list[dict[str, object]]:
        """As POST /v3/logs gives them."""
        email = search["query"].partition("to_email = '")[2].partition("'")[0]
        return [self.logged(one) for one in self.taken if one.email == email][: search.get("limit", 10)]

    @staticmethod
    def logged(one: "Posted") -> dict[str, object]:
        return {
            "sg_message_id": one.message_id,
            "from_email": "weekly@news.example",
            "subject": one.subject,
            "to_email": one.email,
            "status": "processed",
            "sg_message_id_created_at": "2026-03-13T08:00:00Z",
        }

    def recipients(self) -> list[str]:
        return sorted(one.email for one in self.taken)

    def judge(self, body: dict[str, Any]) -> list[dict[str, str | None]]:
        """What is wrong with a request, as SendGrid would say it."""
        people = body.get("personalizations") or []
        wrong: list[tuple[str, str | None]] = []
        if not 1 <= len(people) <= 1000:
            wrong.append(("1 to 1000 personalizations", "personalizations"))
        wrong += [(f"{name} is no property", name) for name in sorted(set(body) - _KNOWN)]
        wrong += self._judge_time(body)
        copies = [one for key in ("to", "cc", "bcc") for person in people for one in person.get(key, ())]
        if len(copies) > 1000:
            wrong.append(("more than 1000 recipients", "personalizations"))
        addresses = [one["email"].lower() for one in copies]
        wrong += [(f"{one} stands twice", None) for one in sorted(set(addresses)) if addresses.count(one) > 1]
        if not body.get("from", {}).get("email"):
            wrong.append(("no sender", "from.email"))
        content = body.get("content") or []
        if not content or any(not part["value"] for part in content):
            wrong.append(("no content", "content"))
        if [part["type"] for part in content] not in (["text/plain", "text/html"], ["text/plain"], ["text/html"]):
            wrong.append(("text/plain comes before text/html", "content"))
        if not body.get("subject") and not all(one.get("subject") for one in people):
            wrong.append(("no subject", "subject"))
        names = body.get("categories", [])
        if len(names) > 10 or len(set(names)) < len(names) or any(len(name) > 255 for name in names):
            wrong.append(("at most 10 categories of 255 characters, each once", "categories"))
        if _NOT_YOURS & {name.lower() for name in body.get("headers", {})}:
            wrong.append(("a header that is not yours to set", "headers"))
        for at, one in enumerate(people):
            wrong += self._judge_one(at, one)
        return [{"message": message, "field": where, "help": None} for message, where in wrong]

    def _judge_time(self, body: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
        at, batch = body.get("send_at"), body.get("batch_id")
        if at is not None and at > time.time() + _FURTHEST:
            yield "not more than 72 hours ahead", "send_at"
        if batch is not None and batch not in self.batches:
            yield "this batch id was never made", "batch_id"
        if batch is not None and at is None:
            yield "a batch without a time cannot be cancelled", "batch_id"

    def _judge_one(self, at: int, one: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
        email = one["to"][0]["email"]
        for name in sorted(set(one) - _KNOWN_OF_ONE):
            yield f"{name} is no property", f"personalizations.{at}.{name}"
        if email in self.bad:
            yield "does not contain a valid address", f"personalizations.{at}.to.0.email" if self.bad[email] else None
        for name in ("substitutions", "custom_args"):
            size = sum(len(tag.encode()) + len(value.encode()) for tag, value in one.get(name, {}).items())
            if size > 10_000:
                yield f"{name} above 10000 bytes", f"personalizations.{at}.{name}"
        if _NOT_YOURS & {name.lower() for name in one.get("headers", {})}:
            yield "a header that is not yours to set", f"personalizations.{at}.headers"

    def take(self, body: dict[str, Any], message_id: str) -> None:
        content = {part["type"]: part["value"] for part in body["content"]}
        for at, one in enumerate(body["personalizations"]):
            filled = {kind: _filled(value, one.get("substitutions", {})) for kind, value in content.items()}
            self.taken.append(
                Posted(
                    email=one["to"][0]["email"],
                    subject=_filled(body["subject"], one.get("substitutions", {})),
                    text=filled["text/plain"],
                    html=filled["text/html"],
                    headers=body.get("headers", {}) | one.get("headers", {}),
                    custom_args=one.get("custom_args", {}),
                    message_id=f"{message_id}.{at}",
                    send_at=body.get("send_at", 0),
                    batch=body.get("batch_id", ""),
                )
            )

    def cancel(self, batch: str) -> None:
        """What leaves in less than ten minutes is not promised to stay, so it goes."""
        self.batches[batch] = "cancel"
        soon = time.time() + 600
        self.taken = [one for one in self.taken if one.batch != batch or one.send_at <= soon]

    def events(self, signature: "Signature", kind: str, at: int, *, copies: int = 1, **more: object) -> "Signed":
        """A post about every letter that was taken, as the event webhook sends it: each copy has an id of its own."""
        told = [
            event(one.custom_args["delivery"], kind, at, email=one.email, sg_message_id=one.message_id,
                  sg_event_id=f"{one.message_id}.{kind}.{copy}", attempt=one.custom_args["attempt"], **more)
            for copy in range(copies) for one in self.taken
        ]  # fmt: skip
        body, timestamp = json.dumps(told).encode(), str(at)
        return Signed(body, signature.sign(body, timestamp), timestamp)


def _filled(text: str, substitutions: dict[str, str]) -> str:
    for tag, value in substitutions.items():
        text = text.replace(tag, value)
    return text


@contextmanager
def serving(server: SendGridServer) -> Iterator[SendGridServer]:
    handler = type("Handler", (_Handler,), {"fake": server})
    listening = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    listening.daemon_threads = True
    server.port = listening.server_address[1]
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join(10)


class _Handler(BaseHTTPRequestHandler):
    fake: SendGridServer
    length = 0

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        """One message of the Email Logs, with its arguments; or whether a batch is cancelled."""
        if self.path.startswith("/v3/user/scheduled_sends/"):
            batch = self.path.rpartition("/")[2]
            status = self.fake.batches.get(batch, "")
            self._say(200, [{"batch_id": batch, "status": status}] if status else [])
            return
        found = next((one for one in self.fake.taken if self.path == f"/v3/logs/{one.message_id}"), None)
        if found is None:
            self._say(404, {"errors": [{"message": "not found", "field": None}]})
            return
        more = {"custom_args": found.custom_args, "events": [], "api_key_id": "k", "client_ip": "192.0.2.1"}
        self._say(200, self.fake.logged(found) | more)

    def _search(self, body: dict[str, Any]) -> None:
        fault = self.fake.faults.popleft() if self.fake.faults else ""
        if isinstance(fault, int):
            self._say(fault, {"errors": []})
        elif self.headers["Authorization"] != f"Bearer {self.fake.key}":
            self._say(401, {"errors": []})
        else:
            self.fake.searches.append(body)
            self._say(200, {"messages": self.fake.found(body)})

    def _batch(self, body: dict[str, Any]) -> None:
        """POST /v3/mail/batch makes one, POST /v3/user/scheduled_sends cancels it, once."""
        with self.fake.lock:
            if self.headers["Authorization"] != f"Bearer {self.fake.key}":
                self._say(401, {"errors": []})
            elif self.fake.held_faults:
                self._say(self.fake.held_faults.popleft(), {"errors": []})
            elif self.path == "/v3/mail/batch":
                made = f"B{len(self.fake.batches)}"
                self.fake.batches[made] = ""
                self._say(201, {"batch_id": made})
            elif self.fake.batches.get(body["batch_id"]) != "" or body["status"] != "cancel":
                self._say(400, {"errors": [{"message": "cannot be cancelled", "field": "batch_id"}]})
            else:
                self.fake.cancel(body["batch_id"])
                self._say(201, body)

    def _say(self, status: int, body: object) -> None:
        said = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"] or 0)
        body = json.loads(self.rfile.read(length) or b"{}")
        self.length = length
        if self.path in ("/v3/mail/batch", "/v3/user/scheduled_sends"):
            self._batch(body)
            return
        if self.path == "/v3/logs":
            self._search(body)
            return
        self.fake.on_step()
        with self.fake.lock:
            self.fake.requests.append(body)
            fault = self.fake.faults.popleft() if self.fake.faults else ""
            status, errors = self._judged(body, fault)
            message_id = f"m{len(self.fake.requests)}"
            if status == 202:
                self.fake.take(body, message_id)
        self.fake.on_step()
        self._answer(status, errors, message_id, fault)

    def _judged(self, body: dict[str, Any], fault: int | str) -> tuple[int, list[dict[str, str | None]]]:
        if fault == "drop":
            return 0, []
        if fault in _PAGES:
            return _PAGES[fault], []
        if isinstance(fault, int):
            return fault, [{"message": f"told to answer {fault}", "field": None}]
        if self.path != "/v3/mail/send":
            return 404, [{"message": "not found", "field": None}]
        if self.headers["Authorization"] != f"Bearer {self.fake.key}":
            return 401, [{"message": "The provided authorization grant is invalid", "field": None}]
        if len(body.get("personalizations", [])) > self.fake.most_readers or self.length > MOST_BYTES:
            return 413, [{"message": "too large", "field": None}]
        errors = self.fake.judge(body)
        return (400, errors) if errors else (202, [])

    def _answer(self, status: int, errors: Sequence[dict[str, str | None]], message_id: str, fault: int | str) -> None:
        if fault in ("drop", "drop taken"):
            self.close_connection = True
            return
        if fault == "stall taken":
            time.sleep(1.5)
        if fault == "500 taken":
            status, errors = 500, [{"message": "an error after all", "field": None}]
        said = json.dumps({"errors": errors}).encode() if errors else b""
        if fault in _PAGES:
            said = b"<html><body><h1>Bad Gateway</h1></body></html>"
        self.send_response(status)
        if status == 202 and fault != "bare":
            self.send_header("X-Message-Id", message_id)
        if status == 429 and (reset := self.fake.reset(time.time())) is not None:
            self.send_header("X-RateLimit-Reset", reset)
        self.send_header("Content-Length", str(len(said) + (50 if fault == "half taken" else 0)))
        self.end_headers()
        self.wfile.write(said)

    def date_time_string(self, timestamp: float | None = None) -> str:
        return formatdate(timestamp, usegmt=True)


@dataclass(frozen=True, slots=True)
class Signed:
    """A post of the event webhook."""

    body: bytes
    signature: str
    timestamp: str


class Signature:
    """A key pair that signs posts of events as SendGrid does."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())
        public = self._private.public_key()
        der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        self.public = b64encode(der).decode()

    def sign(self, body: bytes, timestamp: str) -> str:
        return b64encode(self._private.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()


def event(delivery: str, kind: str, at: int, **more: object) -> dict[str, object]:
    return {"email": "x@mail.example", "event": kind, "timestamp": at, "delivery": delivery, **more}
