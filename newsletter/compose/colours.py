"""The dark sheet that belongs to a light theme, and how well two colours can be told apart (WCAG 2.2, 1.4.3)."""

from dataclasses import replace

from newsletter.config import Theme

READABLE = 4.5
_DARK = Theme(
    page="#14181C",
    paper="#1B2126",
    ink="#E8E6E1",
    muted="#A3ACB4",
    rule="#313940",
    link="#7CC7D4",
    copper="#E5A074",
    tint="#24414A",
)
_LIGHT = Theme()


def dark_of(theme: Theme) -> Theme:
    """Our own dark sheet; accents that an operator changed are lightened until they can be read on it."""
    changed = {
        name: lightened(getattr(theme, name), until=_DARK.paper)
        for name in ("link", "copper")
        if getattr(theme, name).upper() != getattr(_LIGHT, name).upper()
    }
    return replace(_DARK, **changed, sign_off=theme.sign_off)


def lightened(colour: str, *, until: str) -> str:
    """The colour mixed with white in steps of 5 % until it stands out from `until`."""
    red, green, blue = _channels(colour)
    for step in range(21):
        mixed = "#" + "".join(f"{round(c + (255 - c) * step / 20):02X}" for c in (red, green, blue))
        if contrast(mixed, until) >= READABLE + 1:
            return mixed
    return "#FFFFFF"


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black and white)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [c / 255 for c in _channels(colour)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
