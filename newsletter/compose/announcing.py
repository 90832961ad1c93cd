"""Subject and preheader: the lead in the few signs that an inbox shows, never cut inside a number or a word."""

import re
from collections.abc import Iterable, Sequence

from newsletter.compose.wording import one_line, say
from newsletter.language.script import HAN, language_of
from newsletter.language.segmenting import tokens
from newsletter.language.sentences import sentences
from newsletter.model import Item

SUBJECT = {"en": 60, "zh": 28}
PREHEADER = {"en": (40, 90), "zh": (20, 45)}
_CLAUSE = re.compile(r"(?<=\S)(?:\s*[;；|｜。！？!?]\s*|\s+[-–—]+\s+|——|[:：,，]\s*(?!\d))")
# English goes on with one of these after what can stand alone; "of" only after another: tens of gigawatts | of power.
_PHRASE = re.compile(
    r"(?<=[a-z0-9])(?=\s+(?:to|for|in|with|as|after|before|by|at|amid|over|from|while|under|through|via|since|following|despite)\s)"
)
_OF_OF = re.compile(r"(?<=\sof)\s+\w+(?:\s+\w+)?(?=\s+of\s)")
# These ask for more behind them.
_OPEN = re.compile(
    r"\b(?:the|an?|of|that|which|who|is|are|was|and|or|its?|not|be|than|up|out|more|set|plans?|aims?|seeks?|looks?)$"
)
_SHORTEST = 0.55
_ATOM = re.compile(
    rf"[$€£¥₹]?\d[\d.,]*\s?(?:[万亿千百]+|[a-zA-Z%]+)?[{HAN}]?|[A-Za-zÀ-ɏ][\w.'’&+/-]*|[{HAN}]+|\s+|.", re.DOTALL
)
_BEFORE_ELLIPSIS = " ，、；：,;:-–—（(“\"‘'《「$€£¥"
_LOWER_WORDS = re.compile(r"[a-z]")


def subject(items: Sequence[Item], *, language: str, otherwise: str) -> str:
    """The lead's headline; that of the first item in the reader's language when the lead's is foreign."""
    own = [item for item in items[:5] if item.language == language]
    chosen = next(iter(own or items), None)
    return otherwise if chosen is None else fitted(_calm(chosen.headline), SUBJECT[language])


def preheader(items: Sequence[Item], subject: str, *, language: str) -> str:
    """What the lead says next, then the next headlines, as much as the inbox shows; never the subject again."""
    least, most = PREHEADER[language]
    said = ""
    for part in _parts(items, subject, language):
        longer = f"{said}{' ' if said and language == 'en' else ''}{part}"
        if said and len(said) >= least and len(longer) > most:
            break
        said = fitted(longer, most, phrases=False)
        if len(said) >= least + 15:
            break
    return said


def fitted(text: str, limit: int, *, phrases: bool = True) -> str:
    """At most `limit` signs: whole, else up to the end of a clause or phrase, else to a word's end and an ellipsis."""
    text = one_line(text)
    if len(text) <= limit:
        return text
    for places in (_clause_ends(text), _phrase_ends(text) if phrases else []):
        fitting = [end for end in places if _SHORTEST * limit <= end <= limit and not _OPEN.search(text, 0, end)]
        if fitting:
            return text[: max(fitting)].rstrip(_BEFORE_ELLIPSIS)
    kept = ""
    for atom in _atoms(text):
        if len(kept) + len(atom) + 1 > limit:
            break
        kept += atom
    kept = kept.rstrip(_BEFORE_ELLIPSIS)
    return f"{kept or text[: limit - 1]}…"


def _clause_ends(text: str) -> list[int]:
    return [match.start() for match in _CLAUSE.finditer(text)]


def _phrase_ends(text: str) -> list[int]:
    return [match.start() for match in _PHRASE.finditer(text)] + [match.end() for match in _OF_OF.finditer(text)]


def _parts(items: Sequence[Item], subject: str, language: str) -> Iterable[str]:
    known = set(tokens(subject))
    lead = next(iter(items), None)
    if lead is not None and lead.language == language:
        texts = lead.key_points or sentences(lead.summary)
        yield from (text for text in texts if not _repeats(text, known))
    others = [item.headline for item in items[1:] if item.language == language and not _repeats(item.headline, known)]
    if others:
        yield say("also", language, headlines=("；" if language == "zh" else "; ").join(others[:3]))


def _repeats(text: str, known: set[str]) -> bool:
    said = set(tokens(text))
    return not said or len(said & known) >= 0.7 * min(len(said), len(known) or 1)


def _calm(headline: str) -> str:
    """A headline in capitals only is written as a sentence."""
    letters = [sign for sign in headline if sign.isascii() and sign.isalpha()]
    if len(letters) < 12 or language_of(headline) != "en" or _LOWER_WORDS.search(headline):
        return headline
    return headline[:1] + headline[1:].lower()


def _atoms(text: str) -> Iterable[str]:
    """Pieces that stay whole: a number with its unit, a Latin word, a Han word as the dictionary cuts it."""
    for atom in _ATOM.findall(text):
        if re.match(f"[{HAN}]", atom):
            yield from _han_words(atom)
        else:
            yield atom


def _han_words(run: str) -> Iterable[str]:
    """The dictionary's words laid over the run; it may write them otherwise (Traditional), so by length."""
    words = tokens(run)
    if sum(map(len, words)) != len(run):
        yield from run
        return
    at = 0
    for word in words:
        yield run[at : at + len(word)]
        at += len(word)
