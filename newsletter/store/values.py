"""Frozen values to JSON and back, for the columns that hold a whole value."""

from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def to_json(kind: Any, value: object) -> Any:
    """Plain lists and dicts; `kind` is the declared type, `tuple[Reason, ...]` for instance."""
    return _adapter(kind).dump_python(value, mode="json")


def from_json(kind: type[T], data: Any) -> T:
    declared: Any = kind
    value: T = _adapter(declared).validate_python(data)
    return value
