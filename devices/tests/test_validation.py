"""Validation against the oracle, and the shape of what it says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from devices import schemas
from devices.document import validate
from devices.document.faults import LONGEST_ECHO_CHARACTERS
from devices.document.storable import MAXIMUM_DEPTH_LEVELS, MAXIMUM_VALUES
from devices.tests import oracle
from devices.tests.strategies import any_json, around_the_edges, thorough

HANDLED = set(
    """type required minLength maxLength minimum maximum enum pattern uniqueItems additionalProperties oneOf anyOf
    properties patternProperties items $ref""".split()
)
NO_RULES = {"$schema", "description", "default", "format", "support_level", "writeOnly"}


def found(document: Any, name: str = "devices") -> set[tuple[str, str]]:
    """Give each fault's key and rule."""
    return {(key, rule) for key, rules in validate(document, name).items() for rule in rules}


def named(**rest: Any) -> dict[str, Any]:
    """Make a document that lacks nothing."""
    return {"name": "x", **rest}


@thorough
@given(around_the_edges())
def test_it_names_exactly_the_faults_that_the_oracle_finds(document: Any) -> None:
    assert found(document) == oracle.faults(document)


@pytest.mark.parametrize("name", schemas.NAMES)
@given(data=st.data())
def test_it_agrees_with_the_oracle_on_every_schema(name: str, data: DataObject) -> None:
    document = data.draw(around_the_edges(name))
    assert found(document, name) == oracle.faults(document, name)


def test_no_schema_uses_a_keyword_that_has_no_translation() -> None:
    assert {keyword for name in schemas.NAMES for keyword in _keywords(schemas.named(name))} <= HANDLED | NO_RULES


def _keywords(schema: dict[str, Any]) -> set[str]:
    inner = [*schema.get("properties", {}).values(), *schema.get("patternProperties", {}).values()]
    inner += [*schema.get("oneOf", []), *schema.get("anyOf", [])]
    inner += [schema[key] for key in ("items", "additionalProperties") if isinstance(schema.get(key), dict)]
    return set(schema).union(*map(_keywords, inner))


LONG = "y" * 129
MODULE_MISSING: dict[str, Any] = {"numbers": {"1": {}}}
SLOT_11 = {"type": "parking", "value": 11}
BAD_HEADER = {"out": {"bad@header": "x"}}
RULES: list[tuple[Any, str, str, dict[str, Any]]] = [
    ({}, "name", "required", {"value": "name"}),
    ({"metaflows": MODULE_MISSING}, "metaflows.numbers.1.module", "required", {"value": "module"}),
    ({"name": 1}, "name", "type", {"target": "string", "value": 1}),
    ({"flags": ["a", 7]}, "flags.1", "type", {"target": "string", "value": 7}),
    ([], "data", "type", {"target": "object", "value": []}),
    ({"name": ""}, "name", "minLength", {"target": 1, "cause": "", "value": ""}),
    ({"name": LONG}, "name", "maxLength", {"target": 128, "cause": LONG, "value": LONG}),
    ({"metaflows": {"digit_timeout": -1}}, "metaflows.digit_timeout", "minimum", {"target": 0, "value": -1}),
    ({"sip": {"method": "md5"}}, "sip.method", "enum", {"target": ["password", "ip"], "value": "md5"}),
    ({"sip": {"realm": "a b c"}}, "sip.realm", "pattern", {"target": r"^[.\w_-]+$", "value": "a b c"}),
    ({"media": {"video": {"codecs": ["VP8"] * 2}}}, "media.video.codecs", "uniqueItems", {"value": ["VP8"] * 2}),
    ({"call_recording": {"a": 1}}, "call_recording.a", "additionalProperties", {"value": {"a": 1}}),
    ({"outbound_flags": 3}, "outbound_flags", "not_one_schema_valid", {"value": 3}),
    (
        {"provision": {"combo_keys": {"1": SLOT_11}}},
        "provision.combo_keys.1",
        "not_one_schema_valid",
        {"value": SLOT_11},
    ),
    (
        {"sip": {"custom_sip_headers": BAD_HEADER}},
        "sip.custom_sip_headers",
        "any_schemas_not_valid",
        {"value": BAD_HEADER},
    ),
    ({"dial_plan": {"a.b": 1}}, "dial_plan.a%2Eb", "type", {"target": "object", "value": 1}),
    ({"call_restriction": {"": 1}}, "call_restriction.", "type", {"target": "object", "value": 1}),
    ({"metaflows": {"numbers": {"00": 1}}}, "metaflows.numbers.00", "type", {"target": "object", "value": 1}),
]


@pytest.mark.parametrize(("document", "key", "rule", "members"), RULES)
def test_each_rule_has_the_members_kazoo_gives_it(document: Any, key: str, rule: str, members: dict[str, Any]) -> None:
    errors = validate(document if key in ("name", "data") else named(**document))
    assert errors == {key: {rule: {**members, "message": errors[key][rule]["message"]}}}


def test_all_faults_come_together() -> None:
    document = {"name": "", "owner_id": "short", "sip": {"method": "x", "realm": ""}}
    assert found(document) == {
        ("name", "minLength"),
        ("owner_id", "minLength"),
        ("sip.method", "enum"),
        ("sip.realm", "minLength"),
        ("sip.realm", "pattern"),
    }


def test_a_type_that_may_be_one_of_two_names_both() -> None:
    errors = validate(named(provision={"feature_keys": {"1": "line"}}))
    assert errors["provision.feature_keys.1"]["type"]["target"] == "object, null"


@pytest.mark.parametrize("password", ["1234", "x" * 33, 12345678, ["hidden-in-a-list"]])
def test_a_password_is_never_repeated(password: Any) -> None:
    errors = validate(named(sip={"password": password}))
    assert {name for members in errors["sip.password"].values() for name in members} <= {"message", "target"}


def test_a_key_beside_an_api_key_does_not_give_the_api_key_away() -> None:
    errors = validate({"api_key": "a" * 64, "ui_metadata": {}}, "api_auth")
    assert errors["ui_metadata"]["additionalProperties"]["value"] == {"ui_metadata": {}}


def test_a_long_value_is_not_repeated() -> None:
    errors = validate(named(call_recording={str(number): "long" * 25 for number in range(100)}))
    assert len(json.dumps(errors)) < 100 * LONGEST_ECHO_CHARACTERS
    assert set(errors["call_recording.7"]["additionalProperties"]) == {"message"}


UNSTORABLE = ["\0", "\ud800", "a\udfffb", 2**63, -(2**63) - 1, 10**400, 1e19, float("nan"), float("inf"), float("-inf")]


@pytest.mark.parametrize("value", UNSTORABLE)
def test_what_cannot_be_stored_is_a_fault_wherever_it_stands(value: Any) -> None:
    assert found(named(custom=[{"deep": value}])) == {("custom.0.deep", "invalid")}


@pytest.mark.parametrize("key", ["\0", "a\ud800"])
def test_a_key_that_cannot_be_stored_is_a_fault_with_a_readable_name(key: str) -> None:
    assert found(named(custom={key: 1})) == {("custom." + key[:-1] + "\N{REPLACEMENT CHARACTER}", "invalid")}


def test_the_schema_is_still_checked_where_something_cannot_be_stored() -> None:
    document = {"name": "\0", "owner_id": "\ud800", "metaflows": {"digit_timeout": -(2**70)}, "flags": [float("nan")]}
    assert found(document) == {
        ("name", "invalid"),
        ("owner_id", "invalid"),
        ("owner_id", "minLength"),
        ("metaflows.digit_timeout", "invalid"),
        ("metaflows.digit_timeout", "minimum"),
        ("flags.0", "invalid"),
        ("flags.0", "type"),
    }


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63), 1.5, 0.0, True])
def test_numbers_of_64_bits_are_stored(number: Any) -> None:
    assert validate(named(custom=number)) == {}


def _nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def test_as_deep_as_allowed_is_fine() -> None:
    assert validate(named(custom=_nested(MAXIMUM_DEPTH_LEVELS))) == {}


@pytest.mark.parametrize("levels", [MAXIMUM_DEPTH_LEVELS + 1, 100_000])
def test_absurd_depth_is_a_fault(levels: int) -> None:
    assert validate(named(custom=_nested(levels)))["data"]["maxDepth"]["target"] == MAXIMUM_DEPTH_LEVELS


def test_absurdly_many_values_are_one_fault() -> None:
    errors = validate(named(flags=[7] * MAXIMUM_VALUES))
    assert set(errors) == {"data"}
    assert errors["data"]["maxValues"]["target"] == MAXIMUM_VALUES


@thorough
@given(any_json)
def test_it_never_raises_and_its_answer_can_be_sent(document: Any) -> None:
    assert json.dumps(validate(document), allow_nan=False).encode()
