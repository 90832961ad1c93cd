"""A story as an item tells it to a reader: in the reader's language where there is a report in it."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from newsletter.compose.candidates import Candidate, Neighbour, Told
from newsletter.compose.wording import beside_han, one_line, plain_line
from newsletter.language.lexicon import Lexicon
from newsletter.language.script import has_han, is_traditional
from newsletter.language.segmenting import tokens
from newsletter.language.sentences import sentences
from newsletter.language.spacing import shorten
from newsletter.model import Article, FeedUrl, Issue, Item, RelatedLink, SourceLine, StoryId

_HEADLINE = {"zh": 70}
_SUMMARY = {"zh": 130}
_POINT = {"zh": 120}
_RELATED_SUMMARY = 160
_TAGS = 4
_RELATED = 3
_REASONS = 3
_WORDS_A_MINUTE, _SIGNS_A_MINUTE = 220, 400
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ][\w'’-]*|\d[\d.,]*")
_OPENING = re.compile(r"^[^，。：\s]{2,8}?\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*(?:电|讯|消息)[，,：:\s]*")
_ENDED = re.compile(r"[.!?。！？…:：][”\"’'」』）)]*$")
_LAST_PART = re.compile(r"^(?P<title>.{8,}?)\s+[-|–—_]\s+(?P<name>[^-|–—_]{2,40})$")
# Aggregators put the paper that they quote behind the title.
_PUBLISHERS = frozenset(
    {
        "associated press",
        "ap news",
        "axios",
        "bbc",
        "bloomberg",
        "bloomberg.com",
        "business insider",
        "cnbc",
        "cnn",
        "financial times",
        "forbes",
        "fortune",
        "marketwatch",
        "nikkei asia",
        "npr",
        "reuters",
        "techcrunch",
        "the guardian",
        "the information",
        "the new york times",
        "the verge",
        "the wall street journal",
        "the washington post",
        "wired",
        "wsj",
        "yahoo finance",
        "华尔街日报",
        "彭博社",
        "路透社",
        "金融时报",
        "卫报",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How an edition tells: its language, what it knows about words and sources, where its window starts."""

    language: str
    lexicon: Lexicon
    source_of: Callable[[FeedUrl], str]
    since: datetime

    def item(self, candidate: Candidate, told: Told | None = None, twins: Collection[StoryId] = ()) -> Item:
        """`told` is the telling that this one follows, `twins` are stories of the same event."""
        report = candidate.best_report(self.language, told.until if told else None)
        points = self._points(candidate, report)
        return Item(
            story_id=candidate.id,
            headline=self.headline(report),
            link=report.link,
            source=plain_line(self.source_of(report.feed_url)),
            language=report.language,
            published=report.published,
            summary=self._summary(report, points),
            key_points=points,
            tags=self.lexicon.labels(candidate.story.tags, self.language, limit=_TAGS),
            related=self._related(candidate, twins),
            sources=self.sources(candidate, report),
            quantities=candidate.story.quantities,
            why=self._why(candidate),
            score=round(candidate.score, 4),
            minutes=_minutes(max(report.text, report.summary, key=len)),
            follow_up=told.issue if told else "",
        )

    def _why(self, candidate: Candidate) -> tuple[str, ...]:
        said = [reason.say.get(self.language, "") for reason in candidate.ranked.reasons if reason.points > 0]
        return tuple(sentence for sentence in said if sentence)[:_REASONS]

    def headline(self, report: Article) -> str:
        """Without the source's own name at its end and an agency's opening."""
        title = _OPENING.sub("", one_line(report.title))
        ends = _LAST_PART.match(title)
        if ends and ends["name"].casefold() in _PUBLISHERS | {plain_line(self.source_of(report.feed_url)).casefold()}:
            title = ends["title"]
        title = beside_han(title) if self.language == "zh" and report.language == "en" else title
        return shorten(title.rstrip("。"), _HEADLINE.get(report.language, 160))

    def _points(self, candidate: Candidate, report: Article) -> tuple[str, ...]:
        found = candidate.key_points.get(report.language) or candidate.key_points.get("", ())
        own = [one_line(point.text) for point in found if point.language == report.language]
        alike = [point for point in own if is_traditional(point) == is_traditional(report.title)]
        own = alike if len(alike) > 1 else own
        return tuple(shorten(point, _POINT.get(report.language, 260)) for point in own)

    def _summary(self, report: Article, points: Sequence[str]) -> str:
        """The key points as running text, else the first sentences of the report that say more than its title."""
        limit = _SUMMARY.get(report.language, 340)
        body = one_line(report.summary)  # `text` may be that of a page, which is not ours to print
        found = points or [one for one in sentences(body) if not _says_title(one, report.title)]
        joint, stop = ("", "。") if report.language == "zh" else (" ", ".")
        text = ""
        for sentence in found[:3]:
            ended = text if _ENDED.search(text) else text + stop
            longer = f"{ended}{joint}{sentence}" if text else sentence
            if text and len(longer) > limit:
                break
            text = longer
        return shorten(text, limit)

    def _related(self, candidate: Candidate, twins: Collection[StoryId]) -> tuple[RelatedLink, ...]:
        """Earlier coverage first, each the best report in the reader's language."""
        near = [one for one in candidate.neighbours if one.articles and one.story.id not in twins]
        links = [self._link(neighbour) for neighbour in near]
        return tuple(sorted(links, key=lambda link: not link.earlier)[:_RELATED])

    def _link(self, neighbour: Neighbour) -> RelatedLink:
        article = next((a for a in neighbour.articles if a.language == self.language), neighbour.articles[0])
        return RelatedLink(
            story_id=neighbour.story.id,
            title=self.headline(article),
            link=f"/stories/{neighbour.story.id}",
            source=plain_line(self.source_of(article.feed_url)),
            summary=shorten(one_line(article.summary), _RELATED_SUMMARY),
            language=article.language,
            published=article.published,
            because=neighbour.related.because.get(self.language, ""),
            earlier=article.published < self.since,
            tags=self.lexicon.labels(neighbour.story.tags, self.language, limit=2),
        )

    def sources(self, candidate: Candidate, report: Article) -> tuple[SourceLine, ...]:
        """Every report, the one that the item is told from first, the reader's language before others.

        Not those that tell another story beside this one, such as what shares did that day.
        """
        others = [one for one in candidate.articles if one is not report and not candidate.is_beside(one)]
        others.sort(key=lambda article: article.language != self.language)
        return tuple(
            SourceLine(
                source=plain_line(self.source_of(article.feed_url)),
                title=self.headline(article),
                link=article.link,
                language=article.language,
                published=article.published,
            )
            for article in (report, *others)
        )


def _says_title(sentence: str, title: str) -> bool:
    said, known = set(tokens(sentence)), set(tokens(title))
    return bool(said) and len(said & known) >= 0.8 * len(said)


def minutes_to_read(issue: Issue) -> int:
    """Of the letter itself."""
    texts = [
        f"{item.headline} {' '.join(item.key_points) if item is issue.lead else item.summary}" for item in issue.items
    ]
    return _minutes(" ".join(texts))


def _minutes(text: str) -> int:
    """Latin words and Han signs each at their own speed."""
    signs = sum(has_han(sign) for sign in text)
    words = len(_LATIN_WORD.findall(text))
    return max(1, round(signs / _SIGNS_A_MINUTE + words / _WORDS_A_MINUTE))
