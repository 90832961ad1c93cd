"""Which stories an issue tells and where: one event once, nothing told before, fewer rather than filler."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from newsletter.compose.candidates import Candidate, Told
from newsletter.compose.repeating import latest_told, moved, same_event, same_headline
from newsletter.compose.wording import one_line, say
from newsletter.language.lexicon import Lexicon
from newsletter.language.taxonomy import SectionRule
from newsletter.model import ArticleKind, LeftOut, StoryId

TOP = "big-stories"
_QUIET = {"reviews", "projects"}
"""Sections whose stories never have the weight of news and do not compete with it."""
_NOT_NEWS = {ArticleKind.REVIEW, ArticleKind.PROJECT}
_NOT_LEADING = {*_NOT_NEWS, ArticleKind.OPINION, ArticleKind.PRESS_RELEASE, ArticleKind.MARKET}
# First values, set by looking at the sample and the two real weeks.
_PER_COMPANY = 4
_FLOOR, _FOREIGN_FLOOR = 0.3, 0.5
"""Of the lead's score: what lies below is filler; what a reader may not be able to read must weigh more."""
_BIG = 0.6
"""Of the lead's score: what lies above, from two sources or more, is a big story too."""
_HEAVY = 0.7
"""Of the best score: among these the lead is found."""
_MANY_SOURCES = 6
"""More say no more: clusters of a loud week grow, and not always by the same event."""
_SHARE_OF_BIG = 5
_CLOSE = 0.9
"""Sections whose topics weigh as good as the same: the order of the story's tags decides."""
_LISTED = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The lead, then each section's stories, best first, empty sections too.

    `follows` names the issue that told a story before.
    """

    lead: Candidate | None
    sections: tuple[tuple[SectionRule, tuple[Candidate, ...]], ...]
    left_out: tuple[LeftOut, ...]
    follows: Mapping[StoryId, Told]
    twins: Mapping[StoryId, frozenset[StoryId]]
    """Other stories of the same event, which a chosen story stands for."""


@dataclass(kw_only=True)
class _Issue:
    """An issue being filled. `held` are the stories that an editor wants whatever the rules say."""

    rules: Sequence[SectionRule]
    limit: int
    language: str
    lexicon: Lexicon
    told: Mapping[StoryId, Sequence[Told]]
    held: Collection[StoryId]
    lead: Candidate | None = None
    places: dict[StoryId, str] = field(default_factory=dict)
    taken: list[Candidate] = field(default_factory=list)
    left: list[LeftOut] = field(default_factory=list)
    follows: dict[StoryId, Told] = field(default_factory=dict)
    names: Counter[str] = field(default_factory=Counter)
    twins: dict[StoryId, frozenset[StoryId]] = field(default_factory=dict)

    def offer(self, candidate: Candidate, section: str | None) -> None:
        """Take a story into a section, or note why not."""
        twin = None if candidate.id in self.held else self._twin(candidate)
        if twin is not None:
            self._one_of(twin, candidate)
            return
        why = "" if candidate.id in self.held else self.objection(candidate, section)
        if why:
            self.left.append(LeftOut(story_id=candidate.id, headline=headline(candidate, self.language), why=why))
            return
        self.taken.append(candidate)
        self.places[candidate.id] = section or self.rules[0].key
        self.names.update(candidate.names)

    def repeats(self, candidate: Candidate) -> str:
        """Why readers know the story already; notes a story that moved as a follow-up."""
        before = self.told.get(candidate.id, ())
        if before:
            last = latest_told(before)
            if not moved(candidate, last) and candidate.id not in self.held:
                return self._say("told", issue=last.issue)
            self.follows[candidate.id] = last
            return ""
        if candidate.id in self.held:
            return ""
        mine = headline(candidate, self.language)
        issues = [one.issue for many in self.told.values() for one in many if same_headline(mine, one.headline)]
        return self._say("told", issue=max(issues)) if issues else ""

    def objection(self, candidate: Candidate, section: str | None) -> str:
        if section is None:
            return self._say("homeless")
        if len(self.taken) >= self.limit:
            return self._say("enough", count=self.limit)
        rule = next(rule for rule in self.rules if rule.key == section)
        if self.count(section) >= rule.quota:
            return self._say("full", section=_title(rule, self.language))
        full = next((name for name in candidate.names if self.names[name] >= _PER_COMPANY), None)
        if full is not None:
            return self._say("company", company=self.lexicon.label(full, self.language), count=self.names[full])
        return ""

    def _twin(self, candidate: Candidate) -> Candidate | None:
        return next((one for one in self.taken if same_event(one, candidate)), None)

    def _one_of(self, taken: Candidate, candidate: Candidate) -> None:
        """Of two stories of one event the one stays that was taken, unless only the other can be read."""
        kept, gone = taken, candidate
        if (
            not self._readable(taken)
            and self._readable(candidate)
            and taken is not self.lead
            and taken.id not in self.held
        ):
            kept, gone = candidate, taken
            self.taken[self.taken.index(taken)] = candidate
            self.places[candidate.id] = self.places.pop(taken.id)
            self.names.subtract(taken.names)
            self.names.update(candidate.names)
        self.twins[kept.id] = self.twins.pop(taken.id, frozenset()) | {gone.id}
        self.refuse(gone, self._say("alike", headline=headline(kept, self.language)))

    def _readable(self, candidate: Candidate) -> bool:
        return candidate.best_report(self.language).language == self.language

    def count(self, section: str) -> int:
        return list(self.places.values()).count(section)

    def refuse(self, candidate: Candidate, why: str) -> None:
        self.left.append(LeftOut(story_id=candidate.id, headline=headline(candidate, self.language), why=why))

    def _say(self, key: str, **values: object) -> str:
        return say(key, self.language, **values)


def choose(
    candidates: Sequence[Candidate],
    *,
    rules: Sequence[SectionRule],
    limit: int,
    language: str,
    lexicon: Lexicon,
    told: Mapping[StoryId, Sequence[Told]],
    held: Collection[StoryId] = (),
) -> Chosen:
    """Stories for an issue of at most `limit`; `told` are the tellings of the last issues by story.

    The order of `candidates` does not matter.
    """
    issue = _Issue(rules=rules, limit=limit, language=language, lexicon=lexicon, told=told, held=held)
    fresh = []
    for one in sorted(candidates, key=lambda c: (-c.score, c.id)):
        if why := issue.repeats(one):
            issue.refuse(one, why)
        else:
            fresh.append(one)
    quiet = [one for one in fresh if _home(one, rules) in _QUIET]
    news = [one for one in fresh if _home(one, rules) not in _QUIET]
    issue.lead = _lead(news)
    _reserve(issue, quiet)
    _fill_with_news(issue, news)
    sections = tuple((rule, tuple(c for c in _ordered(issue) if issue.places[c.id] == rule.key)) for rule in rules)
    told_now = {one.id for one in issue.taken}
    return Chosen(
        lead=issue.lead,
        sections=sections,
        left_out=tuple(issue.left[:_LISTED]),
        twins=issue.twins,
        follows={story: before for story, before in issue.follows.items() if story in told_now},
    )


def headline(candidate: Candidate, language: str) -> str:
    return one_line(candidate.best_report(language).title)


def _reserve(issue: _Issue, quiet: Sequence[Candidate]) -> None:
    for one in quiet:
        issue.offer(one, _home(one, issue.rules))


def _fill_with_news(issue: _Issue, news: Sequence[Candidate]) -> None:
    lead = issue.lead
    if lead is None:
        return
    issue.taken.append(lead)
    issue.names.update(lead.names)
    others = [one for one in news if one is not lead]
    worth = [one for one in others if one.id in issue.held or one.score >= lead.score * _floor(one, issue.language)]
    top = next((rule for rule in issue.rules if rule.key == TOP), None)
    most_big = min(len(worth) // _SHARE_OF_BIG, top.quota) if top else 0
    rest = []
    for one in worth:
        if _is_big(one, lead) and issue.count(TOP) < most_big:
            issue.offer(one, TOP)
        else:
            rest.append(one)
    for one in _evenly(issue, rest):
        issue.offer(one, _home(one, issue.rules))
    for one in others:
        if one not in worth:
            issue.refuse(one, say("weak", issue.language))


def _evenly(issue: _Issue, rest: Sequence[Candidate]) -> list[Candidate]:
    """Each section's best first, as many as make the sections equal, then all others by weight."""
    sections = [rule.key for rule in issue.rules if rule.key != TOP and rule.key not in _QUIET]
    share = (issue.limit - len(issue.taken)) // max(1, len(sections))
    seen: Counter[str | None] = Counter()
    first: list[Candidate] = []
    later: list[Candidate] = []
    for one in rest:
        home = _home(one, issue.rules)
        seen[home] += 1
        (first if seen[home] <= share else later).append(one)
    return [*first, *later]


def _ordered(issue: _Issue) -> list[Candidate]:
    return sorted((c for c in issue.taken if c is not issue.lead), key=lambda c: (-c.score, c.id))


def _lead(news: Sequence[Candidate]) -> Candidate | None:
    """Of the heaviest news, what most sources told: a large amount alone does not make the story of the week."""
    able = [one for one in news if _can_lead(one)] or list(news)
    heavy = [one for one in able if one.score >= _HEAVY * able[0].score]
    return max(heavy, key=lambda one: (min(one.sources, _MANY_SOURCES), one.score), default=None)


def _floor(candidate: Candidate, language: str) -> float:
    return _FLOOR if candidate.best_report(language).language == language else _FOREIGN_FLOOR


def _can_lead(candidate: Candidate) -> bool:
    """News of weight: an event, with something to read."""
    told = max(len(article.summary) + len(article.text) for article in candidate.articles)
    return candidate.story.kind not in _NOT_LEADING and told >= 40


def _is_big(candidate: Candidate, lead: Candidate) -> bool:
    return candidate.sources >= 2 and candidate.score >= _BIG * lead.score and candidate.story.kind not in _NOT_LEADING


def _home(candidate: Candidate, rules: Sequence[SectionRule]) -> str | None:
    """The section of its kind, else the one whose topic it is most about, else the top of the tree."""
    for rule in rules:
        if candidate.story.kind.value in rule.kinds:
            return rule.key
    weights = candidate.weights
    scores = {
        rule.key: max((weights.get(topic, 0.0) for topic in rule.topics), default=0.0)
        for rule in rules
        if rule.key != TOP
    }
    best = max(scores.values(), default=0.0)
    if best > 0:
        close = {key for key, score in scores.items() if score >= _CLOSE * best}
        return min(close, key=lambda key: (_first_tag(candidate, key, rules), -scores[key], key))
    return next((rule.key for rule in rules if any(topic in weights for topic in rule.topics)), None)


def _first_tag(candidate: Candidate, section: str, rules: Sequence[SectionRule]) -> int:
    """Where the section's topics begin among the story's tags, which stand strongest first."""
    topics = next(rule.topics for rule in rules if rule.key == section)
    return next((at for at, tag in enumerate(candidate.story.tags) if tag in topics), len(candidate.story.tags))


def _title(rule: SectionRule, language: str) -> str:
    return rule.names.get("zh-Hans" if language == "zh" else language) or rule.names.get("en") or rule.key
