"""The whole text of an article from its page, for feeds that give a line of it: kept to be searched and weighed, never
to be shown."""

from datetime import datetime

from newsletter.collect.answers import Failed
from newsletter.collect.fetcher import Fetcher
from newsletter.collect.parser import Parser
from newsletter.collect.robots import Robots


class Pages:
    """Reads pages by the same guarded fetcher as feeds, and takes them apart in the same killable workers."""

    def __init__(self, fetcher: Fetcher, parser: Parser, robots: Robots) -> None:
        self._fetcher, self._parser, self._robots = fetcher, parser, robots

    async def text_of(self, url: str, *, now: datetime) -> str | Failed:
        """The text of the article at an address, or why there is none."""
        answer = await self._fetcher.fetch(url, now=now, before=self._robots.refusal)
        if isinstance(answer, Failed):
            return answer
        if "html" not in answer.content_type.lower():
            return Failed(reason=f"no page but {answer.content_type or 'something unnamed'}")
        text = await self._parser.article(answer.body, content_type=answer.content_type, url=answer.url)
        return text or Failed(reason="no article was found in the page")
