"""A mistake in config.toml as a sentence: which key, what stands there, what is allowed."""

from difflib import get_close_matches
from typing import Any, get_args

_SHAPES = {
    "dataclass_type": "a table, with its keys below it",
    "dict_type": "a table, with its keys below it",
    "tuple_type": "a list in square brackets",
    "string_type": "text in quotation marks",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "float_type": "a number",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
}


def sentence(error: dict[str, Any], where: str, known: type) -> str:
    """One line for one of pydantic's errors: the file, the place as TOML has it, and what is allowed there."""
    place = [part for part in error["loc"] if not str(part).startswith("function-")]
    kind, got = error["type"], error.get("input")
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        return f"{where}: {_place(place)}: unknown key{_nearest(place, known)}; take it out or correct it"
    if kind in ("missing", "missing_argument"):
        return f"{where}: {_place(place)}: is missing; set it"
    if kind == "literal_error":
        return f"{where}: {_place(place)} = {got!r}: use one of {error['ctx']['expected']}"
    if place == ["editions"] and kind == "tuple_type" and isinstance(got, dict):
        return f"{where}: [editions] = {got!r}: use a list: write [[editions]], in two pairs of brackets"
    if kind in _SHAPES:
        return f"{where}: {_place(place)} = {got!r}: use {_SHAPES[kind]}"
    wanted = error["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    if str(place[-1]).endswith("_env"):
        # Whoever puts a secret where its name belongs does not want to read it in a log.
        return f"{where}: {_place(place)}: use {wanted}"
    return f"{where}: {_place(place)} = {got!r}: use {wanted}"


def _place(parts: list[Any]) -> str:
    words = ["from" if part == "sender" else str(part) for part in parts]
    if parts[0] == "editions" and len(parts) > 1 and isinstance(parts[1], int):
        return f"[[editions]] number {parts[1] + 1}" + "".join(f" {word}" for word in words[2:])
    if len(words) == 1:
        return f"[{words[0]}]"
    tables = [at for at, part in enumerate(parts[:-1]) if isinstance(part, str)]
    cut = tables[-1] + 1 if tables else 1
    if any(isinstance(part, int) for part in parts):
        cut = next(at for at, part in enumerate(parts) if isinstance(part, int)) - 1
    return f"[{'.'.join(words[:cut])}] {' '.join(words[cut:])}"


def _nearest(parts: list[Any], config: type) -> str:
    known: Any = config
    for part in parts[:-1]:
        if isinstance(part, str):
            known = _type_of(known, part)
    names = [name for name in getattr(known, "__dataclass_fields__", {}) if (known, name) != (config, "folder")]
    names = ["from" if name == "sender" else name for name in names]
    close = get_close_matches(str(parts[-1]), names, 1)
    return f" (did you mean {close[0]}?)" if close else f" (known: {', '.join(names)})" if names else ""


def _type_of(owner: Any, name: str) -> Any:
    kind = owner.__dataclass_fields__[name].type if name in getattr(owner, "__dataclass_fields__", {}) else None
    return next((part for part in get_args(kind) if hasattr(part, "__dataclass_fields__")), kind)
