"""Every type, default, bound, choice and pattern of the schema files, against a table of what the documentation says.

The table is ``schema_facts.tsv``: schema, key, type, default, rules. A key is written as in the documentation: dots
between names, ``[]`` for the items of a list, ``/.../`` for keys that match a pattern, ``*`` for all other keys, and
``oneOf#1`` for a branch. A type ``-> NAME`` is a reference.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devices import schemas

SIMPLE_RULES = ("minLength", "maxLength", "minimum", "maximum", "pattern", "uniqueItems", "format", "writeOnly")


def documented(name: str) -> dict[str, tuple[str, ...]]:
    """Give the rows of the table for one schema: key to type, default and rules."""
    with Path(__file__).with_name("schema_facts.tsv").open(encoding="utf-8", newline="") as table:
        rows = csv.reader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row[1]: tuple(row[2:]) for row in rows if row[0] == name}


@pytest.mark.parametrize("name", schemas.NAMES)
def test_a_schema_says_what_the_documentation_says(name: str) -> None:
    assert dict(_facts(schemas.named(name), "")) == documented(name)


def _facts(schema: dict[str, Any], key: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    default = json.dumps(schema["default"]) if "default" in schema else ""
    yield key, (_type(schema), default, "; ".join(_rules(schema)))
    for suffix, inner in _inner(schema):
        yield from _facts(inner, f"{key}{suffix}" if key or not suffix.startswith(".") else suffix[1:])


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return f"-> {schema['$ref']}"
    kind = schema.get("type", "")
    return kind if isinstance(kind, str) else " or ".join(kind)


def _rules(schema: dict[str, Any]) -> Iterator[str]:
    yield from (f"{rule} {schema[rule]}" for rule in SIMPLE_RULES if rule in schema)
    yield from (f"{rule} {' '.join(schema[rule])}" for rule in ("enum", "required") if rule in schema)
    if schema.get("additionalProperties") is False:
        yield "no other keys"


def _inner(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from ((f".{name}", inner) for name, inner in schema.get("properties", {}).items())
    yield from ((f"./{pattern}/", inner) for pattern, inner in schema.get("patternProperties", {}).items())
    if isinstance(schema.get("additionalProperties"), dict):
        yield ".*", schema["additionalProperties"]
    if "items" in schema:
        yield "[]", schema["items"]
    for word in ("oneOf", "anyOf"):
        yield from ((f" {word}#{number}", branch) for number, branch in enumerate(schema.get(word, []), start=1))
