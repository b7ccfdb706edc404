"""What the schema says, from the ``jsonschema`` package: a second opinion, from other code than what ships."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache
from typing import Any

from jsonschema import (  # type: ignore[import-untyped]  # it ships no types
    Draft4Validator,
    Draft202012Validator,
    ValidationError,
)

from devices import schemas
from devices.schema_walk import python_pattern

RULES = {"oneOf": "not_one_schema_valid", "anyOf": "any_schemas_not_valid"}


def check_draft_4(schema: Any) -> None:
    """Raise unless the schema is one of draft 4."""
    Draft4Validator.check_schema(schema)


def check_openapi(schema: Any) -> None:
    """Raise unless the schema is one of OpenAPI 3.1, which is draft 2020-12."""
    Draft202012Validator.check_schema(schema)


@cache
def oracle(name: str = "devices") -> Draft4Validator:
    """Compile the bundled schema, its patterns rewritten from ECMA 262 to Python."""
    return Draft4Validator(_in_python(schemas.bundled(name)))


def faults(document: Any, name: str = "devices") -> set[tuple[str, str]]:
    """Give each fault's dotted key and rule."""
    return {fault for error in oracle(name).iter_errors(document) for fault in _named(error)}


def coerced(document: Any) -> Any:
    """Do as Kazoo does: where the oracle finds no integer or boolean where one belongs, put what the value means."""
    result = copy.deepcopy(document)
    for error in oracle().iter_errors(document):
        if error.validator == "type" and error.validator_value in ("integer", "boolean") and error.absolute_path:
            *parents, last = error.absolute_path
            place = result
            for key in parents:
                place = place[key]
            place[last] = _meaning(error.instance, error.validator_value)
    return result


def _meaning(value: Any, wanted: str) -> Any:
    if wanted == "boolean":
        return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
    if not isinstance(value, str | float):
        return value
    try:
        number = int(Decimal(str(value)).to_integral_value(ROUND_HALF_UP))
    except InvalidOperation:
        return value
    return number if abs(number) < 2**63 else value


def _named(error: ValidationError) -> Iterator[tuple[str, str]]:
    path = [str(part).replace(".", "%2E") for part in error.absolute_path]
    if error.validator == "required":
        yield from ((_key([*path, name]), "required") for name in _missing(error))
    elif error.validator == "additionalProperties":
        yield from ((_key([*path, name.replace(".", "%2E")]), "additionalProperties") for name in _unexpected(error))
    else:
        yield _key(path), RULES.get(str(error.validator), str(error.validator))


def _key(path: list[str]) -> str:
    return ".".join(path) or "data"


def _missing(error: ValidationError) -> list[str]:
    wanted: Any = error.validator_value
    instance: Any = error.instance
    return [name for name in wanted if name not in instance]


def _unexpected(error: ValidationError) -> list[str]:
    schema: Any = error.schema
    instance: Any = error.instance
    patterns = [python_pattern(pattern) for pattern in schema.get("patternProperties", {})]
    unknown = set(instance) - set(schema.get("properties", {}))
    return [name for name in unknown if not any(pattern.search(name) for pattern in patterns)]


def _in_python(schema: Any) -> Any:
    """Python's ``$`` also matches before a last line feed and ``\\w`` takes any letters; a schema does neither."""
    if isinstance(schema, list):
        return [_in_python(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    rewritten = {key: _in_python(value) for key, value in schema.items()}
    if isinstance(rewritten.get("pattern"), str):
        rewritten["pattern"] = _pattern(rewritten["pattern"])
    if isinstance(rewritten.get("patternProperties"), dict):
        rewritten["patternProperties"] = {_pattern(key): value for key, value in rewritten["patternProperties"].items()}
    return rewritten


def _pattern(pattern: str) -> str:
    return (pattern[:-1] + r"\Z" if pattern.endswith("$") else pattern).replace(r"\w", "A-Za-z0-9_")
