"""What an article is about: topics, names and amounts with their evidence, whether it belongs, and what kind it is."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from newsletter.curate.passages import TITLE, Passage
from newsletter.curate.passages import passage_of as passage_of
from newsletter.curate.scoping import judge, signs_of
from newsletter.language.gazetteer import Hit
from newsletter.language.lexicon import ENTITY, Lexicon
from newsletter.language.quantities import quantities
from newsletter.language.taxonomy import Evidence
from newsletter.model import Article, ArticleKind, Quantity, Reading, Tagging, TagKind

ROOT = "ai-infrastructure"
_FROM_ENTITY = 0.3


def read(article: Article, lexicon: Lexicon) -> Reading:
    """Tags come with their ancestors, each with the words that earned it; strongest topics first."""
    passage = passage_of(article)
    hits = lexicon.gazetteer.find(passage.title, passage.body)
    evidence = lexicon.taxonomy.find(passage.text)
    amounts = quantities(passage.text)
    speaking = _topic_evidence(passage, evidence, hits, lexicon)
    topics = _topics(speaking, lexicon)
    kind = _kind(article, passage, evidence)
    scope = judge(signs_of(passage, evidence=evidence, hits=hits, amounts=amounts, topics=speaking, lexicon=lexicon))
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


def _topics(found: Mapping[str, Mapping[str, float]], lexicon: Lexicon) -> list[Tagging]:
    """Topics whose evidence reaches their mark, with ancestors carrying the same evidence."""
    taxonomy = lexicon.taxonomy
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
        place = passage.place_of(hit)
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
    return ArticleKind(best) if best and scores[best] >= TITLE else ArticleKind.NEWS


def _entities(hits: Iterable[Hit], passage: Passage, lexicon: Lexicon) -> list[Tagging]:
    """Every name with its ancestors; the score is its best place plus a little for being named again."""
    found: dict[str, tuple[float, dict[str, None]]] = {}
    for hit in hits:
        place = passage.place_of(hit)
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


def companies(reading: Reading, lexicon: Lexicon) -> tuple[str, ...]:
    """The English names of the companies that the article is about, strongest first.

    A unit, a product or a person stands for the company; a company of its own does not stand for its owner.
    """
    entity = lexicon.gazetteer.entity
    tags = [t for t in reading.tags if t.kind is TagKind.ENTITY]
    own = {
        t.tag.removeprefix(ENTITY): set(t.because) for t in tags if entity(t.tag.removeprefix(ENTITY)).kind == "company"
    }
    told = []
    for tagging in tags:
        known = tagging.tag.removeprefix(ENTITY)
        if known not in own or tagging.score < _ABOUT:
            continue
        owned = [words for other, words in own.items() if known in lexicon.gazetteer.ancestors(other)]
        if owned and own[known] <= set().union(*owned):
            continue
        told.append(entity(known).names["en"])
    return tuple(told)


_ABOUT = 0.6
