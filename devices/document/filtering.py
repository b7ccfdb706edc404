"""The filters of a list's query string, as predicates over documents.

``filter_KEY=TEXT``, ``filter_not_KEY=TEXT``, ``has_key=KEY``, ``key_missing=KEY``, ``has_value=KEY`` and
``value_missing=KEY``: KEY may be dotted, TEXT may be a JSON list of texts, any of which will do. All that are given
must hold; names not known here are no filters.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from devices.document.basics import MISSING, Document, look_up
from devices.document.hardware_address import canonical_mac

Test: TypeAlias = Literal["equals", "differs", "has_key", "key_missing", "has_value", "value_missing"]

_COMPARISONS: tuple[tuple[str, Test], ...] = (("filter_not_", "differs"), ("filter_", "equals"))
_PRESENCE: tuple[Test, ...] = ("has_key", "key_missing", "has_value", "value_missing")
_EMPTY_TEXTS = {"", "0", "NULL", "undefined"}


@dataclass(frozen=True)
class Filter:
    """One condition: what is tested, where (keys from the top), and the texts that count as equal."""

    test: Test
    keys: tuple[str, ...]
    texts: frozenset[str] = frozenset()

    def matches(self, document: Document) -> bool:
        """Tell whether the document, ``id`` included, passes. What has no text (an object) passes no comparison."""
        value = look_up(document, *self.keys)
        if self.test in ("equals", "differs"):
            text = _comparable(self.keys, as_text(value))
            return text is not None and (text in self.texts) == (self.test == "equals")
        if self.test in ("has_key", "key_missing"):
            return (value is not MISSING and value is not None) == (self.test == "has_key")
        return is_empty(value) == (self.test == "value_missing")


def parse_filters(parameters: Iterable[tuple[str, str]]) -> tuple[Filter, ...]:
    """Read the filters among the parameters of a query string, given as (name, value) pairs."""
    return tuple(found for name, value in parameters if (found := _parsed(name, value)))


def passes(document: Document, filters: Iterable[Filter]) -> bool:
    """Tell whether the document passes every filter."""
    return all(one.matches(document) for one in filters)


def as_text(value: Any) -> str | None:
    """Write a value as filters compare it: true, 300 and absent are "true", "300" and ""; texts in a list are joined.

    None where it cannot be compared.
    """
    if value is MISSING or value is None:
        return ""
    if isinstance(value, list):
        return "".join(value) if all(isinstance(item, str) for item in value) else None
    if isinstance(value, dict):
        return None
    return value if isinstance(value, str) else json.dumps(value)


def is_empty(value: Any) -> bool:
    """Tell whether a value is absent or as good as: null, 0, "0", "NULL", "undefined", empty text, list or object."""
    if isinstance(value, str):
        return value in _EMPTY_TEXTS
    return value is not False and (value is MISSING or not value)


def _parsed(name: str, value: str) -> Filter | None:
    for presence in _PRESENCE:
        if name == presence:
            return Filter(presence, tuple(value.split(".")))
    for prefix, comparison in _COMPARISONS:
        if name.startswith(prefix):
            keys = tuple(name.removeprefix(prefix).split("."))
            texts = (_comparable(keys, one) for one in _alternatives(value))
            return Filter(comparison, keys, frozenset(text for text in texts if text is not None))
    return None


def _alternatives(value: str) -> list[str | None]:
    """The text itself, and if it is a JSON list its items."""
    try:
        items = json.loads(value) if value.startswith("[") else []
    except (ValueError, RecursionError):
        items = []
    return [value, *map(as_text, items)]


def _comparable(keys: tuple[str, ...], text: str | None) -> str | None:
    """A MAC is compared in its stored spelling, whichever way it is written."""
    return canonical_mac(text) or text if text is not None and keys == ("mac_address",) else text
