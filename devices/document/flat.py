"""A document as one level of dotted keys: what the audit trail keeps of it and compares."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from console.audit import HIDDEN
from devices.document.basics import Document
from devices.document.storable import Path

MOST_KEYS = 300  # a longer document is told by its sections
LONGEST_VALUE_CHARACTERS = 500

_SECRET = re.compile("passw|secret|credential|token|private_key|api_key", re.IGNORECASE)


def flattened(document: Document) -> dict[str, Any]:
    """Give ``{"sip.username": "desk", "flags": [...]}``; a dot inside a key is written ``%2E``.

    Lists are values, empty objects too. What a key unknown to the schema calls a secret is not repeated.
    """
    members = list(_members((), document))
    if len(members) > MOST_KEYS:
        members = [((key,), value) for key, value in document.items()]
    return {dotted(path): HIDDEN if _SECRET.search(str(path[-1])) else _shortened(value) for path, value in members}


def dotted(path: Path) -> str:
    """Give a path as one key."""
    return ".".join(str(part).replace(".", "%2E") for part in path)


def _members(path: Path, value: Document) -> Iterator[tuple[Path, Any]]:
    for key, member in value.items():
        if isinstance(member, dict) and member:
            yield from _members((*path, key), member)
        else:
            yield (*path, key), member


def _shortened(value: Any) -> Any:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return value if len(text) <= LONGEST_VALUE_CHARACTERS else text[:LONGEST_VALUE_CHARACTERS] + "…"
