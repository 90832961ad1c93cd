"""The reader's own parts of a letter, marked so that no feed, editor or model can forge them.

A marker is a private-use pair around a name. Rendering drops those two characters from every value that it
prints (`without_markers`), so a marker in a letter can only come from a template that named the slot.
"""

from enum import StrEnum

OPEN = "\ue0f0"
CLOSE = "\ue0f1"
_FORBIDDEN = {ord(OPEN): None, ord(CLOSE): None}


class Slot(StrEnum):
    ADDRESS = "address"
    NAME = "name"
    UNSUBSCRIBE = "unsubscribe"
    PREFERENCES = "preferences"

    @property
    def marker(self) -> str:
        return f"{OPEN}{self.value}{CLOSE}"


def without_markers(text: str) -> str:
    return text.translate(_FORBIDDEN)


def pieces(text: str) -> tuple[str | Slot, ...]:
    """Cut a text at its markers: fixed text and slots in turn. Raises ValueError on an unknown or broken marker."""
    found: list[str | Slot] = []
    head, *rest = text.split(OPEN)
    if head:
        found.append(head)
    for part in rest:
        name, close, tail = part.partition(CLOSE)
        if not close:
            raise ValueError("a slot marker is not closed")
        found.append(Slot(name))
        if tail:
            found.append(tail)
    return tuple(found)


def fill(text: str, values: dict[Slot, str]) -> str:
    """The text with every slot replaced by its value."""
    return "".join(values[piece] if isinstance(piece, Slot) else piece for piece in pieces(text))
