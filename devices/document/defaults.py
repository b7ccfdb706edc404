"""Defaults: what a document gets where it says nothing. They stand in the schema files and nowhere else.

They are applied to a new, a replaced and a patched document alike. A key gets its default if its parent is there, so a
section that has no default itself (``call_forward``, ``metaflows``) is not added, but is filled in once it is present.
Where Kazoo's schema and its documented answer to a creation differ, the answer counts: ``invite_format`` "username",
``media.audio.codecs`` ["PCMU"], and so on.
"""

from __future__ import annotations

import copy
from typing import Any

from devices import schemas
from devices.document.basics import Document
from devices.schema_walk import members, resolved


def with_defaults(document: Document, schema_name: str = "devices") -> Document:
    """Copy the document with every default filled in, except below a oneOf or anyOf. Values of a wrong type stay."""
    filled: Document = _filled(schemas.named(schema_name), document)
    return filled


def _filled(schema: schemas.Schema, value: Any) -> Any:
    schema = resolved(schema)
    if isinstance(value, list):
        return [_filled(schema.get("items", {}), item) for item in value]
    if not isinstance(value, dict):
        return value
    whole = {**value, **{key: copy.deepcopy(default) for key, default in _absent(schema, value)}}
    return {**whole, **{key: _filled(member, whole[key]) for key, member in members(schema, whole)}}


def _absent(schema: schemas.Schema, value: Document) -> list[tuple[str, Any]]:
    properties = schema.get("properties", {}).items()
    return [(key, member["default"]) for key, member in properties if key not in value and "default" in member]
