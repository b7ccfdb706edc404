"""What no database column, phone or validator can take, whatever the schema says; looked for before all else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from devices.document.coercion import LARGEST_INTEGER, SMALLEST_INTEGER

Path: TypeAlias = tuple[str | int, ...]

MAXIMUM_DEPTH_LEVELS = 64
MAXIMUM_VALUES = 20_000  # members and items, nested ones included: each may be a fault, which takes 20 µs to describe

_UNSTORABLE_CHARACTER = re.compile("[\0\ud800-\udfff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class TooLargeError(Exception):
    """The document is nested too deeply or holds too many values to be looked at."""

    def __init__(self, rule: str, limit: int) -> None:
        """Say which rule is broken (``maxDepth`` or ``maxValues``) and what it allows."""
        super().__init__(rule, limit)
        self.rule = rule
        self.limit = limit


def unstorable(document: Any) -> list[Path]:
    """List paths of keys and values with NUL, lone surrogates or numbers beyond 64 bits; may raise ``TooLargeError``.

    The paths themselves are readable: in a key, each such character is replaced.
    """
    return [_readable_path(path) for path, value in _walk(document) if not all(map(_is_storable, (*path[-1:], value)))]


def readable(value: Any) -> Any:
    """Copy a value that is not too large, replacing what cannot be stored by something of its kind and length."""
    if isinstance(value, str):
        return _UNSTORABLE_CHARACTER.sub(_REPLACEMENT, value)
    if isinstance(value, dict):
        return {readable(key): readable(member) for key, member in value.items()}
    if isinstance(value, list):
        return [readable(item) for item in value]
    if isinstance(value, float) and not _is_storable(value):
        return 0.5
    if isinstance(value, int):
        return value if _is_storable(value) else max(SMALLEST_INTEGER, min(value, LARGEST_INTEGER))
    return value


def _walk(document: Any) -> Iterator[tuple[Path, Any]]:
    waiting: list[tuple[Path, Any]] = [((), document)]
    seen = 0
    while waiting:
        path, value = waiting.pop()
        yield path, value
        if isinstance(value, dict | list):
            seen += len(value)
            _limit("maxDepth", len(path), MAXIMUM_DEPTH_LEVELS)
            _limit("maxValues", seen, MAXIMUM_VALUES)
            members = value.items() if isinstance(value, dict) else enumerate(value)
            waiting += [((*path, key), member) for key, member in members]


def _limit(rule: str, number: int, limit: int) -> None:
    if number > limit:
        raise TooLargeError(rule, limit)


def _is_storable(value: Any) -> bool:
    if isinstance(value, str):
        return not _UNSTORABLE_CHARACTER.search(value)
    if isinstance(value, int | float):
        return SMALLEST_INTEGER <= value <= LARGEST_INTEGER  # NaN and the infinities are outside as well
    return True


def _readable_path(path: Path) -> Path:
    return tuple(readable(key) for key in path)
