"""The JSON Schema files in ``schema/`` (draft 4): loaded once, served, bundled, compiled, given as OpenAPI components.

A file is called ``NAME.json`` and refers to another as ``{"$ref": "OTHER-NAME"}``. ``/v2/schemas/NAME`` prints it so,
and there the reference resolves to ``/v2/schemas/OTHER-NAME`` by itself. In draft 4 what stands beside ``$ref`` is no
rule: it is a description or a default.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from jsonschema_rs import Draft4Validator, RegexOptions

Schema: TypeAlias = dict[str, Any]

FOLDER = Path(__file__).with_name("schema")
NAMES = tuple(sorted(path.name.removesuffix(".json") for path in FOLDER.glob("*.json")))

_FILES: dict[str, Schema] = {name: json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")) for name in NAMES}


def served(name: str) -> Schema:
    """Give the schema as ``/v2/schemas/NAME`` prints it: the file and its ``id``. Unknown names raise ``KeyError``."""
    return {"id": name, **_FILES[name]}


def bundled(name: str) -> Schema:
    """Give the schema as one self-contained draft-4 document: all that it refers to stands under ``definitions``."""
    return self_contained(_FILES[name])


@cache
def validator(name: str) -> Draft4Validator:
    """Compile the schema once."""
    return compiled(bundled(name))


def compiled(schema: Schema) -> Draft4Validator:
    """Compile a self-contained schema. Formats are notes, not rules, and patterns are matched in linear time."""
    return Draft4Validator(schema, validate_formats=False, pattern_options=RegexOptions())


def self_contained(schema: Schema) -> Schema:
    """Give a copy of any part of a schema file with all that it refers to under ``definitions``."""
    definitions = {needed: _referring(_FILES[needed], "#/definitions/{}") for needed in sorted(_reachable(schema))}
    for definition in definitions.values():
        del definition["$schema"]
    return {**_referring(schema, "#/definitions/{}"), "definitions": definitions}


def components(prefix: str = "kazoo.") -> dict[str, Schema]:
    """Give every schema as an OpenAPI 3.1 component (JSON Schema 2020-12), named ``prefix`` + NAME."""
    target = f"#/components/schemas/{prefix}{{}}"
    return {prefix + name: _for_openapi(_referring(schema, target)) for name, schema in _FILES.items()}


def named(name: str) -> Schema:
    """Give the schema file itself: shared, and not to be changed."""
    return _FILES[name]


def _reachable(schema: Schema) -> set[str]:
    found: set[str] = set()
    waiting = [schema]
    while waiting:
        new = set(_references(waiting.pop())) - found
        found |= new
        waiting += [_FILES[name] for name in new]
    return found


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"]
        for member in schema.values():
            yield from _references(member)
    elif isinstance(schema, list):
        for member in schema:
            yield from _references(member)


def _rewritten(schema: Any, change: Callable[[str, Any], tuple[str, Any]]) -> Any:
    """Copy a schema; ``change`` says what becomes of each (key, value)."""
    if isinstance(schema, dict):
        return dict(change(key, _rewritten(value, change)) for key, value in schema.items())
    if isinstance(schema, list):
        return [_rewritten(member, change) for member in schema]
    return schema


def _referring(schema: Schema, target: str) -> Any:
    """Copy a schema with its references written as ``target``, where ``{}`` stands for the name."""
    return _rewritten(schema, lambda key, value: (key, target.format(value)) if key == "$ref" else (key, value))


def _for_openapi(schema: Schema) -> Any:
    renamed = _rewritten(schema, lambda key, value: ("x-support-level" if key == "support_level" else key, value))
    del renamed["$schema"]
    return renamed
