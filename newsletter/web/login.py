"""The door of the desk."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from newsletter import pipeline
from newsletter.web.guard import LOGIN, SESSION, Changing, hashed, open_session, set_cookie
from newsletter.web.site import Here, Site, visitor
from newsletter.web.words import say

router = APIRouter(include_in_schema=False)
_WINDOW = timedelta(minutes=15)
_SLOW = 429
_LATER = {"Retry-After": str(int(_WINDOW.total_seconds()))}
_TRIES_AN_ADDRESS = 10
_TRIES_A_VISITOR = 30


@router.get("/desk/login")
def login_form(request: Request, site: Here, next: str = "") -> Response:  # noqa: A002 — the name in the address
    return _form(request, site, onward=next)


@router.post("/desk/login")
def login(
    request: Request,
    site: Here,
    email: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    csrf: Annotated[str, Form()] = "",
    onward: Annotated[str, Form(alias="next")] = "",
) -> Response:
    language, own = site.language(request), request.cookies.get(LOGIN, "")
    if not own or not hmac.compare_digest(csrf.encode(), own.encode()):
        raise HTTPException(403, say("token missing", language))
    email = email.strip().lower()[:320]
    tries = (("login-to", _short(email), _TRIES_AN_ADDRESS), ("login-by", _short(visitor(request)), _TRIES_A_VISITOR))
    if _too_many(site, tries):
        return _form(request, site, email=email, wrong=say("login slow", language), status=429, onward=onward)
    if not pipeline.is_editor(site.room, email, password):
        with site.room.store.write() as tx:
            for what, who, _ in tries:
                tx.desk.note_attempt(what, who, now=site.clock())
        return _form(request, site, email=email, wrong=say("login wrong", language), status=401, onward=onward)
    response = RedirectResponse(_ours(onward), status_code=303)
    set_cookie(response, request, site, SESSION, open_session(site, email).token)
    response.delete_cookie(LOGIN, path="/desk")
    return response


@router.post("/desk/logout")
def logout(request: Request, site: Here, _who: Changing) -> Response:
    with site.room.store.write() as tx:
        tx.desk.close_session(hashed(request.cookies[SESSION]))
    response = RedirectResponse("/desk/login", status_code=303)
    response.delete_cookie(SESSION, path="/desk")
    return response


def _form(
    request: Request, site: Site, *, email: str = "", wrong: str = "", status: int = 200, onward: str = ""
) -> Response:
    language = site.language(request)
    token = request.cookies.get(LOGIN, "") or secrets.token_urlsafe(24)
    response = site.showing.page(
        request, "desk/login.html", language=language, status=status, headers=_LATER if status == _SLOW else None,
        title=say("login title", language),
        description=say("login text", language), email=email, wrong=wrong, csrf=token, onward=_ours(onward),
        noindex=True,
    )  # fmt: skip
    set_cookie(response, request, site, LOGIN, token)
    return response


def _too_many(site: Site, tries: tuple[tuple[str, str, int], ...]) -> bool:
    since = site.clock() - _WINDOW
    with site.room.store.read() as tx:
        return any(tx.desk.attempts(what, who, since=since) >= most for what, who, most in tries)


def _short(who: str) -> str:
    return hashlib.sha256(who.encode()).hexdigest()[:32]


def _ours(onward: str) -> str:
    """Only a page of the desk; `//evil.example` is none."""
    return onward if onward.startswith("/desk/") and "\\" not in onward and "//" not in onward else "/desk/"
