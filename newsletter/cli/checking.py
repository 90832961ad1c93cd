"""Everything that an operator wrote, read once: what is wrong with it, and what is fine."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from newsletter.collect.opml import feeds_of, read_opml, without_doubles
from newsletter.collect.rulefiles import EVERY, rules_of
from newsletter.config import Config
from newsletter.curate.ranking import PENALTIES, WEIGHTS
from newsletter.errors import ConfigError, DataError
from newsletter.language.lexicon import Lexicon, open_lexicon
from newsletter.language.validating import flaws_of
from newsletter.shipped import folders
from newsletter.store.engine import make_address


def problems_of(config: Config) -> tuple[list[str], list[str]]:
    """Problems, each with its file, and a line for everything that is in order."""
    places = folders("feeds", config.folder)
    problems, fine = (
        [*_store(config)],
        [f"config: {_count(len(config.editions), 'edition')}, transport {config.deliver.transport}"],
    )
    for found, good in (_feeds(places), _words(places, config)):
        problems += found
        fine += good
    return problems, fine


def _feeds(places: tuple[Path, ...]) -> tuple[list[str], list[str]]:
    problems, files = [], _listed(places)
    for file in files:
        try:
            read_opml(file)
        except DataError as error:
            problems.append(str(error))
    try:
        rules = rules_of(places)
    except DataError as error:
        problems.append(str(error))
    if problems:
        return problems, []
    feeds, every = feeds_of(places), list(chain.from_iterable(map(read_opml, files)))
    wanted = sum(feed.enabled for feed in feeds)
    if not wanted:
        where = ", ".join(map(str, files or places))
        return [f"{where}: no feed is enabled; add one: newsletter feeds add URL"], []
    strangers = sorted({url for url, _ in rules.filters} - {EVERY} - {feed.url for feed in every})
    if strangers:
        return [f"filters.toml: {url} is not subscribed; correct the address or take it out" for url in strangers], []
    twice = len(every) - len(without_doubles(every))
    more = f"; {_count(twice, 'address', 'addresses')} listed twice" if twice else ""
    return [], [f"feeds: {wanted} of {len(feeds)} enabled, from {', '.join(file.name for file in files)}{more}"]


def _listed(places: tuple[Path, ...]) -> list[Path]:
    """The files that count: those of the first folder that has any."""
    return next((files for place in places if (files := sorted(place.glob("*.opml")))), [])


def _words(places: tuple[Path, ...], config: Config) -> tuple[list[str], list[str]]:
    problems = list(flaws_of(places))
    try:
        lexicon = open_lexicon(places)
    except DataError as error:
        return problems or str(error).splitlines(), []
    problems += [*_sections(config, lexicon), *_interests(config, lexicon), *_weights(config)]
    names, topics = sum(1 for _ in lexicon.gazetteer), sum(1 for _ in lexicon.taxonomy)
    return problems, [] if problems else [f"words: {names} names and {topics} topics, in both languages"]


def _sections(config: Config, lexicon: Lexicon) -> Iterator[str]:
    known = {rule.key for rule in lexicon.taxonomy.sections}
    for edition in config.editions:
        for section in edition.sections:
            if section not in known:
                yield f"[[editions]] {edition.key} sections: {section!r} is unknown; use {', '.join(sorted(known))}"


def _interests(config: Config, lexicon: Lexicon) -> Iterator[str]:
    for edition in config.editions:
        for tag in edition.interest:
            if tag not in lexicon.taxonomy and tag.removeprefix("e:") not in lexicon.gazetteer:
                yield f"[[editions]] {edition.key} interest: {tag!r} is no topic of the taxonomy and no name we know"


def _weights(config: Config) -> Iterator[str]:
    known = (*WEIGHTS, *PENALTIES)
    for name in config.curate.weights:
        if name not in known:
            yield f"[curate.weights] {name}: is no reason of a rank; use {', '.join(known)}"


def _store(config: Config) -> Iterator[str]:
    try:
        make_address(config.store.url)
    except ConfigError as error:
        yield str(error)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
