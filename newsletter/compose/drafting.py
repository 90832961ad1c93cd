"""Ranked stories, the last issues and an editor's decisions become an issue: always the same from the same.

candidates ─ regroup ─ choose ─ tell ─ edit ─ count the week's figures ─ announce ─→ Issue
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from newsletter.compose import announcing
from newsletter.compose.candidates import Candidate, Told
from newsletter.compose.choosing import Chosen, choose
from newsletter.compose.editing import edited, held
from newsletter.compose.figures import week_in_numbers
from newsletter.compose.regrouping import regrouped
from newsletter.compose.telling import Telling
from newsletter.config import Edition
from newsletter.errors import NewsletterError
from newsletter.language.lexicon import Lexicon
from newsletter.language.taxonomy import SectionRule, named
from newsletter.model import Edit, FeedUrl, Issue, IssueKey, Item, Section, StoryId


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which issue is to be made, and what the edition knows and wants."""

    edition: Edition
    period: str
    number: int
    date: datetime
    window: tuple[datetime, datetime]
    title: str
    lexicon: Lexicon
    source_of: Callable[[FeedUrl], str]

    @property
    def key(self) -> IssueKey:
        return issue_key(self.edition, self.period)


def issue_key(edition: Edition, period: str) -> IssueKey:
    return IssueKey(f"{edition.key}/{period}")


def draft(
    plan: Plan,
    candidates: Sequence[Candidate],
    *,
    told: Mapping[StoryId, Sequence[Told]],
    edits: Sequence[Edit] = (),
    write: Callable[[Issue], Issue] = lambda issue: issue,
) -> Issue:
    """The issue of a plan. `told` are the tellings of the edition's last issues, by story.

    `write` may say otherwise what the machine found; editors have the last word.

    Raises NewsletterError when the edition names a section that the taxonomy does not have.
    """
    grouped = regrouped([one for one in candidates if one.articles], edits, language=plan.edition.language)
    chosen = choose(
        grouped.candidates,
        rules=_rules(plan),
        limit=plan.edition.items,
        language=plan.edition.language,
        lexicon=plan.lexicon,
        told=told,
        held=held(edits),
    )
    chosen = replace(chosen, left_out=(*grouped.left_out, *chosen.left_out))
    issue = edited(write(_told(plan, chosen)), edits)
    issue = replace(issue, figures=week_in_numbers(issue.items, issue.language))
    return _announced(issue, plan)


def _rules(plan: Plan) -> tuple[SectionRule, ...]:
    """The edition's sections in its own order."""
    found = []
    for key in plan.edition.sections:
        rule = plan.lexicon.taxonomy.section(key)
        if rule is None:
            known = ", ".join(one.key for one in plan.lexicon.taxonomy.sections)
            where = f"[[editions]] {plan.edition.key} sections"
            raise NewsletterError(f"{where}: taxonomy.toml has no section {key!r}; use some of {known}")
        found.append(rule)
    return tuple(found)


def _told(plan: Plan, chosen: Chosen) -> Issue:
    language = plan.edition.language
    telling = Telling(language=language, lexicon=plan.lexicon, source_of=plan.source_of, since=plan.window[0])

    def item(one: Candidate) -> Item:
        return telling.item(one, chosen.follows.get(one.id), chosen.twins.get(one.id, ()))

    # The empty ones too: an editor may move a story there. What stays empty vanishes after the edits.
    sections = tuple(
        Section(key=rule.key, title=named(rule.names, language) or rule.key, items=tuple(map(item, members)))
        for rule, members in chosen.sections
    )
    return Issue(
        key=plan.key,
        edition=plan.edition.edition_key,
        period=plan.period,
        number=plan.number,
        language=language,
        title=plan.title,
        date=plan.date,
        window=plan.window,
        subject="",
        preheader="",
        lead=None if chosen.lead is None else item(chosen.lead),
        sections=sections,
        left_out=chosen.left_out,
    )


def _announced(issue: Issue, plan: Plan) -> Issue:
    """Subject and preheader from the lead, unless an editor wrote them."""
    subject = issue.subject or announcing.subject(
        issue.items, language=issue.language, otherwise=f"{plan.title} {plan.period}"
    )
    preheader = issue.preheader or announcing.preheader(issue.items, subject, language=issue.language)
    return replace(issue, subject=subject, preheader=preheader)
