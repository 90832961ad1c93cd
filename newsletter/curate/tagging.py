"""What an article is about: topics, names and amounts with their evidence, whether it belongs, and what kind it is."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from newsletter.curate.scoping import Signs, judge
from newsletter.language.gazetteer import Hit
from newsletter.language.lexicon import ENTITY, Lexicon
from newsletter.language.quantities import quantities
from newsletter.language.sentences import sentences
from newsletter.language.taxonomy import Evidence
from newsletter.model import Article, ArticleKind, Quantity, Reading, Tagging, TagKind

ROOT = "ai-infrastructure"
# Longer bodies add no topic that their first 4,000 characters lack, only time.
_READ = 4_000
# Words in the title count three times, in the first two sentences twice (notes on tagging); over three, so that
# one strong word in a title makes 1.
_TITLE, _LEAD, _BODY = 3 / 3, 2 / 3, 1 / 3
_LEAD_SENTENCES = 2
_FROM_ENTITY = 0.3
# Words that aggregators put around every item, and addresses, speak for nothing.
_NOISE = re.compile(
    r"https?://\S+|Article URL:|Comments URL:|Points: \d+|# Comments: \d+|[【\[]电报解读[】\]]|(?:财联社|新华社|界面新闻)\d*月?\d*日?[^，。]{0,4}电",
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
        if start < len(self.title):
            return _TITLE
        return _LEAD if start < self.lead else _BODY


def read(article: Article, lexicon: Lexicon) -> Reading:
    """Tags come with their ancestors, each with the words that earned it; strongest topics first."""
    passage = passage_of(article)
    hits = lexicon.gazetteer.find(passage.title, passage.body)
    evidence = lexicon.taxonomy.find(passage.text)
    amounts = quantities(passage.text)
    topics = _topics(passage, evidence, hits, lexicon)
    kind = _kind(article, passage, evidence)
    scope = judge(_signs(passage, evidence, hits, topics, kind, lexicon))
    names = _entities(hits, passage, lexicon)
    shown = [topic for topic in topics if scope.belongs or topic.tag != ROOT]
    return Reading(
        article_id=article.id,
        in_scope=scope.belongs,
        scope_because=scope.because,
        kind=kind,
        tags=(*shown, *names),
        quantities=amounts,
    )


def passage_of(article: Article) -> Passage:
    """What is read of an article: the longer of summary and text, cut to a length."""
    body = article.text if len(article.text) > len(article.summary) else article.summary
    title, body = _blank(article.title.replace("\n", " ")), _blank(body[:_READ])
    first = sentences(body[:600])[:_LEAD_SENTENCES]
    end = sum(len(sentence) + 1 for sentence in first)
    return Passage(title, body, len(title) + 1 + end)


def _blank(text: str) -> str:
    return _NOISE.sub(lambda noise: " " * len(noise[0]), text)


def _topics(passage: Passage, evidence: Iterable[Evidence], hits: Iterable[Hit], lexicon: Lexicon) -> list[Tagging]:
    """Topics whose evidence reaches their mark, with ancestors carrying the same evidence."""
    taxonomy = lexicon.taxonomy
    found = _topic_evidence(passage, evidence, hits, lexicon)
    tagged: dict[str, tuple[float, dict[str, None]]] = {}
    for key, words in found.items():
        score = sum(words.values())
        if score < taxonomy.topic(key).tagged_from - 1e-9:
            continue
        because = dict.fromkeys(word for word, weight in sorted(words.items(), key=lambda w: -w[1]) if weight > 0)
        for tag in (key, *taxonomy.ancestors(key)):
            before = tagged.get(tag, (0.0, {}))
            tagged[tag] = (max(before[0], score), before[1] | because)
    order = sorted(tagged, key=lambda key: (-tagged[key][0], key))
    return [
        Tagging(tag=key, kind=TagKind.TOPIC, because=tuple(tagged[key][1])[:4], score=round(tagged[key][0], 3))
        for key in order
    ]


def _topic_evidence(
    passage: Passage, evidence: Iterable[Evidence], hits: Iterable[Hit], lexicon: Lexicon
) -> Mapping[str, Mapping[str, float]]:
    """For each topic its words and what each adds: a word counts once a place, at its best weight."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    seen: set[tuple[str, str, float]] = set()
    text = passage.text
    for item in evidence:
        if item.group != "topic":
            continue
        word, place = text[item.start : item.end], passage.place(item.start)
        mark = (item.key, word.lower(), place)
        if mark not in seen:
            seen.add(mark)
            found[item.key][word] = found[item.key].get(word, 0.0) + item.weight * place
    for hit in hits:
        place = _TITLE if hit.in_title else passage.place(hit.start + len(passage.title) + 1)
        for key in lexicon.gazetteer.entity(hit.entity).topics:
            if key in lexicon.taxonomy:
                found[key].setdefault(hit.text, _FROM_ENTITY * place)
    return found


def _kind(article: Article, passage: Passage, evidence: Iterable[Evidence]) -> ArticleKind:
    """The kind with the most weight in the title, then the lead; plain news otherwise."""
    scores: dict[str, float] = defaultdict(float)
    for item in evidence:
        if item.group == "kind":
            scores[item.key] += item.weight * passage.place(item.start)
    if re.match(r"(?:show|launch) hn\b", article.title, re.IGNORECASE):
        scores["project"] += 2
    best = max(sorted(scores), key=lambda key: scores[key], default="")
    return ArticleKind(best) if best and scores[best] >= _TITLE else ArticleKind.NEWS


def _signs(
    passage: Passage,
    evidence: Iterable[Evidence],
    hits: Iterable[Hit],
    topics: Iterable[Tagging],
    kind: ArticleKind,
    lexicon: Lexicon,
) -> Signs:
    groups: dict[str, float] = defaultdict(float)
    words: dict[str, str] = {}
    text = passage.text
    seen: set[tuple[str, str]] = set()
    for item in evidence:
        if item.group == "scope" and (item.key, text[item.start : item.end]) not in seen:
            seen.add((item.key, text[item.start : item.end]))
            groups[item.key] += item.weight * passage.place(item.start)
            words.setdefault(item.key, text[item.start : item.end])
    kinds = {lexicon.gazetteer.entity(hit.entity).kind for hit in hits}
    return Signs(
        groups=dict(groups),
        words=words,
        topics={t.tag: t.score for t in topics},
        kind=kind,
        names=tuple(sorted({hit.entity for hit in hits if hit.in_title})),
        name_kinds=frozenset(kinds),
    )


def _entities(hits: Iterable[Hit], passage: Passage, lexicon: Lexicon) -> list[Tagging]:
    """Every name with its ancestors; the score is its best place plus a little for being named again."""
    found: dict[str, tuple[float, dict[str, None]]] = {}
    for hit in hits:
        place = _TITLE if hit.in_title else passage.place(hit.start + len(passage.title) + 1)
        for known in (hit.entity, *lexicon.gazetteer.ancestors(hit.entity)):
            before = found.get(known, (0.0, {}))
            score = max(before[0], place) + (0.1 if before[0] else 0.0)
            found[known] = (score, before[1] | {hit.text: None})
    order = sorted(found, key=lambda known: (-found[known][0], known))
    return [
        Tagging(
            tag=ENTITY + known, kind=TagKind.ENTITY, because=tuple(found[known][1])[:4], score=round(found[known][0], 3)
        )
        for known in order
    ]


def amounts_told(amounts: Iterable[Quantity]) -> tuple[Quantity, ...]:
    """The amounts that carry the story, each once."""
    told = {(q.kind, q.unit, q.value): q for q in amounts if q.kind != "percent"}
    return tuple(told.values())
