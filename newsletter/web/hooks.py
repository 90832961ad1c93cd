"""What mail providers tell us; nothing is believed before its signature is checked."""

import logging

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from newsletter import pipeline
from newsletter.errors import NewsletterError
from newsletter.web.site import Here

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)
_MOST = 8 * 1024 * 1024
_SIGNATURE = "x-twilio-email-event-webhook-signature"
_TIMESTAMP = "x-twilio-email-event-webhook-timestamp"


@router.post("/hooks/sendgrid")
async def sendgrid(request: Request, site: Here) -> Response:
    """The signature is over the raw bytes, so they are handed on as they came."""
    body = await _body(request)
    signature, timestamp = request.headers.get(_SIGNATURE, ""), request.headers.get(_TIMESTAMP, "")
    try:
        taken = await run_in_threadpool(pipeline.take_events, site.room, body, signature, timestamp, now=site.clock())
    except NewsletterError as error:
        log.warning("Provider events were refused: %s", error)
        raise HTTPException(403) from None
    return JSONResponse({"taken": taken})


async def _body(request: Request) -> bytes:
    """All of it, or 413 as soon as it grows too large."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > _MOST:
            raise HTTPException(413)
        parts.append(part)
    return b"".join(parts)
