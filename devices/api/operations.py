"""How a Kazoo view describes what it serves; ``devices.api.schema`` makes OpenAPI of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

Schema: TypeAlias = Mapping[str, Any]

HEXADECIMAL_ID = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
OBJECT = {"type": "object"}
TEXT = {"type": "string"}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: the schema of the ``data`` it takes (or of the whole ``body``), and of the ``data`` it answers."""

    id: str
    summary: str
    answer: Schema
    description: str = ""
    takes: Schema | None = None
    body: Schema | None = None
    is_body_required: bool = True
    status: int = 200
    parameters: tuple[OpenApiParameter, ...] = ()
    refusals: tuple[int, ...] = ()
    is_list: bool = False
    has_revision: bool = False
    tag: str = "Kazoo devices"
    examples: Mapping[str, Any] = field(default_factory=dict)


def component(name: str) -> Schema:
    """A reference to one of our schema files."""
    return {"$ref": f"#/components/schemas/kazoo.{name}"}


def list_of(item: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": item}


def query(name: str, description: str, type_: Any = OpenApiTypes.STR) -> OpenApiParameter:
    """A query parameter."""
    return OpenApiParameter(name, type_, OpenApiParameter.QUERY, description=description)


def header(name: str, description: str) -> OpenApiParameter:
    """A request header."""
    return OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.HEADER, description=description)


IF_MATCH = header("If-Match", 'A revision, as `"3-…"`: refuse (412) unless the device is still that one.')
IF_NONE_MATCH = header("If-None-Match", "The revision that the reader has: 304 while the device is still that one.")
PAGES = (
    query("page_size", "How many rows; 50 by default.", {"type": "integer", "minimum": 1}),
    query("start_key", "The `next_start_key` of the page before."),
    query("paginate", "`false`: all rows at once."),
    query("ascending", "`true`: by id upwards."),
)
FILTERS = (
    query("filter_name", "`filter_KEY=TEXT`: only devices whose KEY (dotted) is TEXT, or one of a JSON list of texts."),
    query("filter_not_enabled", "`filter_not_KEY=TEXT`: only devices whose KEY is something else."),
    query("has_key", "Only devices that have this key."),
    query("key_missing", "Only devices that do not."),
    query("has_value", "Only devices whose key is neither absent nor empty."),
    query("value_missing", "Only devices whose key is absent or empty."),
    *(
        query(f"{what}_{end}", f"{what.capitalize()} at this time or {when}, in seconds since the year 0.")
        for what in ("created", "modified")
        for end, when in (("from", "later"), ("to", "earlier"))
    ),
)
DEVICE = {"allOf": [component("devices"), {"type": "object", "required": ["id"], "properties": {"id": HEXADECIMAL_ID}}]}
DEVICE_ROW = {
    "type": "object",
    "required": ["id", "name", "enabled", "device_type", "mac_address", "flags"],
    "properties": {
        "id": HEXADECIMAL_ID,
        "name": TEXT,
        "username": TEXT,
        "mac_address": TEXT,
        "owner_id": TEXT,
        "enabled": {"type": "boolean"},
        "device_type": TEXT,
        "flags": list_of(TEXT),
        "call_recording": component("call_recording"),
        "mobile": {},
    },
}
STATUS = {
    "type": "object",
    "required": ["device_id", "registered"],
    "properties": {
        "device_id": HEXADECIMAL_ID,
        "registered": {"type": "boolean"},
        "contact": TEXT,
        "user_agent": TEXT,
        "received": TEXT,
        "since": {"type": "string", "format": "date-time"},
        "expires": {"type": "string", "format": "date-time"},
    },
}
USER = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": HEXADECIMAL_ID, "name": TEXT, "first_name": TEXT, "last_name": TEXT},
}
ACCOUNT = {
    "type": "object",
    "required": ["id", "name", "realm", "enabled"],
    "properties": {"id": HEXADECIMAL_ID, "name": TEXT, "realm": TEXT, "enabled": {"type": "boolean"}},
}
