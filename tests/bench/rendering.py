"""Letters made: the issue rendered, a reader's letter spliced and signed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import partial
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from newsletter.compose.rendering import Imprint, render
from newsletter.config import Edition, House
from newsletter.deliver.mime import splice
from newsletter.deliver.parcels import Mailing, Parcel
from newsletter.deliver.signing import Dkim
from newsletter.model import DeliveryId, Letter, Section
from newsletter.shipped import shipped
from newsletter.slots import Slot, fill
from tests.bench.figures import Figure, at_most, seconds
from tests.builders import NOW, issue, item

EDITION = Edition(key="weekly-en", title="AI Infrastructure Weekly", sender="weekly@news.example")


def rendering() -> Iterator[Figure]:
    languages: tuple[Literal["en", "zh"], ...] = ("zh", "en")
    for language in languages:
        made = partial(_render, language)
        letter = made()
        yield at_most(f"render an issue of 45 items ({language})", seconds(made) * 1000, 50, "ms")
        yield at_most("  its HTML", len(letter.html.encode()) / 1000, 60, "kB")
    mailing = Mailing(issue=issue().key, letter=letter, sender=EDITION.sender, date=NOW)
    parcels = [_parcel(number) for number in range(2_000)]
    splice(mailing, parcels[0])
    took = seconds(lambda: _each(parcels, lambda one: splice(mailing, one)))
    yield at_most("splice a reader's letter", took * 1000 / len(parcels), 0.02, "ms")
    built = seconds(lambda: _each(parcels[:20], lambda one: _built(mailing, one)), times=3) / 20
    yield Figure(what="  times as fast as EmailMessage", value=built * len(parcels) / took, unit="times")
    key = generate_private_key(65537, 2048)
    data, dkim = splice(mailing, parcels[0]), Dkim("news.example", "s", key)
    yield Figure(what="sign a letter (DKIM, RSA-2048)", value=seconds(lambda: dkim.signed(data), 50) * 1000, unit="ms")


def _each(parcels: Sequence[Parcel], work: Callable[[Parcel], bytes]) -> None:
    """One after the other, as they are sent: nobody keeps two thousand letters in memory."""
    for one in parcels:
        work(one)


_TOLD = {
    "en": ("Story {}: Nvidia invests $2 billion in Nebius", "Nvidia will invest in Nebius, a cloud company. " * 4),
    "zh": (
        "第{}则：英伟达向 Nebius 投资 20 亿美元",
        "英伟达将向云计算公司 Nebius 投资 20 亿美元，用于建设数据中心。" * 3,
    ),
}


def _render(language: Literal["en", "zh"]) -> Letter:
    """45 items of the length that a real week has."""
    headline, summary = _TOLD[language]
    items = tuple(
        item(f"a{n}", headline.format(n), language=language, summary=summary, key_points=(summary[:90],))
        for n in range(45)
    )
    sections = tuple(
        Section(key=key, title=key.replace("-", " "), items=items[1 + at * 11 : 12 + at * 11])
        for at, key in enumerate(("big-stories", "chips-compute", "money-deals", "reviews"))
    )
    house = House(site="https://news.example", postal_address="1 Sample Street, 12345 Sampletown")
    made = issue(f"weekly-{language}", lead=items[0], sections=sections, language=language)
    edition = replace(EDITION, language=language)
    return render(made, Imprint(edition=edition, house=house), (shipped("templates"),)).letter


def _built(mailing: Mailing, parcel: Parcel) -> bytes:
    """The same letter as the standard library makes it, a message for every reader."""
    message = EmailMessage(policy=SMTP)
    values = dict(parcel.values)
    message["Subject"], message["From"], message["To"] = mailing.letter.subject, mailing.sender, parcel.email
    message["Message-ID"], message["Date"] = parcel.message_id, format_datetime(mailing.date)
    message.set_content(fill(mailing.letter.text, values))
    message.add_alternative(fill(mailing.letter.html, values), subtype="html")
    return message.as_bytes()


def _parcel(number: int) -> Parcel:
    values = {slot: f"https://news.example/{slot.name.lower()}/{number}" for slot in Slot}
    email = f"reader{number}@reader.example"
    return Parcel(delivery=DeliveryId(f"d{number}"), email=email, message_id=f"<d{number}@news.example>", values=values)


MEASURES = (rendering,)
