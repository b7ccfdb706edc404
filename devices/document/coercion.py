"""Kazoo's non-strict reading: a value of the wrong type that plainly means an integer or a boolean becomes one."""

from __future__ import annotations

import math
import re
from typing import Any

from devices import schemas
from devices.document.basics import Document
from devices.schema_walk import members, resolved

_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40}([eE][+-]?[0-9]{1,3})?)?\Z")
_BOOLEANS = {"true": True, "false": False}
SMALLEST_INTEGER, LARGEST_INTEGER = -(2**63), 2**63 - 1


def coerce(document: Document, schema_name: str = "devices") -> Document:
    """Copy the document, reading "300", "300.4" and 299.5 as 300 for an integer, "true" as true for a boolean.

    Nothing below a oneOf or anyOf is touched. What has no such meaning stays as it is, for the validation to name.
    """
    coerced: Document = _coerced(schemas.named(schema_name), document)
    return coerced


def _coerced(schema: schemas.Schema, value: Any) -> Any:
    schema = resolved(schema)
    if isinstance(value, dict):
        return {**value, **{key: _coerced(member, value[key]) for key, member in members(schema, value)}}
    if isinstance(value, list):
        return [_coerced(schema.get("items", {}), item) for item in value]
    if schema.get("type") == "integer":
        return _as_integer(value)
    if schema.get("type") == "boolean" and isinstance(value, str):
        return _BOOLEANS.get(value, value)
    return value


def _as_integer(value: Any) -> Any:
    number = float(value) if isinstance(value, str) and "." in value and _NUMBER.match(value) else value
    if isinstance(number, str) and _NUMBER.match(number):
        return _in_range(int(number), value)
    if isinstance(number, float) and math.isfinite(number):
        return _in_range(_rounded(number), value)
    return value


def _rounded(number: float) -> int:
    """Round half away from zero, as Erlang does."""
    return int(math.copysign(math.floor(abs(number) + 0.5), number))


def _in_range(number: int, otherwise: Any) -> Any:
    return number if SMALLEST_INTEGER <= number <= LARGEST_INTEGER else otherwise
