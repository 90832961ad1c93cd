"""Why no feed has come, in words, and what can be done about it."""

import os
import ssl
from collections.abc import Mapping
from datetime import datetime

import aiohttp

from newsletter.collect.answers import Failed
from newsletter.collect.asking import wait_asked
from newsletter.collect.inflating import TooLargeError


def refused(status: int, headers: Mapping[str, str], now: datetime) -> Failed:
    wait = wait_asked(headers, now) if status in (429, 503) else 0
    if "cf-mitigated" in headers:
        return Failed(
            reason=f"a challenge page for browsers ({status})",
            next="ask the publisher to let feed readers in",
            status=status,
            wait=wait,
        )
    next_step = {
        401: "it wants a login; use the address that your subscription gives",
        403: "ask the publisher to let feed readers in",
        404: "look for the feed's new address: newsletter feeds add SITE",
        410: "it is gone for good: take it out of the OPML file, or find its new address",
        429: "nothing to do; it is tried again when the server allows",
    }.get(status, "nothing to do; it is tried again later")
    return Failed(reason=f"HTTP {status}", next=next_step, status=status, wait=wait)


def failure(error: BaseException, timeout: float) -> Failed:
    words = " ".join(str(error).split())
    again = "nothing to do; it is tried again later"
    if isinstance(error, aiohttp.ClientConnectorCertificateError | ssl.SSLError):
        return Failed(
            reason=f"its certificate is not valid: {words}", next="tell the publisher, or use another address"
        )
    if isinstance(error, aiohttp.ClientConnectorError):
        return _no_connection(error)
    if isinstance(error, TooLargeError):
        return Failed(reason=words, next="raise [collect] max_bytes if this feed is wanted")
    if isinstance(error, TimeoutError):
        return Failed(reason=f"no whole answer in time ({timeout:g} s)", next=again, unreachable=True)
    return Failed(reason=f"unreadable answer: {words or type(error).__name__}", next=again)


def _no_connection(error: aiohttp.ClientConnectorError) -> Failed:
    reason = error.os_error.strerror or str(error.os_error)
    if "refused: " in reason:
        reason = reason[reason.index("refused: ") :]
        return Failed(reason=reason, next="if this network is yours, add it to [collect] allow_private")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Failed(reason=f"the name {error.host} is not known", next="correct the address", unreachable=True)
    if error.os_error.errno:
        reason = os.strerror(error.os_error.errno).lower()
    return Failed(
        reason=f"cannot be reached: {reason}", next="nothing to do; it is tried again later", unreachable=True
    )
