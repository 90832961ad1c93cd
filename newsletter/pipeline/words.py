"""What the words of the week suggest to an editor: terms that emerge, names that the gazetteer lacks."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsletter.curate.emerging import Emerging, Event, emerging, plain_headline
from newsletter.curate.missing import Missing, missing
from newsletter.language.lexicon import Lexicon
from newsletter.newsroom import Newsroom
from newsletter.store.shelves import Shelves

_WEEK, _BEFORE = timedelta(days=7), timedelta(weeks=8)
_DISMISSED = "dismissed-words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """Of how many events of the field, and what they suggest."""

    events: int
    names: tuple[Missing, ...]
    terms: tuple[Emerging, ...]


def suggest(room: Newsroom, *, now: datetime) -> Suggested:
    """From the stories of the last seven days that lie in the field, beside those of the eight weeks before."""
    with room.store.read() as tx:
        week, before = _events(tx, now - _WEEK, now), _events(tx, now - _WEEK - _BEFORE, now - _WEEK)
        waved = _dismissed(tx)
    known = _known(room.lexicon) | {word.casefold() for word in waved}
    return Suggested(
        events=len(week),
        names=missing(week, room.lexicon.gazetteer, known=known),
        terms=emerging(week, before, known=known),
    )


def dismiss(room: Newsroom, words: Sequence[str]) -> tuple[str, ...]:
    """Never suggest these again. Gives all that were dismissed so far."""
    with room.store.write() as tx:
        known = tuple(sorted({*_dismissed(tx), *(word.strip() for word in words if word.strip())}))
        tx.settings.put(_DISMISSED, json.dumps(known, ensure_ascii=False))
    return known


def _known(lexicon: Lexicon) -> frozenset[str]:
    """Every name of the gazetteer and every word of the taxonomy, in small letters."""
    names = (form for one in lexicon.gazetteer for form in (*one.names.values(), *one.aliases))
    words = (term.text for one in (*lexicon.taxonomy, *lexicon.taxonomy.vocabularies) for term in one.terms)
    return frozenset(one.casefold() for one in (*names, *words))


def _dismissed(tx: Shelves) -> frozenset[str]:
    return frozenset(json.loads(tx.settings.get(_DISMISSED) or "[]"))


def _events(tx: Shelves, since: datetime, until: datetime) -> list[Event]:
    """Stories whose first report came within the stretch, in the order of their ids."""
    articles = {one.id: one for one in tx.articles.between(since, until)}
    stories = tx.stories.get_many(sorted(set(tx.stories.story_of(articles).values())))
    found: list[Event] = []
    for told in stories:
        story = told.ranked.story
        reports = [articles[one] for one in story.articles if one in articles]
        if story.in_scope and since <= story.first < until and reports:
            headlines = tuple(dict.fromkeys(plain_headline(one.title) for one in reports))
            found.append(Event(headlines=headlines, sources=frozenset(str(one.feed_url) for one in reports)))
    return found
