"""Which entries of a feed are new, which are known under another guide, and which known ones were edited.

Every article keeps all keys under which it was seen. An entry is matched by its strongest key first, each article is
matched once, and a weak key needs a second witness: two reports with one title are not one report.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from rapidfuzz import fuzz

from newsletter.collect.links import path_of, same_page_key
from newsletter.model import Article, ArticleId, DateQuality, FeedUrl

_KINDS = {
    "guid": ("exact", "guid", "path", "link", "dated", "content"),
    "link": ("exact", "link", "dated", "content"),
    "title": ("exact", "dated", "content"),
}
"""The keys that count under each policy, strongest first."""
_SIMILAR = 75.0
"""Ratio of two titles of one article, before and after an edit (NewsBlur repairs from 75 % on)."""
_TELLING = 40
"""Characters of summary below which equal words are no witness."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """What a fetch has brought: `aliases` are all keys seen now, with their owners."""

    new: tuple[Article, ...]
    changed: tuple[Article, ...]
    aliases: Mapping[str, ArticleId]
    policy: str


class Known(Protocol):
    """What has to be known of the feed's articles so far."""

    def aliases(self, feed: FeedUrl, keys: Collection[str]) -> dict[str, ArticleId]: ...

    def get_many(self, ids: Collection[ArticleId]) -> dict[ArticleId, Article]: ...

    def known(self, ids: Collection[ArticleId]) -> set[ArticleId]: ...


def policy_for(fresh: Sequence[Article], policy: str) -> str:
    """Guids that repeat within one fetch name nothing: from then on links count, and where they repeat too, titles."""
    if policy == "guid" and _repeats(fresh, lambda one: one.guid):
        policy = "link"
    if policy == "link" and _repeats(fresh, lambda one: one.link):
        policy = "title"
    if policy == "guid" and _repeats([one for one in fresh if not one.guid], lambda one: one.link):
        policy = "title"
    return policy


def sort_out(fresh: Sequence[Article], known: Known, *, policy: str, whole_texts: bool = False) -> Sorted:
    """Compare the entries of one fetch, given as articles, with what the feed has shown before.

    `whole_texts`: what is known of a text may be longer than the feed's, read from the page, and stays.
    """
    fresh = _without_doubles(fresh)
    policy = policy_for(fresh, policy)
    keys = [_keys(one, policy) for one in fresh]
    counts = Counter(key for one in keys for key in one.values())
    # A key that several entries of one fetch share names none of them.
    keys = [{kind: key for kind, key in one.items() if counts[key] == 1} for one in keys]
    feed = fresh[0].feed_url if fresh else FeedUrl("")
    owners = known.aliases(feed, {key for one in keys for key in one.values()})
    before = known.get_many(set(owners.values()))
    matched = _matched(fresh, keys, owners, before, _KINDS[policy])
    changed = {at: _edited(before[owner], fresh[at], whole_texts) for at, owner in matched.items()}
    new = _named([one for at, one in enumerate(fresh) if at not in matched], policy, known)
    ids = {at: one.id for at, one in changed.items()}
    ids |= dict(zip((at for at in range(len(fresh)) if at not in matched), (one.id for one in new), strict=True))
    return Sorted(
        new=tuple(new),
        changed=tuple(one for one in changed.values() if one != before[one.id]),
        aliases={key: ids[at] for at in range(len(fresh)) for key in keys[at].values()},
        policy=policy,
    )


def with_ids(fresh: Sequence[Article]) -> tuple[Article, ...]:
    """The articles of one fetch as they would be named if nothing were known; the same entry twice has one id."""
    policy = policy_for(_without_doubles(fresh), "guid")
    named = {_exact(one): one.id for one in _named(_without_doubles(fresh), policy, None)}
    return tuple(replace(one, id=named[_exact(one)]) for one in fresh)


def _matched(
    fresh: Sequence[Article],
    keys: Sequence[Mapping[str, str]],
    owners: Mapping[str, ArticleId],
    before: Mapping[ArticleId, Article],
    kinds: Sequence[str],
) -> dict[int, ArticleId]:
    """Pairs of entry and article; an article that has found its entry is no candidate for another."""
    matched: dict[int, ArticleId] = {}
    taken: set[ArticleId] = set()
    for kind in kinds:
        for at, article in enumerate(fresh):
            owner = owners.get(keys[at].get(kind, ""))
            if at in matched or owner is None or owner in taken or owner not in before:
                continue
            if _agrees(kind, article, before[owner]):
                matched[at] = owner
                taken.add(owner)
    return matched


def _agrees(kind: str, now: Article, then: Article) -> bool:
    """Whether the rest of an entry fits an article that shares its key of this kind."""
    if kind in ("exact", "content"):
        return True
    if kind == "dated":
        return (
            _is_exact(now) or _same_page(now, then) or _same_words(now, then) or path_of(now.link) == path_of(then.link)
        )
    dated = _is_dated(now) and _is_dated(then)
    fits = (dated and now.published == then.published) or _alike(now.title, then.title) or _same_words(now, then)
    # A feed of one entry under an address that never changes shows a new article when all else is new.
    undated = not dated and not (kind == "link" and now.guid and then.guid)
    return fits or undated or (kind != "link" and _same_page(now, then))


def _edited(then: Article, now: Article, whole_texts: bool) -> Article:
    """New words and addresses on the old article; a fetch that lost something takes nothing away."""
    return replace(
        then,
        guid=now.guid or then.guid,
        link=now.link or then.link,
        title=now.title or then.title,
        author=now.author or then.author,
        summary=now.summary or then.summary,
        text=max(then.text, now.text, key=len) if whole_texts else now.text or then.text,
        language=now.language,
    )


def _keys(article: Article, policy: str) -> dict[str, str]:
    """Keys by kind, strongest first; the exact one is always there."""
    told, words, path = _words(article.title), _words(article.summary), path_of(article.guid)
    values = {
        "exact": _exact(article),
        "guid": article.guid,
        "path": path if path != article.guid else "",
        "link": same_page_key(article.link),
        "dated": f"{told}|{article.published.isoformat()}" if told and _is_dated(article) else "",
        "content": f"{told}|{words}" if len(words) >= _TELLING else "",
    }
    return {kind: f"{kind[0]}:{_digest(values[kind])}" for kind in _KINDS[policy] if values[kind]}


def _exact(article: Article) -> str:
    dated = article.published.isoformat() if _is_dated(article) else ""
    return "|".join((article.guid, article.link, article.title, article.summary, dated))


def _named(new: Sequence[Article], policy: str, known: Known | None) -> list[Article]:
    """With ids from the feed and the strongest key; from more keys where another article came first."""
    candidates = [tuple(_candidates(one, policy)) for one in new]
    taken = known.known({one for several in candidates for one in several}) if known else set()
    named = []
    for article, several in zip(new, candidates, strict=True):
        free = next((one for one in several if one not in taken), several[-1])
        taken.add(free)
        named.append(replace(article, id=free))
    return named


def _candidates(article: Article, policy: str) -> Iterator[ArticleId]:
    keys = _keys(article, policy)
    exact = keys.pop("exact")
    if keys:
        yield ArticleId(_digest("\n".join((article.feed_url, next(iter(keys.values()))))))
    yield ArticleId(_digest("\n".join((article.feed_url, *keys.values(), exact))))


def _without_doubles(fresh: Sequence[Article]) -> list[Article]:
    """The same entry twice in a feed is one."""
    return list({_exact(one): one for one in reversed(fresh)}.values())[::-1]


def _repeats(fresh: Sequence[Article], name: Callable[[Article], str]) -> bool:
    """Whether one name stands for several things; a revision on the same page under a similar title is the same."""
    seen: dict[str, Article] = {}
    for article in fresh:
        first = seen.setdefault(name(article), article) if name(article) else article
        if first is not article and not (_same_page(article, first) and _alike(article.title, first.title)):
            return True
    return False


def _same_page(one: Article, other: Article) -> bool:
    return bool(one.link) and same_page_key(one.link) == same_page_key(other.link)


def _alike(title: str, other: str) -> bool:
    return title == other or bool(title and other and fuzz.ratio(title, other) >= _SIMILAR)


def _is_dated(article: Article) -> bool:
    return article.date_quality in (DateQuality.EXACT, DateQuality.ZONE_ASSUMED, DateQuality.DATE_ONLY)


def _is_exact(article: Article) -> bool:
    return article.date_quality in (DateQuality.EXACT, DateQuality.ZONE_ASSUMED)


def _same_words(now: Article, then: Article) -> bool:
    words = _words(now.summary)
    return len(words) >= _TELLING and words == _words(then.summary)


def _words(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
