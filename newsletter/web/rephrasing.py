"""What an issue keeps in its readers' language or in English, said in the language of the page that shows it."""

from collections.abc import Mapping
from dataclasses import replace

from newsletter.compose import remarks, wording
from newsletter.model import Check, Issue, LeftOut, StoryId
from newsletter.store.shelves import Shelves
from newsletter.web.words import WORDS, say


def check_in(language: str, check: Check) -> Check:
    """A check by the name that the page gives it; one of an older version keeps its own."""
    name = say(f"check {check.name}", language) if f"check {check.name}" in WORDS else check.name
    return replace(check, name=name, say=remarks.in_chinese(check.say) if language == "zh" else check.say)


def left_out_in(language: str, one: LeftOut, issue: Issue, titles: Mapping[str, str]) -> LeftOut:
    """`titles` are those of the sections on the page, by key."""
    if issue.language == language:
        return one
    names = {section.title: titles.get(section.key, section.title) for section in issue.sections}
    return replace(one, why=wording.left_out_in(language, one.why, names))


def strongest_reasons(language: str, issue: Issue, tx: Shelves) -> dict[StoryId, str]:
    """Of each item: in the issue's own words, or the story's where the page is in another language."""
    own = {item.story_id: next(iter(item.why), "") for item in issue.items}
    if issue.language == language:
        return own
    for told in tx.stories.get_many(tuple(own)):
        found = (reason.say.get(language, "") for reason in told.ranked.reasons if reason.points > 0)
        own[told.story.id] = next(filter(None, found), own.get(told.story.id, ""))
    return own
