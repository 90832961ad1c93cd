"""Who sits at the desk: a session in a cookie, and a token on whatever changes something."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from newsletter.store.desk import Session
from newsletter.web.site import Here, Site
from newsletter.web.words import say

SESSION = "newsletter_desk"
LOGIN = "newsletter_login"
LASTS = timedelta(hours=12)


class LoginNeeded(Exception):  # noqa: N818 — nothing went wrong
    """Somebody without a session asked for a page of the desk."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session: the cookie's secret, of which only a hash is kept."""

    token: str
    expires: datetime


def editor(request: Request, site: Here) -> Session:
    """The session of this request. Raises LoginNeeded on a page, 403 on a post."""
    token = request.cookies.get(SESSION, "")
    session = None
    if token:
        with site.room.store.read() as tx:
            session = tx.desk.session(hashed(token), now=site.clock())
    if session is not None:
        return session
    if request.method in ("GET", "HEAD"):
        raise LoginNeeded
    raise HTTPException(403, say("session over", site.language(request)))


def trusted(
    request: Request, site: Here, who: Annotated[Session, Depends(editor)], csrf: Annotated[str, Form()] = ""
) -> Session:
    """The session of a post that carries our token."""
    if not hmac.compare_digest(csrf.encode(), who.csrf.encode()):
        raise HTTPException(403, say("token missing", site.language(request)))
    return who


Reading = Annotated[Session, Depends(editor)]
Changing = Annotated[Session, Depends(trusted)]


def open_session(site: Site, email: str) -> Opened:
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    expires = site.clock() + LASTS
    with site.room.store.write() as tx:
        tx.desk.open_session(hashed(token), email, csrf, expires=expires)
    return Opened(token, expires)


def set_cookie(response: Response, request: Request, site: Site, name: str, value: str, *, path: str = "/desk") -> None:
    """Secure wherever the page came by https; a browser then never sends it in the clear."""
    response.set_cookie(
        name,
        value,
        max_age=int(LASTS.total_seconds()),
        path=path,
        httponly=True,
        samesite="lax",
        secure=secure(request, site),
    )


def secure(request: Request, site: Site) -> bool:
    return request.url.scheme == "https" or site.room.config.newsroom.site.startswith("https://")


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def to_login(request: Request, _error: Exception) -> Response:
    query = urlencode({"next": request.url.path}) if request.url.path.startswith("/desk/") else ""
    return RedirectResponse(f"/desk/login?{query}" if query else "/desk/login", status_code=303)
