"""What every answer carries: headers that keep strangers out of our pages, a mark by which a page is known again, and
a HEAD for every GET."""

import hashlib
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newsletter.web.site import Tally

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
LETTER_POLICY = "default-src 'none'; img-src https: data:; style-src 'unsafe-inline'; sandbox"
_MOST_FORM = 1024 * 1024
_OK, _NOT_MODIFIED = 200, 304
_PRIVATE = ("/confirm/", "/unsubscribe/", "/preferences/", "/desk")
_COMMON: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
_TOKEN_PAGE: Mapping[str, str] = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}


class Gate:
    """An answer's own headers win over these."""

    def __init__(self, app: ASGIApp, tally: Tally) -> None:
        self._app = app
        self._tally = tally

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _too_large(scope):
            await PlainTextResponse("This is more than any form of ours sends.", status_code=413)(scope, receive, send)
            return
        if "\0" in scope["path"]:
            # No page of ours has such an address, and PostgreSQL has no such character.
            await PlainTextResponse("There is no such page.", status_code=404)(scope, receive, send)
            return
        answer = _Answer(scope, send, self._tally)
        await self._app(_as_get(scope) if answer.bodiless else scope, receive, answer)


class _Answer:
    """One answer on its way out. A page that the browser has already is not sent again (RFC 9110, section 13)."""

    def __init__(self, scope: Scope, send: Send, tally: Tally) -> None:
        self._send, self._tally, self._method = send, tally, scope["method"]
        self._known = Headers(scope=scope).get("if-none-match", "")
        self._headers = headers_of(scope["path"])
        self._start: Message | None = None
        self.bodiless = self._method == "HEAD"

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            found = MutableHeaders(raw=message.setdefault("headers", []))
            for name, value in self._headers.items():
                found.setdefault(name, value)
            self._start = message
            return
        if self._start is not None:
            self._mark(self._start, message)
            self._tally.add(self._method, self._start["status"])
            await self._send(self._start)
            if self._start["status"] == _NOT_MODIFIED:
                message = {**message, "body": b""}
            self._start = None
        await self._send({**message, "body": b""} if self.bodiless else message)

    def _mark(self, start: Message, body: Message) -> None:
        """Whole pages that may be kept get their mark; one that is known already becomes a 304."""
        found = MutableHeaders(raw=start["headers"])
        kept = start["status"] == _OK and self._method in ("GET", "HEAD") and found["cache-control"] != "no-store"
        if not kept or body.get("more_body") or "etag" in found:
            return
        # Weak: whoever packs the page on its way changes bytes and not the page.
        found["ETag"] = f'W/"{hashlib.sha256(body.get("body", b"")).hexdigest()[:24]}"'
        if self._known == "*" or found["ETag"] in {one.strip() for one in self._known.split(",")}:
            start["status"] = _NOT_MODIFIED
            del found["content-length"]


def headers_of(path: str) -> dict[str, str]:
    """What an answer at this address carries; its own headers win."""
    return {**_COMMON, **(_TOKEN_PAGE if path.startswith(_PRIVATE) else {})}


def _too_large(scope: Scope) -> bool:
    """Our forms are small; what providers send is counted where it is read."""
    if scope["method"] in ("GET", "HEAD") or scope["path"].startswith("/hooks/"):
        return False
    length = Headers(scope=scope).get("content-length", "0")
    return not length.isdigit() or int(length) > _MOST_FORM


def _as_get(scope: Scope) -> dict[str, Any]:
    return {**scope, "method": "GET"}
