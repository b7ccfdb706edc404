"""From a request to a document that can be stored, and back: the promises of create, replace and merge."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from devices.document import columns, created, device_row, merge, patched, presented, replaced, user_device_row
from devices.tests import oracle
from devices.tests.strategies import allowed, any_json, around_the_edges, storable_json, thorough

Document = dict[str, Any]
DEVICE_ID = "4f3330e78e664bb57f8fb23fbaac2429"


# What a document goes through between being sent and being read back; everything else reads back equal.


def _private_keys(sent: Document) -> Document:
    return {key: value for key, value in sent.items() if key[:1] != "_" and key[:4] != "pvt_"}


def _coercion(sent: Document) -> Document:
    coerced: Document = oracle.coerced(sent)
    return coerced


def _pruned_nulls(sent: Document) -> Document:
    provision = sent.get("provision")
    for section in ("combo_keys", "feature_keys"):
        if isinstance(provision, dict) and isinstance(provision.get(section), dict):
            provision[section] = {key: value for key, value in provision[section].items() if value is not None}
    return sent


def _trimmed_flags(sent: Document) -> Document:
    if isinstance(sent.get("outbound_flags"), list):
        sent["outbound_flags"] = [
            re.sub("^ +| +$", "", one) if isinstance(one, str) else one for one in sent["outbound_flags"]
        ]
    return sent


def _mac(sent: Document) -> Document:
    if sent.get("mac_address") == "00:04:F2:AB:7E:FD":
        sent["mac_address"] = "00:04:f2:ab:7e:fd"
    return sent


def _emergency_number(sent: Document) -> Document:
    caller_id = sent.get("caller_id")
    emergency = caller_id.get("emergency") if isinstance(caller_id, dict) else None
    if isinstance(emergency, dict) and emergency.get("number") == "+1 (415) 555-0100":
        emergency["number"] = "+14155550100"
    return sent


def _expiries(sent: Document) -> Document:
    sip = sent.get("sip")
    if isinstance(sip, dict):
        given = [sip[key] for key in ("expire_seconds", "registration_expiration") if key in sip]
        if given and all(type(number) is int for number in given):
            settled = next((number for number in given if number != 300), 300)
            sip |= {"expire_seconds": settled, "registration_expiration": settled}
    return sent


def _own_keys(sent: Document) -> Document:
    return {key: value for key, value in sent.items() if key not in ("id", "sync")}


NORMALISATIONS: dict[str, Callable[[Document], Document]] = {
    "private keys at the top are dropped": _private_keys,
    "id and sync are not part of the document": _own_keys,
    "numbers and booleans are read from text": _coercion,
    "null members of combo_keys and feature_keys are dropped": _pruned_nulls,
    "outbound flags in a list are trimmed": _trimmed_flags,
    "a MAC has one spelling": _mac,
    "an emergency number with its country is E.164": _emergency_number,
    "both names of the registration period have one value": _expiries,
}


def expected(sent: Document) -> Document:
    """Give what is checked and stored of a document that was sent, but for its defaults."""
    result = copy.deepcopy(sent)
    if isinstance(result.get("sip"), dict) and result["sip"].get("password", "") is None:
        del result["sip"]["password"]
    for normalisation in NORMALISATIONS.values():
        result = normalisation(result)
    return result


def without_password(document: Document) -> Document:
    """Give what can be read of a document that is checked."""
    sip = document.get("sip")
    return (
        {**document, "sip": {key: sip[key] for key in sip if key != "password"}} if isinstance(sip, dict) else document
    )


def covers(whole: Any, part: Any) -> bool:
    """Tell whether ``whole`` has all that ``part`` has, value for value; objects may have more, lists may not."""
    if isinstance(whole, dict) and isinstance(part, dict):
        return all(key in whole and covers(whole[key], part[key]) for key in part)
    if isinstance(whole, list) and isinstance(part, list):
        return len(whole) == len(part) and all(map(covers, whole, part))
    return type(whole) is type(part) and bool(whole == part)


def address_faults(document: Document) -> set[tuple[str, str]]:
    """Give the one fault that a schema cannot name: a device known by its address needs one."""
    sip = document.get("sip")
    by_address = isinstance(sip, dict) and sip.get("method") == "ip"
    return {("sip.ip", "type")} if by_address else set()


def keys_and_rules(errors: dict[str, dict[str, Any]]) -> set[tuple[str, str]]:
    """Give each fault's key and rule."""
    return {(key, rule) for key, rules in errors.items() for rule in rules}


@thorough
@given(allowed())
def test_what_the_schema_allows_reads_back_equal_after_the_normalisations(sent: Document) -> None:
    assume(not oracle.faults(sent) and not address_faults(sent))
    made = created(sent)
    assert made.errors == {}
    assert covers(presented(DEVICE_ID, made.document), without_password(expected(sent)) | {"id": DEVICE_ID})


@thorough
@given(around_the_edges())
def test_what_it_forbids_is_refused_by_exactly_the_faulty_keys(sent: Any) -> None:
    assume(isinstance(sent, dict))
    checked = expected(sent)
    assert keys_and_rules(created(sent).errors) == oracle.faults(checked) | address_faults(checked)


@given(allowed())
def test_reading_back_and_replacing_changes_nothing(sent: Document) -> None:
    stored = created(sent).document
    assert replaced(stored, presented(DEVICE_ID, stored)).document == stored


@given(allowed())
def test_an_empty_patch_changes_nothing(sent: Document) -> None:
    stored = created(sent).document
    assert patched(stored, {}).document == stored


@given(allowed(), around_the_edges())
def test_replacing_gives_what_creating_gives_when_the_expiry_is_named(sent: Document, data: Any) -> None:
    assume(isinstance(data, dict) and isinstance(data.get("sip", {}), dict))
    body = {**data, "sip": {**data.get("sip", {}), "expire_seconds": 77, "registration_expiration": 77}}
    assert replaced(created(sent).document, body).document == created(body).document


@given(allowed(), st.dictionaries(st.sampled_from(["name", "flags", "custom", "media", "ringtones"]), storable_json))
def test_a_patched_document_is_the_merge_plus_defaults(sent: Document, patch: Document) -> None:
    stored = created(sent).document
    assert patched(stored, patch).document == replaced(stored, merge(stored, patch)).document


@given(allowed(), around_the_edges())
def test_patching_twice_is_patching_once(sent: Document, patch: Any) -> None:
    once = patched(created(sent).document, patch)
    assume(not once.errors)
    assert patched(once.document, patch).document == once.document


@given(allowed(), any_json)
def test_no_json_makes_it_raise(sent: Document, data: Any) -> None:
    stored = created(sent).document
    for made in (created(data), replaced(stored, data), patched(stored, data), patched(stored, {"sip": data})):
        rows = [presented("1", made.document), device_row("1", made.document), user_device_row("1", made.document, "2")]
        assert all(row["id"] == "1" for row in rows)
        assert columns(made.document).enabled in (True, False)


@pytest.mark.parametrize("data", [None, [], [{}], "x", 7, True])
def test_data_that_is_no_object_is_one_fault(data: Any) -> None:
    assert keys_and_rules(created(data).errors) == {("data", "type")}


@pytest.mark.parametrize("depth", [65, 100_000])
def test_data_that_is_too_deep_is_one_fault(depth: int) -> None:
    data: Any = {}
    for _ in range(depth):
        data = {"a": data}
    assert keys_and_rules(patched({"name": "x"}, data).errors) == {("data", "maxDepth")}


# The password is written and never read.


def test_a_password_is_taken_out_of_the_document() -> None:
    made = created({"name": "x", "sip": {"username": "ab", "password": "secret-1"}})
    assert (made.password, made.document["sip"]["username"]) == ("secret-1", "ab")
    assert "secret-1" not in repr(made)


def test_a_replacement_that_does_not_mention_the_password_keeps_it() -> None:
    made = replaced({"name": "x"}, {"name": "x", "sip": {}})
    assert (made.password, made.removes_password, made.errors) == (None, False, {})


@pytest.mark.parametrize("make", [replaced, patched])
def test_a_null_removes_the_password(make: Callable[[Document, Any], Any]) -> None:
    made = make({"name": "x"}, {"name": "x", "sip": {"password": None}})
    assert (made.password, made.removes_password, made.errors) == (None, True, {})


def test_a_patch_may_set_a_password() -> None:
    assert patched({"name": "x"}, {"sip": {"password": "secret-1"}}).password == "secret-1"


def test_a_password_that_breaks_a_rule_is_named_and_not_repeated() -> None:
    made = created({"name": "x", "sip": {"password": "1234"}})
    assert keys_and_rules(made.errors) == {("sip.password", "minLength")}
    assert "1234" not in repr(made)


# What stands beside the document.


@pytest.mark.parametrize(
    ("value", "sync"), [(True, True), ("true", True), (False, False), ("yes", False), (None, False)]
)
def test_sync_is_a_request_and_not_part_of_the_document(value: Any, sync: bool) -> None:
    made = created({"name": "x", "sync": value})
    assert (made.sync, "sync" in made.document) == (sync, False)


@pytest.mark.parametrize(("sent", "client_id"), [("abc", "abc"), ("", None), (None, None)])
def test_the_id_is_handed_over_and_not_part_of_the_document(sent: Any, client_id: str | None) -> None:
    made = created({"name": "x", "id": sent})
    assert (made.client_id, "id" in made.document) == (client_id, False)


@pytest.mark.parametrize("key", ["expire_seconds", "registration_expiration"])
def test_deleting_one_name_of_the_expiry_brings_back_the_default_of_both(key: str) -> None:
    stored = created({"name": "x", "sip": {key: 600}}).document
    sip = patched(stored, {"sip": {key: None}}).document["sip"]
    assert (sip["expire_seconds"], sip["registration_expiration"]) == (300, 300)


def test_deleting_one_name_and_setting_the_other_sets_both() -> None:
    stored = created({"name": "x"}).document
    sip = patched(stored, {"sip": {"expire_seconds": None, "registration_expiration": 600}}).document["sip"]
    assert (sip["expire_seconds"], sip["registration_expiration"]) == (600, 600)


def test_a_deleted_section_comes_back_with_its_defaults() -> None:
    stored = created({"name": "x", "ringtones": {"internal": "a"}, "custom": 1}).document
    document = patched(stored, {"ringtones": None, "custom": None}).document
    assert (document["ringtones"], "custom" in document) == ({}, False)


def test_a_document_that_is_already_invalid_cannot_be_patched() -> None:
    assert keys_and_rules(patched({"name": ""}, {"enabled": False}).errors) == {("name", "minLength")}


def test_what_a_user_interface_sends_is_accepted() -> None:
    """A new fax device with its literal "false", and keys that are null for none."""
    made = created(
        {
            "name": "Fax",
            "device_type": "fax",
            "media": {"fax_option": "false"},
            "outbound_flags": ["fax"],
            "provision": {"combo_keys": {"0": None, "1": {"type": "line"}}},
            "ui_metadata": {"version": "4.3"},
        }
    )
    assert made.errors == {}
    assert made.document["media"]["fax_option"] is False
    assert made.document["provision"]["combo_keys"] == {"1": {"type": "line"}}


@pytest.mark.parametrize("key", ["expire_seconds", "registration_expiration"])
def test_setting_one_name_of_the_expiry_back_to_the_default_sets_both(key: str) -> None:
    stored = created({"name": "x", "sip": {"expire_seconds": 600}}).document
    sip = patched(stored, {"sip": {key: 300}}).document["sip"]
    assert (sip["expire_seconds"], sip["registration_expiration"]) == (300, 300)
