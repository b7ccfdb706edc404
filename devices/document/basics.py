"""What the other modules share: the type of a document, and how to look into one and change a copy of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

Document: TypeAlias = dict[str, Any]


class Missing:
    """The type of ``MISSING``, which tells an absent key from a null."""


MISSING: Final = Missing()


def look_up(document: Any, *keys: str) -> Any:
    """Give the member reached by ``keys`` through objects, or ``MISSING``. Lists are not entered."""
    for key in keys:
        if not isinstance(document, dict) or key not in document:
            return MISSING
        document = document[key]
    return document


def text_at(document: Any, *keys: str) -> str:
    """Give the text at ``keys``; empty where there is none or it is no text."""
    found = look_up(document, *keys)
    return found if isinstance(found, str) else ""


def changed(document: Document, keys: tuple[str, ...], change: Callable[[Any], Any]) -> Document:
    """Copy the document with the member at ``keys`` passed through ``change``, if there is such a member."""
    if look_up(document, *keys) is MISSING:
        return document
    first, *rest = keys
    member = changed(document[first], tuple(rest), change) if rest else change(document[first])
    return {**document, first: member}


def without(document: Document, keys: tuple[str, ...]) -> Document:
    """Copy the document without the member at ``keys``, if there is such a member."""
    *parents, last = keys
    if look_up(document, *keys) is MISSING:
        return document
    if parents:
        return changed(document, tuple(parents), lambda parent: without(parent, (last,)))
    return {key: value for key, value in document.items() if key != last}
