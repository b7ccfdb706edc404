"""PATCH: how a partial document changes a whole one (JSON Merge Patch, RFC 7396, which is what Kazoo does too)."""

from __future__ import annotations

import json
from typing import Any

from devices.document.basics import Document


def merge(document: Document, patch: Document) -> Document:
    """Give the document with the patch applied: objects are merged, null deletes, all else is replaced."""
    merged = dict(document)
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = _merged_member(merged.get(key), value)
    return merged


def _merged_member(before: Any, value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return merge(before if isinstance(before, dict) else {}, value)


def difference(before: Document, after: Document) -> Document:
    """Give the patch that makes ``after`` of ``before``."""
    patch: Document = dict.fromkeys(key for key in before if key not in after)
    for key, value in after.items():
        old = before.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            if inner := difference(old, value):
                patch[key] = inner
        elif key not in before or json.dumps(old) != json.dumps(value):  # in JSON, true is not 1
            patch[key] = value
    return patch
