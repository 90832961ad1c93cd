"""What a reader can do: subscribe, confirm, choose and leave. GET asks, POST does."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from newsletter import pipeline
from newsletter.audience.subscribing import TooOftenError
from newsletter.errors import NewsletterError, TransportError
from newsletter.web.site import Here, Site, visitor
from newsletter.web.words import say

router = APIRouter(include_in_schema=False)
_HOUR = 3600


@router.get("/subscribe")
def subscribe_form(request: Request, site: Here, edition: str = "") -> Response:
    return _form(request, site, chosen=edition)


@router.post("/subscribe")
def subscribe(
    request: Request,
    site: Here,
    email: Annotated[str, Form()] = "",
    edition: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    homepage: Annotated[str, Form()] = "",
) -> Response:
    """The same answer for a new, a known and a suppressed address; only what nobody could mean is refused."""
    language = site.language(request)
    chosen = site.room.config.edition(edition)
    if chosen is None:
        return _form(request, site, email=email, name=name, wrong=say("edition wrong", language))
    if not homepage:  # only a program fills in a field that people cannot see
        now, who = site.clock(), visitor(request)
        try:
            pipeline.subscribe(
                site.room, email=email, edition=edition, name=name, language=chosen.language, now=now, who=who
            )
        except TooOftenError:
            return _message(request, site, "too many", status=429, steps=[("go home", "/")], wait=_HOUR)
        except TransportError:
            return _message(request, site, "not sent", status=503, steps=[("subscribe", "/subscribe")])
        except NewsletterError:
            return _form(request, site, chosen=edition, email=email, name=name, wrong=say("email wrong", language))
    return _message(
        request, site, "subscribe done", after=say("subscribe done next", language), steps=[("go home", "/")]
    )


@router.get("/confirm/{token}")
def confirm_form(request: Request, site: Here, token: str) -> Response:
    """The link is looked at only when the button is pressed: programs that follow links learn nothing."""
    language = site.language(request)
    return _button(request, site, "confirm title", "confirm button", said=say("confirm text plain", language))


@router.post("/confirm/{token}")
def confirm(request: Request, site: Here, token: str) -> Response:
    language = site.language(request)
    reader = pipeline.confirm(site.room, token, now=site.clock())
    if reader is None and pipeline.has_confirmed(site.room, token, now=site.clock()):
        return _message(request, site, "confirmed", steps=[("go home", "/")])
    if reader is None:
        after = say("confirm expired next", language)
        return _message(request, site, "confirm expired", status=404, after=after, steps=[("subscribe", "/subscribe")])
    own = f"/preferences/{pipeline.preferences_token(site.room, reader.id)}"
    return _message(request, site, "confirmed", steps=[("go home", "/"), ("preferences title", own)])


@router.get("/unsubscribe/{token}")
def unsubscribe_form(request: Request, site: Here, token: str) -> Response:
    if not pipeline.knows(site.room, token, purpose="unsubscribe"):
        return _unknown(request, site)
    language = site.language(request)
    return _button(request, site, "unsubscribe title", "unsubscribe button", said=say("unsubscribe text", language))


@router.post("/unsubscribe/{token}")
def unsubscribe(request: Request, site: Here, token: str) -> Response:
    """One click (RFC 8058): no cookie, no session, whatever the body; twice is harmless."""
    if not pipeline.unsubscribe(site.room, token, now=site.clock()):
        return _unknown(request, site)
    after = say("unsubscribed next", site.language(request))
    return _message(request, site, "unsubscribed", after=after, steps=[("subscribe", "/subscribe"), ("go home", "/")])


@router.get("/preferences/{token}")
def preferences_form(request: Request, site: Here, token: str, saved: str = "") -> Response:
    reader = pipeline.reader(site.room, token)
    if reader is None:
        return _unknown(request, site)
    language = site.language(request)
    return site.showing.page(
        request, "preferences.html", language=language, title=say("preferences title", language),
        description=say("preferences text", language), reader=reader, saved=bool(saved), noindex=True,
    )  # fmt: skip


@router.post("/preferences/{token}")
def preferences(
    request: Request,
    site: Here,
    token: str,
    editions: Annotated[list[str], Form()] = [],  # noqa: B006 — FastAPI copies it
    name: Annotated[str | None, Form()] = None,
    leave: Annotated[str, Form()] = "",
) -> Response:
    wanted = () if leave else tuple(key for key in editions if site.room.config.edition(key))
    reader = pipeline.preferences(site.room, token, editions=wanted, name=name, now=site.clock())
    if reader is None:
        return _unknown(request, site)
    if leave or not wanted:
        after = say("unsubscribed next", site.language(request))
        return _message(request, site, "unsubscribed", after=after, steps=[("subscribe", "/subscribe")])
    return preferences_form(request, site, token, saved="yes")


def _form(
    request: Request, site: Site, *, chosen: str = "", email: str = "", name: str = "", wrong: str = ""
) -> Response:
    language = site.language(request)
    return site.showing.page(
        request, "subscribe.html", language=language, status=422 if wrong else 200, title=say("subscribe", language),
        description=say("subscribe promise", language), chosen=chosen, email=email[:320], name=name[:100], wrong=wrong,
    )  # fmt: skip


def _button(request: Request, site: Site, title: str, button: str, *, said: str) -> Response:
    language = site.language(request)
    return site.showing.page(
        request, "button.html", language=language, title=say(title, language), description=said, said=said,
        button=say(button, language), noindex=True,
    )  # fmt: skip


def _message(
    request: Request,
    site: Site,
    key: str,
    *,
    status: int = 200,
    after: str = "",
    steps: Sequence[tuple[str, str]] = (),
    wait: int = 0,
) -> Response:
    """`key` names the title; its text has the same name with " text" behind."""
    language = site.language(request)
    said = say(f"{key} text", language)
    return site.showing.page(
        request, "message.html", language=language, status=status, title=say(key, language), description=said,
        said=said, after=after, steps=[(say(words, language), where) for words, where in steps], noindex=True,
        headers={"Retry-After": str(wait)} if wait else None,
    )  # fmt: skip


def _unknown(request: Request, site: Site) -> Response:
    return _message(request, site, "token unknown", status=404, steps=[("go home", "/")])
