"""What an article is about: topics, names and amounts with their evidence, whether it belongs, and what kind it is."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from newsletter.curate.headings import MANNERS, manners_of
from newsletter.curate.passages import LEAD, TITLE, Passage
from newsletter.curate.passages import passage_of as passage_of
from newsletter.curate.scoping import Scope, Sign, judge, signs_of
from newsletter.language.gazetteer import Hit
from newsletter.language.lexicon import ENTITY, Lexicon
from newsletter.language.quantities import quantities
from newsletter.language.taxonomy import FROM_NAMES, WEAK, Evidence
from newsletter.model import Article, ArticleKind, Quantity, Reading, Tagging, TagKind

ROOT = "ai-infrastructure"
_ABOVE = 0.7
# Named in the first sentences; at most two more beside those of the title, three where the title names none
# (0.956 micro-F1 of companies on the development articles; all of the first sentences 0.927, the title alone 0.925).
_ABOUT = 0.6
_BESIDE, _AT_MOST = 2, 3
_ONCE = 0.5
# Above 0.2 related articles lose more than topics gain; the second brings .005 of their F1 on the development articles.
_NEAR, _BEST = 0.2, 0.6
_FORMER_BEFORE = re.compile(
    r"(?:\b(?:former|formerly|ex|ousted)[ \-]|left |leaving |离开|(?<![此之目日])前)$", re.IGNORECASE
)
_FORMER_AFTER = re.compile(
    r"(?:['’]s)?(?: former\b| rivals?\b| competitors?\b)|[ ]?前(?!景|沿|往|后)|的?(?:竞争)?对手", re.IGNORECASE
)
_SPEAKS_FOR = {"share note": "market", "column": "opinion", "project": "project"}
_WORD = re.compile(r"[A-Za-z][A-Za-z'’.&]*")
_SAME, _ROUNDED = 0.012, 1.12
_KINDS_OF_AMOUNTS = ("money", "power", "energy", "chips", "compute", "bandwidth", "wafers", "jobs")


def read(article: Article, lexicon: Lexicon) -> Reading:
    """Tags come with their ancestors, each with the words that earned it; strongest topics first."""
    passage = passage_of(article)
    hits = lexicon.gazetteer.find(passage.title, passage.body)
    evidence = _outside_names(lexicon.taxonomy.find(passage.text), passage, hits, lexicon)
    amounts = quantities(passage.text)
    words = _told_by_words(passage, evidence)
    named = _together(words, _told_by_names(passage, hits, lexicon))
    speaking = _together(named, _told_by_amounts(passage, amounts, lexicon))
    kind = _kind(passage, evidence)
    signs = signs_of(passage, evidence=evidence, hits=hits, amounts=amounts, topics=named, lexicon=lexicon)
    scope = judge(signs)
    # Far from the field a company's name says nothing of the subject: Samsung's telephone is no chip.
    # A note on its shares is still about chips: the manner does not count here.
    field = judge(sign for sign in signs if sign.name not in MANNERS)
    near = scope.belongs or (field.chance >= _NEAR and not _shows(signs, "consumer", "vehicles"))
    topics = _topics(speaking if near else words, lexicon) or _best(scope, speaking, lexicon)
    names = _entities(hits, passage, lexicon)
    # Notes on shares and denials are about no subject, whatever they name.
    shown = [
        topic
        for topic in topics
        if scope.belongs or not (topic.tag == ROOT or _shows(signs, "market", "denial", "share note"))
    ]
    return Reading(
        article_id=article.id,
        in_scope=scope.belongs,
        scope_because=scope.because,
        kind=kind,
        tags=(*shown, *names),
        quantities=amounts,
    )


def _outside_names(
    evidence: Iterable[Evidence], passage: Passage, hits: Iterable[Hit], lexicon: Lexicon
) -> tuple[Evidence, ...]:
    """Words that are not a part of a name: 应用材料 is no material, Microsoft Foundry no foundry."""
    shift = len(passage.title) + 1
    spans = [
        (hit.start, hit.end) if hit.in_title else (hit.start + shift, hit.end + shift)
        for hit in hits
        if lexicon.gazetteer.entity(hit.entity).kind in ("company", "unit", "person")
    ]
    return tuple(
        item
        for item in evidence
        if not any(
            start <= item.start and item.end <= end and end - start > item.end - item.start for start, end in spans
        )
        and not _is_symbol(passage.text, item.start, item.end)
    )


def _is_symbol(text: str, start: int, end: int) -> bool:
    """Capitals in brackets that do not shorten the words before: Hudbay Minerals (HBM) is a share, no memory."""
    symbol = text[start:end]
    if text[start - 1 : start] != "(" or text[end : end + 1] != ")" or not (symbol.isascii() and symbol.isupper()):
        return False
    words = _WORD.findall(text[max(0, start - 60) : start - 1])
    return (
        bool(words) and words[-1][0].isupper() and "".join(word[0] for word in words[-len(symbol) :]).upper() != symbol
    )


def _best(scope: Scope, found: Mapping[str, Mapping[str, float]], lexicon: Lexicon) -> list[Tagging]:
    """What an article of the field is most about, where nothing reaches its mark: it is about something."""
    scores = {key: sum(words.values()) for key, words in found.items() if key != ROOT}
    best = max(sorted(scores), key=lambda key: scores[key], default="")
    if not scope.belongs or not best or scores[best] < _BEST:
        return []
    return _topics({best: found[best]}, lexicon, least=_BEST)


def _shows(signs: Iterable[Sign], *names: str) -> bool:
    """Whether one of these signs is there, at least as by a strong word of the first sentences."""
    return any(sign.name in names and sign.strength >= LEAD for sign in signs)


def _topics(found: Mapping[str, Mapping[str, float]], lexicon: Lexicon, *, least: float | None = None) -> list[Tagging]:
    """Topics whose evidence reaches their mark, with ancestors carrying the same evidence."""
    taxonomy = lexicon.taxonomy
    tagged: dict[str, tuple[float, dict[str, None]]] = {}
    for key, words in found.items():
        score = sum(words.values())
        if score < (taxonomy.topic(key).tagged_from if least is None else least) - 1e-9:
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


def _told_by_words(passage: Passage, evidence: Iterable[Evidence]) -> Mapping[str, Mapping[str, float]]:
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
    return found


def _together(
    words: Mapping[str, Mapping[str, float]], more: Iterable[tuple[str, str, float]]
) -> Mapping[str, Mapping[str, float]]:
    """What names and amounts add to the words: nothing where a word of the topic says the same."""
    found = {key: dict(of) for key, of in words.items()}
    for key, word, points in more:
        of = found.setdefault(key, {})
        of[word] = max(of.get(word, points), points)
    return found


def _told_by_names(passage: Passage, hits: Sequence[Hit], lexicon: Lexicon) -> Iterator[tuple[str, str, float]]:
    """What names say about the subject: much, where all companies of the title say the same."""
    gazetteer, taxonomy = lexicon.gazetteer, lexicon.taxonomy
    actors = {hit.entity for hit in hits if hit.in_title and gazetteer.entity(hit.entity).kind in ("company", "unit")}
    subjects = [set(_subjects(one, lexicon)) for one in sorted(actors)]
    joint = set.intersection(*subjects) if subjects else set()
    for hit in hits:
        place = passage.place_of(hit)
        alone = joint if hit.entity in actors and hit.in_title and not _in_passing(hit, passage) else set()
        for key, share in _subjects(hit.entity, lexicon).items():
            if key in alone:
                yield key, hit.text, share * taxonomy.topic(key).from_names * place
            elif share == 1:
                yield key, hit.text, FROM_NAMES * place


def _subjects(entity: str, lexicon: Lexicon) -> dict[str, float]:
    """The topics of an entity, and at a part of their weight the topics above them."""
    topics = [topic for topic in lexicon.gazetteer.entity(entity).topics if topic in lexicon.taxonomy]
    above = {up: _ABOVE for topic in topics for up in lexicon.taxonomy.ancestors(topic) if up != ROOT}
    return above | dict.fromkeys(topics, 1.0)


def _told_by_amounts(
    passage: Passage, amounts: Iterable[Quantity], lexicon: Lexicon
) -> Iterator[tuple[str, str, float]]:
    """What kinds of amounts say weakly: megawatts of a data centre, chips of compute."""
    speaking = {kind: [topic.key for topic in lexicon.taxonomy if kind in topic.kinds] for kind in _KINDS_OF_AMOUNTS}
    for amount in (one for one in amounts if not one.aside):
        for key in speaking.get(amount.kind, ()):
            yield key, amount.text, WEAK * passage.place(amount.span[0])


def _kind(passage: Passage, evidence: Iterable[Evidence]) -> ArticleKind:
    """The kind with the most weight in the title, then the lead; plain news otherwise."""
    scores: dict[str, float] = defaultdict(float)
    for item in evidence:
        if item.group == "kind":
            scores[item.key] += item.weight * passage.place(item.start)
    for manner, _ in manners_of(passage.title):
        if manner in _SPEAKS_FOR:
            scores[_SPEAKS_FOR[manner]] += 2
    best = max(sorted(scores), key=lambda key: scores[key], default="")
    return ArticleKind(best) if best and scores[best] >= TITLE else ArticleKind.NEWS


def _entities(hits: Iterable[Hit], passage: Passage, lexicon: Lexicon) -> list[Tagging]:
    """Every name with its ancestors; the score is its best place plus a little for being named again.

    Of equal ones the first named comes first.
    """
    found: dict[str, tuple[float, dict[str, None]]] = {}
    for hit in hits:
        place = passage.place_of(hit) * (_ONCE if _in_passing(hit, passage) else 1)
        for known in (hit.entity, *lexicon.gazetteer.ancestors(hit.entity)):
            before = found.get(known, (0.0, {}))
            score = max(before[0], place) + (0.1 if before[0] else 0.0)
            found[known] = (score, before[1] | {hit.text: None})
    order = sorted(found, key=lambda known: -found[known][0])
    return [
        Tagging(
            tag=ENTITY + known, kind=TagKind.ENTITY, because=tuple(found[known][1])[:4], score=round(found[known][0], 3)
        )
        for known in order
    ]


def _in_passing(hit: Hit, passage: Passage) -> bool:
    """Named only to say who another is: former OpenAI chief, Meta前首席科学家, an OpenAI rival."""
    text = passage.title if hit.in_title else passage.body
    return bool(_FORMER_BEFORE.search(text, max(0, hit.start - 12), hit.start) or _FORMER_AFTER.match(text, hit.end))


def amounts_told(amounts: Iterable[Quantity]) -> tuple[Quantity, ...]:
    """The amounts that carry the story, each once: nothing said only for comparison.

    Of two that say the same (逾10亿 and 10.3亿, 129亿 and 129.01亿) the exact one stays.
    """
    told = list({(q.kind, q.unit, q.value): q for q in amounts if not q.aside}.values())
    return tuple(q for q in told if not any(_says_better(other, q) for other in told))


def _says_better(other: Quantity, rough: Quantity) -> bool:
    if other is rough or (other.kind, other.unit) != (rough.kind, rough.unit) or not rough.value:
        return False
    if _figures(other) <= _figures(rough):
        return False
    ratio = other.value / rough.value
    return abs(ratio - 1) < _SAME or (rough.soft and not other.soft and 1 < ratio < _ROUNDED)


def _figures(amount: Quantity) -> int:
    """How many figures a value has: 10.3 billion has three."""
    return len(f"{abs(amount.value):.10g}".partition("e")[0].replace(".", "").strip("0"))


def companies(reading: Reading, lexicon: Lexicon) -> tuple[str, ...]:
    """The English names of the companies that an article is about, strongest first.

    Those named in the title, and of the first sentences one or two more; where these name many, it is a list of
    somebody's partners or rivals. A unit, a product or a person stands for the company.
    """
    named = [(tag.score, lexicon.gazetteer.entity(known).names["en"]) for known, tag in _own(reading, lexicon)]
    title = [name for score, name in named if score >= TITLE]
    lead = [name for score, name in named if _ABOUT <= score < TITLE]
    if title and len(lead) > _BESIDE:
        return tuple(title)
    return (*title, *lead[:_AT_MOST])


def _own(reading: Reading, lexicon: Lexicon) -> Iterator[tuple[str, Tagging]]:
    """Companies that are named themselves, by a unit, a product or a person; not through a company that they own."""
    known = {t.tag.removeprefix(ENTITY): t for t in reading.tags if t.kind is TagKind.ENTITY}
    firms = {key: tag for key, tag in known.items() if lexicon.gazetteer.entity(key).kind == "company"}
    for key, tag in firms.items():
        daughters = [set(other.because) for one, other in firms.items() if key in lexicon.gazetteer.ancestors(one)]
        if not daughters or not set(tag.because) <= set().union(*daughters):
            yield key, tag
