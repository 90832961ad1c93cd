"""Letters to a mail server over a few lasting connections."""

import asyncio
import os
import re
import ssl
from collections import Counter, deque
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from newsletter.config import Deliver, Smtp
from newsletter.deliver.headers import wire_address
from newsletter.deliver.mime import sender_of, splice
from newsletter.deliver.parcels import Mailing, Outcome, Parcel
from newsletter.deliver.signing import Dkim, open_key
from newsletter.deliver.transports import Tell
from newsletter.deliver.transports.session import Login, LostError, Refused, Reply, Session, open_session
from newsletter.errors import ConfigError, TransportError
from newsletter.model import DeliveryState

_MOST_BATCH = 64
_PAUSES = (0.5, 2.0)
"""Seconds before a server that does not answer is tried again; then it is taken for gone."""
_CLOSING = (421, 452)
"""The server has enough of this connection, not of the letter: a fresh one may take it."""
_QUEUED = re.compile(r"queued as <?([^\s>]+)", re.IGNORECASE)


def open_transport(deliver: Deliver, *, folder: Path) -> "SmtpTransport":
    config = deliver.smtp
    problems = [
        f"[deliver.smtp] {key} = {name!r}: this environment variable is not set"
        for key, name in (("username_env", config.username_env), ("password_env", config.password_env))
        if name and name not in os.environ
    ]
    if problems:
        raise ConfigError(tuple(problems))
    login = None
    if config.username_env:
        login = Login(os.environ[config.username_env], os.environ.get(config.password_env, ""))
    dkim = None
    if config.dkim_key:
        dkim = open_key(config.dkim_domain, config.dkim_selector, folder / config.dkim_key)
    return SmtpTransport(config, login, batch=min(deliver.batch, _MOST_BATCH), dkim=dkim)


class SmtpTransport:
    """Two batches are under way, so that the wire is busy while the ledger writes; they share the connections."""

    lanes = 2
    repeatable = False

    def __init__(
        self, config: Smtp, login: Login | None, *, batch: int = _MOST_BATCH, dkim: Dkim | None = None
    ) -> None:
        self._config, self._login, self.batch, self._dkim = config, login, batch, dkim
        # Reading the certificates of the system takes longer than a hundred letters: once is enough.
        self._context = None if config.tls == "none" else ssl.create_default_context()
        self._idle: list[Session] = []
        self._room = asyncio.Semaphore(config.connections)
        self._domains = Domains(config.per_domain)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(session.quit() for session in self._idle))
        self._idle.clear()

    async def submit(self, mailing: Mailing, parcels: Sequence[Parcel], *, tell: Tell, stop: asyncio.Event) -> None:
        queue = deque(parcels)
        workers = min(self._config.connections, len(parcels))
        tasks = [asyncio.create_task(self._work(mailing, queue, tell, stop)) for _ in range(workers)]
        try:
            ends = await asyncio.gather(*tasks, return_exceptions=True)
        except asyncio.CancelledError:
            for parcel in queue:
                tell(Outcome(delivery=parcel.delivery, state=DeliveryState.PLANNED))
            raise
        for end in ends:
            # One connection that cannot be opened is no matter while others take its letters.
            if isinstance(end, BaseException) and (queue or not isinstance(end, TransportError)):
                raise end

    async def _work(self, mailing: Mailing, queue: deque[Parcel], tell: Tell, stop: asyncio.Event) -> None:
        while queue and not stop.is_set():
            async with self._room:
                if not queue or stop.is_set():
                    return
                parcel = self._domains.take(queue)
                if parcel is not None:
                    try:
                        tell(await self._hand_over(mailing, parcel))
                    except TransportError:
                        queue.appendleft(parcel)
                        raise
                    finally:
                        self._domains.free(parcel)
            if parcel is None:
                await self._domains.freed()

    async def _hand_over(self, mailing: Mailing, parcel: Parcel) -> Outcome:
        """One letter; where it surely was not accepted for the connection's sake, once more over a fresh one."""
        try:
            data, sender, recipient = splice(mailing, parcel), sender_of(mailing)[1], wire_address(parcel.email)
        except ValueError as error:
            return Outcome(delivery=parcel.delivery, state=DeliveryState.REJECTED, kind="address", error=str(error))
        if self._dkim is not None:
            data = self._dkim.signed(data)
        outcome = await self._try(sender, recipient, data, parcel, fresh=False)
        if outcome is None:
            outcome = await self._try(sender, recipient, data, parcel, fresh=True)
        if outcome is None:
            why = f"{self._name} breaks off in the middle of the letter"
            return Outcome(delivery=parcel.delivery, state=DeliveryState.RETRY_WAIT, kind="lost", error=why)
        return outcome

    async def _try(self, sender: str, recipient: str, data: bytes, parcel: Parcel, *, fresh: bool) -> Outcome | None:
        """None when the letter surely was not accepted and a fresh connection may help."""
        session = await self._connect() if fresh or not self._idle else self._idle.pop()
        keep = False
        try:
            answer = await session.send(sender, recipient, data)
            closing = _code(answer) in _CLOSING
            keep = not closing
            if keep and session.letters == self._config.per_connection:
                keep = False
                await session.quit()
            if closing and not fresh:
                return None
            return self._outcome(parcel, answer)
        except LostError as error:
            if not session.dotted:
                return None
            return Outcome(
                delivery=parcel.delivery, state=DeliveryState.UNCERTAIN, kind="lost", error=f"{self._name}: {error}"
            )
        finally:
            if keep:
                self._idle.append(session)
            else:
                session.abort()

    def _outcome(self, parcel: Parcel, answer: Reply | Refused) -> Outcome:
        """4xx is for now, 5xx for good; but a refusal of our own address is nobody's fault among the readers."""
        refused, reply = (answer, answer.reply) if isinstance(answer, Refused) else (None, answer)
        said = " ".join(str(reply).split())
        if refused is not None and refused.step == "mail" and reply.code >= 500:
            raise TransportError(f"{self._name} takes no letters from our address: {said}")
        if refused is None and 200 <= reply.code < 300:
            found = _QUEUED.search(reply.text)
            provider_id = found[1] if found else said[:200]
            return Outcome(delivery=parcel.delivery, state=DeliveryState.ACCEPTED, provider_id=provider_id)
        state = DeliveryState.REJECTED if reply.code >= 500 else DeliveryState.RETRY_WAIT
        return Outcome(delivery=parcel.delivery, state=state, kind=f"smtp {reply.code}", error=said)

    async def _connect(self) -> Session:
        """Raises TransportError when the server cannot be used, or does not answer after a few tries."""
        for pause in (*_PAUSES, None):
            try:
                return await open_session(self._config, self._login, self._context)
            except LostError as error:
                if pause is None:
                    raise TransportError(
                        f"{self._name} cannot be used: {error}; see [deliver.smtp] host, port, tls"
                    ) from error
                await asyncio.sleep(pause)
        raise AssertionError("the last try returns or raises")

    @property
    def _name(self) -> str:
        return f"{self._config.host}:{self._config.port}"


class Domains:
    """Letters on their way to each domain: of one that has its share no further is begun, while the others go on."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._under_way: Counter[str] = Counter()
        self._change = asyncio.Event()

    def take(self, queue: deque[Parcel]) -> Parcel | None:
        """The first letter that may go; None when all of them must wait for others."""
        if not self._most:
            return queue.popleft()
        for at, parcel in enumerate(queue):
            if self._under_way[_domain(parcel)] < self._most:
                del queue[at]
                self._under_way[_domain(parcel)] += 1
                return parcel
        return None

    def free(self, parcel: Parcel) -> None:
        if self._most:
            self._under_way[_domain(parcel)] -= 1
            self._change.set()

    async def freed(self) -> None:
        """Until some letter has come to its end."""
        self._change.clear()
        await self._change.wait()


def _domain(parcel: Parcel) -> str:
    return parcel.email.rpartition("@")[2].lower()


def _code(answer: Reply | Refused) -> int:
    return answer.reply.code if isinstance(answer, Refused) else answer.code
