"""Validation: every fault of a document at once, in Kazoo's shape ``{"dotted.key": {"rule": {"message": ...}}}``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from jsonschema_rs import ValidationErrorKind

from devices import schemas
from devices.document.flat import dotted
from devices.document.storable import Path, TooLargeError, readable, unstorable
from devices.schema_walk import members, own_rules, resolved

Errors: TypeAlias = dict[str, dict[str, dict[str, Any]]]
Kind: TypeAlias = ValidationErrorKind

LONGEST_ECHO_CHARACTERS = 2000
_SECRET_PATHS: set[Path] = {("sip", "password"), ("credentials",), ("api_key",)}


@dataclass(frozen=True)
class Fault:
    """One broken rule: where (keys and list indexes), which, and ``message``, ``target``, ``value``, ``cause``."""

    path: Path
    rule: str
    members: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The path as Kazoo has it: joined by dots, a dot inside a key as ``%2E``; the whole document is ``data``."""
        return dotted(self.path) or "data"


def validate(document: Any, schema_name: str = "devices") -> Errors:
    """Give every fault of the document, none if it is valid. Never raises, whatever JSON it is given."""
    return as_errors(find_faults(document, schema_name))


def as_errors(faults: Iterable[Fault]) -> Errors:
    """Group faults by key and rule. The first of two faults with the same key and rule stays."""
    errors: Errors = {}
    for fault in faults:
        errors.setdefault(fault.key, {}).setdefault(fault.rule, fault.members)
    return errors


def find_faults(document: Any, schema_name: str = "devices") -> list[Fault]:
    """List every fault of the document: what cannot be stored, and what the schema forbids."""
    try:
        unstorable_paths = unstorable(document)
    except TooLargeError as error:
        return [too_large(error)]
    faults = [Fault(path, "invalid", {"message": _UNSTORABLE}) for path in unstorable_paths]
    return faults + _schema_faults(readable(document) if faults else document, schema_name)


def too_large(error: TooLargeError) -> Fault:
    """Give the fault of a document that is too deep or too big to be looked at."""
    return Fault((), error.rule, {"message": f"Data is too large: the limit is {error.limit}", "target": error.limit})


def _schema_faults(document: Any, schema_name: str) -> list[Fault]:
    if schemas.validator(schema_name).is_valid(document):
        return []
    return list(_faults_within((), schemas.named(schema_name), document))


def _faults_within(path: Path, schema: schemas.Schema, value: Any) -> Iterator[Fault]:
    schema = resolved(schema)
    for error in own_rules(schema).iter_errors(value):
        yield from _translated(path, error.kind, value, schema.get("description", ""))
    for key, member_schema in members(schema, value):
        yield from _faults_within((*path, key), member_schema, value[key])


def _translated(path: Path, kind: Kind, value: Any, description: str) -> Iterator[Fault]:
    if isinstance(kind, Kind.Required):
        yield Fault((*path, kind.property), "required", {"message": _REQUIRED, "value": kind.property})
    elif isinstance(kind, Kind.AdditionalProperties):
        parent = _echo(path, value, "value")
        for name in kind.unexpected:
            yield Fault((*path, name), "additionalProperties", {"message": "No such field is known here", **parent})
    else:
        rule, message, target = _DESCRIPTIONS[type(kind)](kind)
        names = ("cause", "value") if rule in ("minLength", "maxLength") else ("value",)
        message += f": {description}" if rule == "pattern" and description else ""
        told = {} if target is None else {"target": target}
        yield Fault(path, rule, {"message": message, **told, **_echo(path, value, *names)})


def _echo(path: Path, value: Any, *names: str) -> dict[str, Any]:
    """Give the value back under each name, but no secret, and nothing so long that it would swell the answer."""
    if isinstance(value, dict):
        value = {key: member for key, member in value.items() if (*path, key) not in _SECRET_PATHS}
    if path in _SECRET_PATHS or len(json.dumps(value)) > LONGEST_ECHO_CHARACTERS:
        return {}
    return dict.fromkeys(names, value)


def _types(types: list[str]) -> str:
    return ", ".join(sorted(types, key=lambda name: (name == "null", name)))


_REQUIRED = "Field is required but missing"
_UNSTORABLE = "Holds a character or a number that cannot be stored"
_BRANCHES = "Value fits none of the forms allowed here, or more than one"
_DESCRIPTIONS: dict[type[Kind], Callable[[Any], tuple[str, str, Any]]] = {
    Kind.Type: lambda kind: ("type", f"Value must be of type {_types(kind.types)}", _types(kind.types)),
    Kind.MinLength: lambda kind: ("minLength", f"String must be at least {kind.limit} characters", kind.limit),
    Kind.MaxLength: lambda kind: ("maxLength", f"String must not be more than {kind.limit} characters", kind.limit),
    Kind.Minimum: lambda kind: ("minimum", f"Value must be at least {kind.limit}", kind.limit),
    Kind.Maximum: lambda kind: ("maximum", f"Value must be at most {kind.limit}", kind.limit),
    Kind.Enum: lambda kind: ("enum", f"Value must be one of {', '.join(map(str, kind.options))}", kind.options),
    Kind.Pattern: lambda kind: ("pattern", "String does not have the form required here", kind.pattern),
    Kind.UniqueItems: lambda _: ("uniqueItems", "Items must not repeat", None),
    Kind.OneOfNotValid: lambda _: ("not_one_schema_valid", _BRANCHES, None),
    Kind.OneOfMultipleValid: lambda _: ("not_one_schema_valid", _BRANCHES, None),
    Kind.AnyOf: lambda _: ("any_schemas_not_valid", "Value fits none of the forms allowed here", None),
}
