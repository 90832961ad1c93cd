"""What is wrong with the names and topics that somebody wrote, each as a sentence that says where and what next."""

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from newsletter.errors import DataError
from newsletter.language.forms import prepared
from newsletter.language.gazetteer import Entity, Gazetteer, load_gazetteer
from newsletter.language.script import has_han
from newsletter.language.taxonomy import Taxonomy, load_taxonomy

KINDS = ("company", "unit", "person", "product", "place", "agency", "university")
_GROUPS = ("scope", "kind")


def flaws_of(folders: Sequence[Path]) -> tuple[str, ...]:
    """Flaws of gazetteer.toml and taxonomy.toml in these folders, an earlier folder's entries first.

    A file that cannot be read at all is one flaw; nothing is raised.
    """
    names = [folder / "gazetteer.toml" for folder in reversed(folders) if (folder / "gazetteer.toml").is_file()]
    topics = [folder / "taxonomy.toml" for folder in reversed(folders) if (folder / "taxonomy.toml").is_file()]
    try:
        gazetteer, taxonomy = load_gazetteer(names), load_taxonomy(topics)
        doubles = [
            *_doubles(names, "entity", "id"),
            *_doubles(topics, "topic", "key"),
            *_doubles(topics, "section", "key"),
        ]
    except DataError as error:
        return tuple(str(error).splitlines())
    return (*doubles, *flaws_in_names(gazetteer, taxonomy), *flaws_in_topics(taxonomy))


def flaws_in_names(gazetteer: Gazetteer, taxonomy: Taxonomy) -> tuple[str, ...]:
    """Kinds, parents and topics that do not exist, circles, names that shadow each other or can never be found."""
    entities = tuple(gazetteer)
    return (
        *(flaw for entity in entities for flaw in _of_entity(entity, gazetteer, taxonomy)),
        *_circles({entity.id: entity.parents for entity in entities}, "entity"),
        *_shared_forms(entities),
        *_shared_tickers(entities),
    )


def flaws_in_topics(taxonomy: Taxonomy) -> tuple[str, ...]:
    """Circles, sections of unknown topics, words for and against at once, groups of words that nobody reads."""
    found = list(_circles({topic.key: topic.parents for topic in taxonomy}, "topic"))
    for topic in taxonomy:
        weights = defaultdict(set)
        for term in topic.terms:
            weights[prepared(term.text)].add(term.weight)
        found += [
            f"topic {topic.key}: {word!r} speaks for it and against it; keep one"
            for word, seen in weights.items()
            if min(seen) < 0 < max(seen)
        ]
        found += [f"topic {topic.key}: no name in {language}; add it" for language in _missing(topic.names)]
    for section in taxonomy.sections:
        found += [
            f"section {section.key}: no topic {key!r}; use a key of the file"
            for key in section.topics
            if key not in taxonomy
        ]
    found += [
        f"vocabulary {one.group}/{one.key}: group {one.group!r} is read by nobody; use {' or '.join(_GROUPS)}"
        for one in taxonomy.vocabularies
        if one.group not in _GROUPS
    ]
    return tuple(found)


def _doubles(paths: Iterable[Path], table: str, key: str) -> Iterator[str]:
    """Entries that a file has twice: the second would silently replace the first."""
    for path in paths:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get(table, [])
        for name, times in Counter(str(row.get(key, "")) for row in rows).items():
            if times > 1:
                yield f"{path}: {table} {name} stands there {times} times; keep one, or give the other its own {key}"


def _of_entity(entity: Entity, gazetteer: Gazetteer, taxonomy: Taxonomy) -> Iterator[str]:
    if entity.kind not in KINDS:
        yield f"entity {entity.id}: kind {entity.kind!r} is unknown; use {', '.join(KINDS)}"
    for parent in entity.parents:
        if parent not in gazetteer:
            yield f"entity {entity.id}: no entity {parent!r} to be its parent; correct the id or add the entity"
    for topic in entity.topics:
        if topic not in taxonomy:
            yield f"entity {entity.id}: no topic {topic!r} in the taxonomy; correct the key or add the topic"
    for language in _missing(entity.names) if len(entity.names) > 1 or has_han("".join(entity.names.values())) else ():
        yield f"entity {entity.id}: no name in {language}; add it"
    for form in (*entity.names.values(), *entity.aliases):
        if len(form.strip()) < 2:
            yield f"entity {entity.id}: {form!r} is too short to be a name; write it out"
    known = {prepared(form) for form in (*entity.names.values(), *entity.aliases)}
    if entity.ambiguous and not entity.context_any and known <= {prepared(form) for form in entity.ambiguous}:
        yield f"entity {entity.id}: all its names are ambiguous and it has no context_any: it is never found; add words"


def _missing(names: Mapping[str, str]) -> list[str]:
    return [language for language in ("en", "zh-Hans", "zh-Hant") if not names.get(language)]


def _circles(parents: Mapping[str, Sequence[str]], what: str) -> Iterator[str]:
    """Each circle once, told from its first member by name."""
    told: set[frozenset[str]] = set()
    for start in sorted(parents):
        path = _way_back(start, parents)
        if path and frozenset(path) not in told:
            told.add(frozenset(path))
            yield f"{what} {' → '.join((*path, start))}: a circle of parents; take one of them away"


def _way_back(start: str, parents: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The way from an entry over its parents back to itself; () when there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for parent in parents.get(way[-1], ()):
            if parent == start:
                return way
            if parent not in seen:
                seen.add(parent)
                ways.append((*way, parent))
    return ()


def _shared_forms(entities: Iterable[Entity]) -> Iterator[str]:
    """A name of two entities counts for the one that its context speaks for: each of them needs words of context."""
    owners: dict[str, dict[str, Entity]] = defaultdict(dict)
    for entity in entities:
        for form in (*entity.names.values(), *entity.aliases):
            owners[prepared(form).strip()][entity.id] = entity
    for form, sharing in sorted(owners.items()):
        bare = [one.id for one in sharing.values() if not one.context_any]
        if len(sharing) > 1 and bare:
            yield (
                f"name {form!r} is shared by {' and '.join(sorted(sharing))}, and {' and '.join(sorted(bare))} has no "
                "context_any to tell them apart; add words that stand beside it, or take the name away"
            )


def _shared_tickers(entities: Iterable[Entity]) -> Iterator[str]:
    owners: dict[str, set[str]] = defaultdict(set)
    for entity in entities:
        for ticker in entity.ticker:
            owners[ticker.strip().upper()].add(entity.id)
    for ticker, sharing in sorted(owners.items()):
        if len(sharing) > 1:
            yield f"ticker {ticker} is claimed by {' and '.join(sorted(sharing))}; leave it to one"
