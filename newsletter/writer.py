"""A model behind an OpenAI-compatible address: questions go out a few at a time, what fails is a value."""

import asyncio
import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import aiohttp

from newsletter.config import Writer as WriterSettings
from newsletter.errors import ConfigError

Messages = Sequence[Mapping[str, str]]
_AT_ONCE = 4
_LARGEST = 64 * 1024
_ENOUGH = 3
"""Failures in a row after which nobody is asked any more: the server is down, not one answer bad."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """By question; `failed` tells why there are no more, "" when nothing went wrong."""

    texts: Mapping[str, str]
    failed: str = ""
    asked: int = 0


class Writer:
    """Knows its address, its model and its limits; keeps nothing."""

    def __init__(self, settings: WriterSettings, key: str) -> None:
        self.model, self.budget = settings.model, settings.budget
        self._url = f"{settings.base_url.rstrip('/')}/chat/completions"
        self._timeout = settings.timeout
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    def answers(self, questions: Mapping[str, Messages]) -> Answers:
        """In the order of the questions, as many as the budget allows. It may be called where a loop runs already."""
        wanted = dict(list(questions.items())[: self.budget])
        if not wanted:
            return Answers(texts={})
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(lambda: asyncio.run(self._all(wanted))).result()

    async def _all(self, questions: Mapping[str, Messages]) -> Answers:
        texts: dict[str, str] = {}
        failures: list[str] = []
        asked, in_a_row = 0, 0
        queue = list(questions.items())[::-1]

        async def work(session: aiohttp.ClientSession) -> None:
            nonlocal asked, in_a_row
            while queue and in_a_row < _ENOUGH:
                key, messages = queue.pop()
                asked += 1
                try:
                    texts[key] = await self._ask(session, messages)
                    in_a_row = 0
                except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
                    failures.append(_reason(error, self._timeout))
                    in_a_row += 1

        timeout = aiohttp.ClientTimeout(total=self._timeout)
        async with aiohttp.ClientSession(timeout=timeout, headers=self._headers, trust_env=False) as session:
            await asyncio.gather(*(work(session) for _ in range(min(_AT_ONCE, len(questions)))))
        return Answers(texts=texts, failed=failures[0] if failures else "", asked=asked)

    async def _ask(self, session: aiohttp.ClientSession, messages: Messages) -> str:
        body = {"model": self.model, "temperature": 0, "messages": list(messages)}
        async with session.post(self._url, json=body, allow_redirects=False) as response:
            data = await response.content.read(_LARGEST + 1)
            while len(data) <= _LARGEST and (more := await response.content.read(_LARGEST)):
                data += more
            if response.status != 200:
                raise ValueError(f"HTTP {response.status}")
        if len(data) > _LARGEST:
            raise ValueError(f"an answer of more than {_LARGEST} bytes")
        return _content(json.loads(data))


def open_writer(settings: WriterSettings) -> Writer | None:
    """None when the config names no model. Raises ConfigError for a key that is not set."""
    if not settings.base_url or not settings.model:
        return None
    if settings.key_env and settings.key_env not in os.environ:
        raise ConfigError((f"[writer] key_env = {settings.key_env!r}: this environment variable is not set",))
    return Writer(settings, os.environ.get(settings.key_env, "") if settings.key_env else "")


def _content(answer: Any) -> str:
    try:
        text = answer["choices"][0]["message"]["content"]
    except (LookupError, TypeError):
        raise ValueError("an answer without choices[0].message.content") from None
    if not isinstance(text, str):
        raise ValueError("an answer that is no text")
    return text


def _reason(error: BaseException, timeout: float) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer in {timeout:g} s"
    return " ".join(str(error).split())[:200] or type(error).__name__
