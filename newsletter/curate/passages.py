"""What is read of an article, and how much a word counts by where it stands."""

import re
from dataclasses import dataclass

from newsletter.language.gazetteer import Hit
from newsletter.language.sentences import sentences
from newsletter.model import Article

# Longer bodies add no topic that their first 4,000 characters lack, only time.
_READ = 4_000
# Words in the title count three times, in the first two sentences twice (notes on tagging); over three, so that
# one strong word in a title makes 1.
TITLE, LEAD, BODY = 3 / 3, 2 / 3, 1 / 3
_LEAD_SENTENCES = 2
# Words that aggregators put around every item, and addresses, speak for nothing.
_NOISE = re.compile(
    r"https?://\S+|Article URL:|Comments URL:|Points: \d+|# Comments: \d+"
    r"|(?:财联社|新华社|界面新闻)\d*月?\d*日?[^，。]{0,4}电",
)


@dataclass(frozen=True, slots=True)
class Passage:
    """The text of an article as it is read: the title, a line break, the body; noise is blank, offsets are kept."""

    title: str
    body: str
    lead: int
    """Where the first sentences end in `text`."""

    @property
    def text(self) -> str:
        return f"{self.title}\n{self.body}"

    def place(self, start: int) -> float:
        """The weight of a word that starts there in `text`."""
        if start < len(self.title):
            return TITLE
        return LEAD if start < self.lead else BODY

    def place_of(self, hit: Hit) -> float:
        return TITLE if hit.in_title else self.place(hit.start + len(self.title) + 1)


def passage_of(article: Article) -> Passage:
    """What is read of an article: the longer of summary and text, cut to a length."""
    title, body = _blank(article.title.replace("\n", " ")), body_of(article)
    return Passage(title, body, len(title) + 1 + _lead(body))


def body_of(article: Article, most: int = _READ) -> str:
    """The body of the passage alone."""
    body = article.text if len(article.text) > len(article.summary) else article.summary
    return _blank(body[:most])


def _lead(body: str) -> int:
    """Where the first sentences of a body end in it."""
    end = 0
    for sentence in sentences(body[:600])[:_LEAD_SENTENCES]:
        end = body.index(sentence, end) + len(sentence)
    return end


def _blank(text: str) -> str:
    return _NOISE.sub(lambda noise: " " * len(noise[0]), text)
