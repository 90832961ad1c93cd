"""An issue in a list of issues, told in its own language."""

from dataclasses import dataclass
from datetime import datetime

from newsletter.store.issues import Listed
from newsletter.web.site import Site
from newsletter.web.words import say


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLine:
    key: str
    subject: str
    title: str
    language: str
    date: datetime
    number_said: str
    day_said: str


def issue_line(site: Site, listed: Listed) -> IssueLine:
    return IssueLine(
        key=listed.key,
        subject=listed.subject,
        title=listed.title,
        language=listed.language,
        date=listed.date,
        number_said=say("number", listed.language, number=listed.number),
        day_said=site.showing.day(listed.date, listed.language),
    )
