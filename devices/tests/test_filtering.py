"""The filters of a list's query string."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.document import Filter, parse_filters, passes
from devices.tests.strategies import ANY_TEXTS, any_json

DEVICE: dict[str, Any] = {
    "id": "d1",
    "name": "Desk",
    "enabled": True,
    "owner_id": "a",
    "mac_address": "0004f2ab7efd",
    "sip": {"expire_seconds": 300, "method": "password", "custom_sip_headers": {}},
    "custom": {"no": False, "zero": 0, "zeroes": 0.0, "half": 0.5, "null": None, "text": "", "word": "NULL", "0": "0"},
    "flags": ["fax"],
    "more_flags": ["a", "b"],
    "empty": [],
    "mixed": [1, "a"],
}

PASSING = """
    filter_name=Desk filter_enabled=true filter_sip.expire_seconds=300 filter_custom.no=false filter_custom.half=0.5
    filter_id=d1 filter_missing= filter_custom.null= filter_name.deeper= filter_flags.0= filter_empty=
    filter_owner_id=["a","b"] filter_sip.expire_seconds=[300] filter_flags=fax filter_more_flags=ab
    filter_mac_address=0004f2ab7efd filter_mac_address=00:04:F2:AB:7E:FD filter_mac_address=["","00-04-f2-ab-7e-fd"]
    filter_not_name=Other filter_not_missing=x filter_not_owner_id=["b","c"] filter_not_mac_address=00:00:00:00:00:00
    has_key=name has_key=sip.method has_key=custom.no has_key=custom.text has_key=empty
    key_missing=missing key_missing=sip.missing key_missing=custom.null key_missing=name.deeper
    has_value=name has_value=enabled has_value=custom.no has_value=flags has_value=sip
    value_missing=missing value_missing=custom.null value_missing=custom.text value_missing=custom.zero
    value_missing=custom.zeroes value_missing=custom.word value_missing=custom.0 value_missing=empty
    value_missing=sip.custom_sip_headers missing_value=name unknown=x page_size=1 filter=x =
""".split()
FAILING = """
    filter_name=desk filter_name= filter_enabled=True filter_enabled=1 filter_sip.expire_seconds=300.0
    filter_missing=x filter_owner_id=["b"] filter_owner_id=[] filter_owner_id=["a" filter_owner_id={"a":1}
    filter_owner_id=[{"a":1},null] filter_sip= filter_sip=x filter_not_sip=x filter_mixed=1a filter_not_mixed=x
    filter_not_name=Desk filter_not_owner_id=["a"] filter_not_missing= filter_mac_address=
    has_key=missing has_key=custom.null key_missing=name has_value=missing has_value=custom.null
    has_value=custom.zero value_missing=name value_missing=custom.no
""".split()


def _passes(query: str) -> bool:
    name, _, value = query.partition("=")
    return passes(DEVICE, parse_filters([(name, value)]))


@pytest.mark.parametrize("query", PASSING)
def test_a_device_passes(query: str) -> None:
    assert _passes(query)


@pytest.mark.parametrize("query", FAILING)
def test_a_device_does_not_pass(query: str) -> None:
    assert not _passes(query)


def test_a_list_nested_too_deeply_is_a_plain_text() -> None:
    assert not _passes("filter_owner_id=" + "[" * 100_000)


def test_a_text_that_looks_like_a_list_also_stands_for_itself() -> None:
    assert passes({"name": '["a"]'}, parse_filters([("filter_name", '["a"]')]))


def test_all_filters_must_hold() -> None:
    assert passes(DEVICE, parse_filters([("filter_name", "Desk"), ("has_key", "sip")]))
    assert not passes(DEVICE, parse_filters([("filter_name", "Desk"), ("filter_enabled", "false")]))


def test_without_filters_everything_passes() -> None:
    assert passes({}, parse_filters([("paginate", "false")]))


def test_a_filter_says_what_it_looks_for() -> None:
    assert parse_filters([("filter_sip.username", "a")]) == (Filter("equals", ("sip", "username"), frozenset({"a"})),)


NAMES = ["filter_", "filter_not_", "has_key", "has_value", "filter_a", "filter_not_a.b"]
objects = st.dictionaries(ANY_TEXTS, any_json, max_size=3)
parameters = st.lists(st.tuples(ANY_TEXTS | st.sampled_from(NAMES), ANY_TEXTS | any_json.map(json.dumps)))


@given(objects, parameters)
def test_no_query_and_no_document_makes_it_raise(document: dict[str, Any], query: list[tuple[str, str]]) -> None:
    assert passes(document, parse_filters(query)) in (True, False)


@pytest.mark.parametrize(("test", "opposite"), [("has_key", "key_missing"), ("has_value", "value_missing")])
@given(document=objects, key=ANY_TEXTS)
def test_has_and_missing_are_opposites(test: str, opposite: str, document: dict[str, Any], key: str) -> None:
    assert passes(document, parse_filters([(test, key)])) != passes(document, parse_filters([(opposite, key)]))
