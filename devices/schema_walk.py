"""Going through a value and its schema side by side, as coercion, defaults and the naming of faults do.

No key of an object is under more than one schema in our files, which keeps this simple.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema_rs import Draft4Validator

from devices import schemas
from devices.schemas import Schema

_ABOUT_MEMBERS = {"properties", "patternProperties", "additionalProperties", "items"}
_own_rules: dict[int, Draft4Validator] = {}


def resolved(schema: Schema) -> Schema:
    """Give the schema that applies: the file referred to, or the schema itself."""
    return schemas.named(schema["$ref"]) if "$ref" in schema else schema


def members(schema: Schema, value: Any) -> Iterator[tuple[str | int, Schema]]:
    """Give each key or index inside a value that has a schema, and the schema; oneOf and anyOf are not entered."""
    if isinstance(value, dict):
        for key in value:
            member_schema = _schema_of_member(schema, key)
            if member_schema is not None:
                yield key, member_schema
    elif isinstance(value, list) and "items" in schema:
        yield from ((index, schema["items"]) for index in range(len(value)))


def own_rules(schema: Schema) -> Draft4Validator:
    """Compile what a part of a schema file says about a value itself, leaving out what it says about the values inside.

    The validator's own paths cannot name the place of a fault: they lose empty keys and read the key "00" as 0.
    """
    if id(schema) not in _own_rules:
        _own_rules[id(schema)] = schemas.compiled(schemas.self_contained(_without_members(schema)))
    return _own_rules[id(schema)]


@cache
def python_pattern(pattern: str) -> re.Pattern[str]:
    r"""Compile a schema's pattern to mean in Python what it means in ECMA 262: ``\w`` is ASCII, ``$`` the very end."""
    return re.compile(re.sub(r"\$\Z", r"\\Z", pattern), re.ASCII)


def _schema_of_member(schema: Schema, key: str) -> Schema | None:
    candidates = [schema.get("properties", {}).get(key)]
    patterns = schema.get("patternProperties", {}).items()
    candidates += [member for pattern, member in patterns if python_pattern(pattern).search(key)]
    return next(filter(None, candidates), schema.get("additionalProperties") or None)


def _without_members(schema: Schema) -> Schema:
    own = {key: value for key, value in schema.items() if key not in _ABOUT_MEMBERS}
    if schema.get("additionalProperties") is not False:
        return own
    known: Schema = {kind: {key: {} for key in schema.get(kind, {})} for kind in ("properties", "patternProperties")}
    return {**own, **known, "additionalProperties": False}
