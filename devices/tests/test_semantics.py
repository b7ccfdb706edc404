"""Rules between keys."""

from __future__ import annotations

from typing import Any

import pytest

from devices.document import created, replaced


@pytest.mark.parametrize("address", ["192.0.2.10", "0.0.0.0", "255.255.255.255"])
def test_a_device_known_by_its_address_has_an_ipv4_address(address: str) -> None:
    assert created({"name": "x", "sip": {"method": "ip", "ip": address}}).errors == {}


@pytest.mark.parametrize(
    "address", ["", "2001:db8::1", "192.0.2.0/24", "pbx.example.com", "192.0.2", "192.0.2.010", "1.2.3.4 "]
)
def test_any_other_address_is_a_fault(address: str) -> None:
    errors = created({"name": "x", "sip": {"method": "ip", "ip": address}}).errors
    assert {key: list(rules) for key, rules in errors.items()} == {"sip.ip": ["type"]}
    assert errors["sip.ip"]["type"]["cause"] == address


def test_without_an_address_it_is_a_fault_too() -> None:
    assert list(created({"name": "x", "sip": {"method": "ip"}}).errors) == ["sip.ip"]


def test_with_a_password_the_address_is_free_text() -> None:
    assert created({"name": "x", "sip": {"ip": "anything"}}).errors == {}


@pytest.mark.parametrize(
    ("before", "after", "cause"),
    [
        ("softphone", "fax", "fax"),
        ("softphone", None, ""),
        (None, "fax", "fax"),
        ("softphone", "Softphone", "Softphone"),
    ],
)
def test_the_type_of_a_device_cannot_be_changed_added_or_left_out(
    before: str | None, after: str | None, cause: str
) -> None:
    errors = replaced(_of_type(before), _of_type(after)).errors
    assert errors["device_type"]["invalid"]["cause"] == cause


@pytest.mark.parametrize("kind", ["softphone", None])
def test_the_same_type_is_accepted(kind: str | None) -> None:
    assert replaced(_of_type(kind), _of_type(kind)).errors == {}


def test_a_new_device_may_have_any_type() -> None:
    assert created(_of_type("fax")).errors == {}


def _of_type(kind: str | None) -> dict[str, Any]:
    return {"name": "x"} if kind is None else {"name": "x", "device_type": kind}
