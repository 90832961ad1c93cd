"""The pages as one application; the only clock of the web is the one handed in here."""

import logging
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import Scope

from newsletter.newsroom import Newsroom
from newsletter.shipped import folders
from newsletter.web import api, desk, hooks, login, mailbox, public, readers, sendings, sources, stories, syndication
from newsletter.web.gate import Gate, headers_of
from newsletter.web.guard import LoginNeeded, to_login
from newsletter.web.showing import STATIC, open_showing
from newsletter.web.site import Site, Tally, site_of
from newsletter.web.words import say

log = logging.getLogger(__name__)


def make_app(room: Newsroom, *, clock: Callable[[], datetime]) -> FastAPI:
    """All pages of a newsroom. Nothing happens before the first request."""
    tally = Tally()
    app = FastAPI(
        title=room.config.newsroom.name,
        description="Published issues, stories and topics, to read only.",
        version="1",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.site = Site(room, clock, open_showing(room.config, folders("templates", room.config.folder)), tally)
    app.mount("/static", _Static(directory=STATIC), name="static")
    # `/{edition}/{period}` takes whatever is left, so the public pages come last.
    for rooms in (login, mailbox, sources, sendings, desk, hooks, api, readers, stories, syndication, public):
        app.include_router(rooms.router)
    app.add_exception_handler(LoginNeeded, to_login)
    app.add_exception_handler(HTTPException, _wrong_turn)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(Exception, _broken)
    app.add_middleware(Gate, tally=tally)
    return app


class _Static(StaticFiles):
    """Addresses of static files carry a version, so they may be kept for a year."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def _wrong_turn(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = str(error.detail) if isinstance(error, HTTPException) else ""
    site = site_of(request)
    language = site.language(request)
    if detail in ("", HTTPStatus(status).phrase):
        detail = say("not found text" if status == 404 else "bad request", language)
    title = say("not found" if status == 404 else "refused", language)
    return _answer(request, status, title, detail)


def _unreadable(request: Request, _error: Exception) -> Response:
    language = site_of(request).language(request)
    return _answer(request, 422, say("refused", language), say("bad request", language))


def _broken(request: Request, error: Exception) -> Response:
    log.error("A page broke: %s %s", request.method, request.url.path.split("/")[1:2], exc_info=error)
    language = site_of(request).language(request)
    answer = _answer(request, 500, say("broken", language), say("broken text", language))
    # This one is made outside of the gate.
    answer.headers.update(headers_of(request.url.path))
    return answer


def _answer(request: Request, status: int, title: str, said: str) -> Response:
    if request.url.path.startswith(("/api", "/hooks", "/healthz", "/metrics")):
        return JSONResponse({"detail": said}, status_code=status)
    return message(request, status=status, title=title, said=said)


def message(request: Request, *, status: int, title: str, said: str) -> Response:
    site = site_of(request)
    language = site.language(request)
    steps = [
        *([(say("log in", language), "/desk/login")] if request.url.path.startswith("/desk/") else []),
        (say("go home", language), "/"),
        (say("go archive", language), "/issues"),
        (say("go search", language), "/search"),
    ]
    return site.showing.page(
        request, "message.html", language=language, status=status, title=title, description=said, said=said, after="",
        steps=steps, noindex=True,
    )  # fmt: skip
