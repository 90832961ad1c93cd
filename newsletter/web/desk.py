"""The desk: what waits for a yes, every reason and check beside it, and the buttons that change it."""

import asyncio
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from newsletter import pipeline
from newsletter.deliver.reasons import in_chinese
from newsletter.errors import NewsletterError, StaleError
from newsletter.model import EditKind, Fingerprint, IssueKey, Level, StoryId
from newsletter.store.desk import Session
from newsletter.store.issues import Kept
from newsletter.web.drafts import Draft, draft_view, headline_of, lines_of, value_in_words
from newsletter.web.gate import LETTER_POLICY
from newsletter.web.guard import Changing, Reading
from newsletter.web.lenses import EXACT, Lens, seen_through
from newsletter.web.refusals import refusal_in
from newsletter.web.site import Here, Site
from newsletter.web.words import say

router = APIRouter(include_in_schema=False)
_EDITS = {
    "move-up": (EditKind.MOVE, "up"),
    "move-down": (EditKind.MOVE, "down"),
    "pin": (EditKind.PIN, ""),
    "unpin": (EditKind.UNPIN, ""),
    "drop": (EditKind.DROP, ""),
    "restore": (EditKind.RESTORE, ""),
    "retitle": (EditKind.RETITLE, ""),
    "rewrite": (EditKind.REWRITE, ""),
    "note": (EditKind.NOTE, ""),
    "move-to": (EditKind.MOVE, ""),
    "source": (EditKind.SOURCE, ""),
    "split": (EditKind.SPLIT, ""),
    "merge": (EditKind.MERGE, ""),
    "intro": (EditKind.INTRO, ""),
    "subject": (EditKind.SUBJECT, ""),
    "preheader": (EditKind.PREHEADER, ""),
}
_MOST_TEXT = 2_000


@router.get("/desk")
def desk() -> Response:
    return RedirectResponse("/desk/", status_code=308)


@router.get("/desk/")
def drafts(request: Request, site: Here, who: Reading) -> Response:
    with site.room.store.read() as tx:
        lines = lines_of(tx, site, site.language(request))
    return show(request, site, who, "desk/drafts.html", title="drafts", lines=lines)


@router.get("/desk/{edition}/{period}")
def draft(
    request: Request, site: Here, who: Reading, edition: str, period: str, item: str = "", lens: Lens = Lens.DESKTOP,
    did: str = "", story: str = "", to: int = 0,
) -> Response:  # fmt: skip
    view = _view(request, site, edition, period, item)
    said = _said(site, view, did=did, story=story, to=to, language=site.language(request))
    return _show_draft(request, site, who, view, lens=lens, said=said)


@router.get("/desk/{edition}/{period}/letter")
def letter(site: Here, _who: Reading, edition: str, period: str, lens: Lens = Lens.DESKTOP) -> Response:
    """The bytes that will be sent, with a sample reader in the slots; some lenses imitate a mail program."""
    key = IssueKey(f"{edition}/{period}")
    with site.room.store.read() as tx:
        kept = tx.issues.get(key)
    if kept is None:
        raise HTTPException(404)
    filled = pipeline.preview(site.room, key)
    sender = _sender(site, edition)
    body, kind = seen_through(lens, filled, sender=sender, language=kept.issue.language)
    headers = {
        "X-Fingerprint": kept.letter.fingerprint,
        "Content-Security-Policy": LETTER_POLICY,
        "Cache-Control": "no-store",
    }
    return Response(body.encode(), media_type=kind, headers=headers)


@router.post("/desk/{edition}/{period}/edit")
def edit(
    request: Request, site: Here, who: Changing, edition: str, period: str,
    action: Annotated[str, Form()] = "", story: Annotated[str, Form()] = "", version: Annotated[int, Form()] = 0,
    headline: Annotated[str, Form()] = "", reason: Annotated[str, Form()] = "", text: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    key = IssueKey(f"{edition}/{period}")
    if action not in _EDITS:
        raise HTTPException(422)
    kind, value = _EDITS[action]
    written = {EditKind.RETITLE: headline, EditKind.DROP: reason}.get(kind, text)
    value = value or " ".join(written[:_MOST_TEXT].replace("\0", " ").split())
    try:
        pipeline.edit(
            site.room,
            key,
            story=StoryId(story),
            kind=kind,
            value=value,
            by=who.email,
            version=version,
            now=site.clock(),
        )
    except StaleError:
        return _stale(request, site, who, key, action=action, story=StoryId(story), value=value)
    except NewsletterError as error:
        return _refused(request, site, who, key, str(error))
    item = story if kind not in (EditKind.DROP, EditKind.RESTORE) else ""
    return _back(key, did=action, story=story, item=item)


@router.post("/desk/{edition}/{period}/undo")
def undo(
    request: Request, site: Here, who: Changing, edition: str, period: str, version: Annotated[int, Form()] = 0
) -> Response:
    key = IssueKey(f"{edition}/{period}")
    try:
        pipeline.undo(site.room, key, by=who.email, version=version, now=site.clock())
    except StaleError:
        return _stale(request, site, who, key, action="undo", story=StoryId(""), value="")
    except NewsletterError as error:
        return _refused(request, site, who, key, str(error))
    return _back(key, did="undo")


@router.post("/desk/{edition}/{period}/probe")
def probe(request: Request, site: Here, who: Changing, edition: str, period: str) -> Response:
    """Links and spam score take up to a minute and a half; the page waits for them."""
    key = IssueKey(f"{edition}/{period}")
    try:
        asyncio.run(pipeline.probe(site.room, key, now=site.clock()))
    except NewsletterError as error:
        return _refused(request, site, who, key, str(error))
    return _back(key, did="probe")


@router.get("/desk/{edition}/{period}/approve")
def approval(request: Request, site: Here, who: Reading, edition: str, period: str, fingerprint: str = "") -> Response:
    """The last look: who gets it, when, and exactly which bytes."""
    view = _view(request, site, edition, period, "")
    now = view.kept.letter.fingerprint
    if fingerprint and fingerprint != now:
        return _changed(request, site, who, view.kept, fingerprint)
    red = any(check.level is Level.RED for check in view.kept.checks)
    return show(request, site, who, "desk/approve.html", title="approve", view=view, red=red)


@router.post("/desk/{edition}/{period}/approve")
def approve(
    request: Request, site: Here, who: Changing, edition: str, period: str,
    fingerprint: Annotated[str, Form()] = "", version: Annotated[int | None, Form()] = None,
) -> Response:  # fmt: skip
    """Pins the fingerprint that the editor saw; another one by now is a conflict, not an approval."""
    view = _view(request, site, edition, period, "")
    kept = view.kept
    if fingerprint != kept.letter.fingerprint or (version is not None and version != kept.version):
        return _changed(request, site, who, kept, fingerprint)
    try:
        pipeline.approve(site.room, kept.issue.key, Fingerprint(fingerprint), by=who.email, now=site.clock())
    except StaleError:
        return _changed(request, site, who, kept, fingerprint)
    except NewsletterError as error:
        return _refused(request, site, who, kept.issue.key, str(error))
    return _back(kept.issue.key, did="approve")


@router.post("/desk/{edition}/{period}/test")
def send_test(
    request: Request, site: Here, who: Changing, edition: str, period: str, to: Annotated[str, Form()] = ""
) -> Response:
    """Only to addresses that the operator allowed, so that a stolen session mails no stranger."""
    key, allowed = IssueKey(f"{edition}/{period}"), site.room.config.desk.test_to
    wanted = [address for address in allowed if address.lower() == to.strip().lower()]
    if not wanted:
        said = (
            say("not allowed test", site.language(request), item=to.strip()[:320])
            if allowed
            else say("test none", site.language(request))
        )
        return _refused(request, site, who, key, said, status=422)
    try:
        pipeline.send_test(site.room, key, wanted[0], now=site.clock())
    except NewsletterError as error:
        return _refused(request, site, who, key, str(error), status=502)
    return _back(key, did="test", to=str(allowed.index(wanted[0])))


def show(
    request: Request, site: Site, who: Session, template: str, *, title: str, status: int = 200, **values: Any
) -> Response:
    """A page of the desk; `title` is a key of the words unless `heading` says otherwise."""
    language = site.language(request)
    heading = str(values.pop("heading", "")) or say(title, language)
    return site.showing.page(
        request, template, language=language, status=status, title=heading, description=heading, who=who, noindex=True,
        csrf=who.csrf, **values,
    )  # fmt: skip


def _view(request: Request, site: Site, edition: str, period: str, item: str) -> Draft:
    with site.room.store.read() as tx:
        view = draft_view(tx, site, IssueKey(f"{edition}/{period}"), language=site.language(request), item=item)
    if view is None:
        raise HTTPException(404)
    return view


def _show_draft(request: Request, site: Site, who: Session, view: Draft, *, lens: Lens, said: str) -> Response:
    return show(
        request, site, who, "desk/draft.html", title="drafts", heading=view.kept.issue.key, view=view, lens=lens,
        lenses=tuple(Lens), exact=lens in EXACT, said=said,
        paused=_paused(view, site.language(request)), test_to=site.room.config.desk.test_to,
    )  # fmt: skip


def _paused(view: Draft, language: str) -> str:
    return in_chinese(view.kept.paused) if language == "zh" else view.kept.paused


def _said(site: Site, view: Draft, *, did: str, story: str, to: int, language: str) -> str:
    """What just happened, in words; nothing of the address is repeated."""
    if did not in (*_EDITS, "undo", "test", "approve", "probe"):
        return ""
    if did == "test":
        allowed = site.room.config.desk.test_to
        return say("did test", language, item=allowed[to]) if 0 <= to < len(allowed) else ""
    return say(f"did {did}", language, item=headline_of(view, story))


def _back(key: IssueKey, **query: str) -> Response:
    kept = {name: value for name, value in query.items() if value}
    return RedirectResponse(f"/desk/{key}?{urlencode(kept)}", status_code=303)


def _stale(
    request: Request, site: Site, who: Session, key: IssueKey, *, action: str, story: StoryId, value: str
) -> Response:
    edition, _, period = key.partition("/")
    view = _view(request, site, edition, period, story)
    shown = value
    if action in _EDITS:
        names = view.headlines | {place.key: place.title for place in view.places}
        shown = value_in_words(value, _EDITS[action][0], names, site.language(request))
    return show(
        request, site, who, "desk/stale.html", title="stale title", status=409, view=view, action=action, story=story,
        value=value, shown=shown, now=headline_of(view, story), edits=view.edits[:5],
    )  # fmt: skip


def _changed(request: Request, site: Site, who: Session, kept: Kept, seen: str) -> Response:
    language = site.language(request)
    said = say("changed text", language, seen=seen[:12] or "—", now=kept.letter.fingerprint[:12])
    return show(
        request, site, who, "desk/refused.html", title="changed title", status=409, said=said, key=kept.issue.key
    )


def _refused(request: Request, site: Site, who: Session, key: IssueKey, said: str, *, status: int = 409) -> Response:
    words = refusal_in(site.language(request), said)
    return show(request, site, who, "desk/refused.html", title="refused", status=status, said=words, key=key)


def _sender(site: Site, edition: str) -> str:
    known = site.room.config.edition(edition)
    if known is None:
        return site.room.config.newsroom.name
    return known.sender.partition("<")[0].strip() or known.title or known.sender
