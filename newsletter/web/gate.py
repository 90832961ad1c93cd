"""What every answer carries: headers that keep strangers out of our pages, and a HEAD for every GET."""

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
        headers = dict(_COMMON)
        if scope["path"].startswith(_PRIVATE):
            headers |= _TOKEN_PAGE
        method = scope["method"]
        bodiless = method == "HEAD"

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._tally.add(method, message["status"])
                found = MutableHeaders(raw=message.setdefault("headers", []))
                for name, value in headers.items():
                    found.setdefault(name, value)
            elif bodiless and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app(_as_get(scope) if bodiless else scope, receive, answer)


def _too_large(scope: Scope) -> bool:
    """Our forms are small; what providers send is counted where it is read."""
    if scope["method"] in ("GET", "HEAD") or scope["path"].startswith("/hooks/"):
        return False
    length = Headers(scope=scope).get("content-length", "0")
    return not length.isdigit() or int(length) > _MOST_FORM


def _as_get(scope: Scope) -> dict[str, Any]:
    return {**scope, "method": "GET"}
