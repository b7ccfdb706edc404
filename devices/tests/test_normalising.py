"""One spelling for MACs, flags, keys, emergency numbers and the registration period."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from devices.document import canonical_mac, clean_public, normalise, printed_mac
from devices.tests.strategies import any_json, around_the_edges

MACS = [
    *"00:04:f2:ab:7e:fd 00:04:F2:AB:7E:FD 00-04-F2-AB-7E-FD 0004f2ab7efd 0004F2AB7EFD 0004.f2ab.7efd".split(),
    *"0004f2-ab7efd 0:4:f2:ab:7e:fd 0-4-F2-AB-7E-FD".split(),
    *("00 04 f2 ab 7e fd", " 00:04:f2:ab:7e:fd\n"),
]
NO_MACS = ["", "zz", "0", "00:04:f2:ab:7e", "00:04:f2:ab:7e:fd:00", "00:04:f2:ab:7e:fg", "\uff10" * 12]


@pytest.mark.parametrize("text", MACS)
def test_a_mac_is_stored_as_twelve_digits_and_shown_in_pairs(text: str) -> None:
    assert normalise({"mac_address": text}) == {"mac_address": "0004f2ab7efd"}
    assert printed_mac(text) == "00:04:f2:ab:7e:fd"


@pytest.mark.parametrize("text", NO_MACS)
def test_text_that_is_no_mac_is_kept(text: str) -> None:
    assert normalise({"mac_address": text}) == {"mac_address": text}
    assert (canonical_mac(text), printed_mac(text)) == (None, text)


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("+14155550100", "+14155550100"),
        ("+1 (415) 555-0100", "+14155550100"),
        ("+49.30/1234567", "+49301234567"),
        ("00 49 30 1234567", "+49301234567"),
        ("4155550100", "4155550100"),
        ("(415) 555-0100", "(415) 555-0100"),
        ("112", "112"),
        ("+1", "+1"),
        ("+" + "1" * 16, "+" + "1" * 16),
        ("anonymous", "anonymous"),
        ("+1 415 555 0100" + " " * 21, "+1 415 555 0100" + " " * 21),
        ("", ""),
        (14155550100, 14155550100),
    ],
)
def test_an_emergency_number_with_its_country_is_stored_as_e164(sent: Any, stored: Any) -> None:
    numbers = {"emergency": {"number": sent}, "external": {"number": "+1 (415) 555-0100"}}
    assert normalise({"caller_id": numbers}) == {"caller_id": {**numbers, "emergency": {"number": stored}}}


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ([" fax ", "a b", ""], ["fax", "a b", ""]),
        ({"static": [" fax "], "dynamic": []}, {"static": [" fax "], "dynamic": []}),
        ([7, None], [7, None]),
        ("fax", "fax"),
    ],
)
def test_outbound_flags_in_a_list_are_trimmed_and_an_object_is_kept(sent: Any, stored: Any) -> None:
    assert normalise({"outbound_flags": sent}) == {"outbound_flags": stored}


@pytest.mark.parametrize("section", ["combo_keys", "feature_keys"])
def test_a_key_without_a_function_is_dropped(section: str) -> None:
    line = {"type": "line", "value": None}
    assert normalise({"provision": {section: {"1": None, "2": line}}}) == {"provision": {section: {"2": line}}}


@pytest.mark.parametrize(
    "provision", [{"combo_keys": None}, {"combo_keys": [None]}, {"id": None}, None, {"other": {"1": None}}]
)
def test_a_null_anywhere_else_stays(provision: Any) -> None:
    assert normalise({"provision": provision}) == {"provision": provision}


@pytest.mark.parametrize(
    ("stored", "sent", "settled"),
    [
        (None, {"expire_seconds": 600}, 600),
        (None, {"registration_expiration": 600}, 600),
        (None, {"expire_seconds": 600, "registration_expiration": 300}, 600),
        (None, {"expire_seconds": 300, "registration_expiration": 600}, 600),
        (None, {"expire_seconds": 600, "registration_expiration": 900}, 600),
        (600, {"expire_seconds": 600, "registration_expiration": 300}, 300),
        (600, {"expire_seconds": 300, "registration_expiration": 600}, 300),
        (600, {"expire_seconds": 600, "registration_expiration": 600}, 600),
        (600, {"expire_seconds": 0, "registration_expiration": 600}, 0),
    ],
)
def test_the_expiry_that_was_changed_counts_under_both_names(stored: Any, sent: dict[str, int], settled: int) -> None:
    before = {"sip": {"expire_seconds": stored}} if stored else None
    assert normalise({"sip": sent}, before) == {"sip": {"expire_seconds": settled, "registration_expiration": settled}}


@pytest.mark.parametrize(
    "sip",
    [{}, {"expire_seconds": "x"}, {"expire_seconds": 600, "registration_expiration": True}, None, ["expire_seconds"]],
)
def test_an_expiry_that_is_absent_or_no_integer_is_left_alone(sip: Any) -> None:
    assert normalise({"sip": sip}) == {"sip": sip}


@pytest.mark.parametrize("key", ["_id", "_rev", "_read_only", "_", "pvt_type", "pvt_"])
def test_private_keys_are_dropped_at_the_top_only(key: str) -> None:
    assert clean_public({key: 1, "custom": {key: 1}}) == {"custom": {key: 1}}


@pytest.mark.parametrize("key", ["pvt", "pv_t", "id", "ui_metadata", ""])
def test_other_keys_are_public(key: str) -> None:
    assert clean_public({key: 1}) == {key: 1}


@given(around_the_edges().filter(lambda document: isinstance(document, dict)))
def test_normalising_twice_changes_nothing_more(document: dict[str, Any]) -> None:
    once = normalise(document)
    assert normalise(once) == once


@given(any_json)
def test_it_never_raises_on_any_json_object(value: Any) -> None:
    sections = ("provision", "outbound_flags", "mac_address", "caller_id", "sip")
    inner = {
        "provision": {"combo_keys": value},
        "caller_id": {"emergency": {"number": value}},
        "sip": {"expire_seconds": value},
    }
    assert set(normalise(dict.fromkeys(sections, value))) == set(sections)
    assert set(normalise(inner)) == set(inner)
