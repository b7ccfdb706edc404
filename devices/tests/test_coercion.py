"""Kazoo's non-strict reading of integers and booleans."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from devices.document import coerce
from devices.tests import oracle
from devices.tests.strategies import any_json, around_the_edges, thorough

INTEGERS: list[tuple[Any, int]] = [
    *[("300", 300), ("300.4", 300), ("300.5", 301), ("+7", 7), ("-7", -7), ("1.5e3", 1500), ("007", 7)],
    *[(299.5, 300), (300.5, 301), (301.0, 301), (-0.5, -1), (-2.4, -2), (300, 300)],
    *[(str(limit), limit) for limit in (2**63 - 1, -(2**63))],
]
NO_INTEGER_TEXTS = ["", " 300", "300 ", "300\n", *f"x 1e3 .5 5. 0x10 1_000 \uff13 1.0e999 {2**63} {'9' * 5000}".split()]
NO_INTEGERS: list[Any] = [*NO_INTEGER_TEXTS, 1e30, float("inf"), float("nan"), True, None, [300], {"a": 300}]


@pytest.mark.parametrize(("sent", "read"), INTEGERS)
def test_a_number_is_read_where_an_integer_belongs(sent: Any, read: int) -> None:
    number = coerce({"sip": {"expire_seconds": sent}})["sip"]["expire_seconds"]
    assert (number, type(number)) == (read, int)


@pytest.mark.parametrize("sent", NO_INTEGERS)
def test_anything_else_stays_for_validation_to_name(sent: Any) -> None:
    assert repr(coerce({"sip": {"expire_seconds": sent}})) == repr({"sip": {"expire_seconds": sent}})


@pytest.mark.parametrize(("sent", "read"), [("true", True), ("false", False)])
def test_a_word_is_read_where_a_boolean_belongs(sent: str, read: bool) -> None:
    assert coerce({"enabled": sent, "media": {"fax_option": sent}}) == {"enabled": read, "media": {"fax_option": read}}


@pytest.mark.parametrize("sent", ["True", "TRUE", "yes", "", "1", 1, 0, None, ["true"]])
def test_no_other_word_or_number_is_a_boolean(sent: Any) -> None:
    assert coerce({"enabled": sent}) == {"enabled": sent}


@pytest.mark.parametrize(
    "document",
    [
        {"media": {"bypass_media": "true"}},
        {"provision": {"combo_keys": {"1": {"type": "parking", "value": "3"}}}},
        {"formatters": {"to": {"strip": "true"}}},
        {"name": "300", "flags": ["true"], "custom": {"enabled": "true"}, "mac_address": "300"},
    ],
)
def test_alternatives_texts_and_unknown_keys_are_left_alone(document: dict[str, Any]) -> None:
    assert coerce(document) == document


def test_it_reaches_definitions_patterns_and_other_keys() -> None:
    document = {"call_recording": {"any": {"onnet": {"time_limit": "60"}}}, "call_waiting": {"enabled": "true"}}
    assert coerce(document) == {
        "call_recording": {"any": {"onnet": {"time_limit": 60}}},
        "call_waiting": {"enabled": True},
    }


def test_its_argument_does_not_change() -> None:
    document = {"sip": {"expire_seconds": "300"}}
    coerce(document)
    assert document == {"sip": {"expire_seconds": "300"}}


@thorough
@given(around_the_edges())
def test_it_reads_what_kazoo_reads(document: Any) -> None:
    assert coerce(document) == oracle.coerced(document)


@given(any_json)
def test_it_never_raises_on_any_json_object(value: Any) -> None:
    document = {"name": value, "enabled": value, "sip": value, "metaflows": {"numbers": value, "digit_timeout": value}}
    assert set(coerce(document)) == set(document)
