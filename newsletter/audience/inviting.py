"""The letter that asks an address whether it wants an edition: one sentence, one link, in the look of the house."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from newsletter.config import Config, Edition
from newsletter.model import Fingerprint, Letter

_SUBJECT = {"en": "Confirm your subscription to {title}", "zh": "请确认订阅《{title}》"}
_PREHEADER = {
    "en": "One press, and the next issue comes to you.",
    "zh": "按一下按钮，下一期就会寄给您。",
}
_HTML_LANGUAGE = {"en": "en", "zh": "zh-Hans"}


def invitation(config: Config, edition: Edition, link: str, *, templates: Sequence[Path]) -> Letter:
    """A letter without slots: `link` is the address's own. It shows no name, for a stranger may have typed it."""
    language, title = edition.language, edition.title or config.newsroom.name
    environment = Environment(
        loader=FileSystemLoader([folder / "email" for folder in templates]),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    values = {
        "lang": _HTML_LANGUAGE[language],
        "zh": language == "zh",
        "title": title,
        "subject": _SUBJECT[language].format(title=title),
        "preheader": _PREHEADER[language],
        "link": link,
        "site": config.newsroom.site,
        "house": config.newsroom,
        "theme": edition.theme,
    }
    html = environment.get_template("confirm.html").render(values)
    text = environment.get_template("confirm.txt").render(values)
    headers = (("From", edition.sender), ("Auto-Submitted", "auto-generated"), ("Content-Language", values["lang"]))
    whole = "\0".join((str(values["subject"]), html, text, *(f"{name}: {value}" for name, value in headers)))
    return Letter(
        subject=str(values["subject"]),
        preheader=str(values["preheader"]),
        html=html,
        text=text,
        headers=tuple((name, str(value)) for name, value in headers),
        fingerprint=Fingerprint(hashlib.sha256(whole.encode()).hexdigest()),
    )
