"""What goes out: a device and its rows."""

from __future__ import annotations

from typing import Any

import pytest

from devices.document import created, device_row, presented, redact, user_device_row
from devices.document.lookup import Columns, columns

OWNER, GUEST = "a" * 32, "b" * 32
FULL: dict[str, Any] = created(
    {
        "name": "MyPolycom",
        "enabled": False,
        "device_type": "softphone",
        "mac_address": "00-04-F2-AB-7E-FD",
        "owner_id": OWNER,
        "flags": ["a"],
        "mobile": {"mdn": "+14155550100"},
        "call_recording": {"any": {}},
        "hotdesk": {"users": {GUEST: {}, "note": {}}},
        "sip": {"username": "user_1", "password": "secret-1", "realm": "sip.example.com"},
    }
).document
BARE = created({"name": "x"}).document


def test_the_list_row_of_a_full_device() -> None:
    assert device_row("1", FULL) == {
        "id": "1",
        "name": "MyPolycom",
        "username": "user_1",
        "mac_address": "00:04:f2:ab:7e:fd",
        "owner_id": OWNER,
        "enabled": False,
        "device_type": "softphone",
        "mobile": {"mdn": "+14155550100"},
        "call_recording": {"any": {}},
        "flags": ["a"],
    }


def test_the_list_row_of_a_bare_device_leaves_out_what_is_not_set() -> None:
    assert device_row("1", BARE) == {
        "id": "1",
        "name": "x",
        "mac_address": "",
        "enabled": True,
        "device_type": "sip_device",
        "flags": [],
    }


def test_a_users_row_of_their_own_device() -> None:
    assert user_device_row("1", FULL, OWNER) == {
        "id": "1",
        "name": "MyPolycom",
        "mac_address": "00:04:f2:ab:7e:fd",
        "owner_id": OWNER,
        "enabled": False,
        "device_type": "softphone",
        "hotdesked": False,
        "call_recording": {"any": {}},
    }


def test_a_users_row_of_a_device_they_logged_in_at() -> None:
    assert user_device_row("1", FULL, GUEST)["hotdesked"] is True
    assert user_device_row("1", BARE, GUEST)["hotdesked"] is True


def test_a_device_is_shown_with_its_id_and_without_private_keys() -> None:
    shown = presented("1", {**FULL, "_rev": "1-x", "pvt_type": "device", "id": "other"})
    assert shown == {**FULL, "id": "1", "mac_address": "00:04:f2:ab:7e:fd"}


@pytest.mark.parametrize("sip", [{"password": "secret-1"}, {"password": None}, {}, "none", None])
def test_a_password_is_never_shown(sip: Any) -> None:
    shown = sip if not isinstance(sip, dict) else {}
    assert redact({"sip": sip}) == {"sip": shown}
    assert presented("1", {"sip": sip, "mac_address": 7}) == {"id": "1", "sip": shown, "mac_address": 7}


def test_columns_repeat_what_a_device_is_looked_up_by() -> None:
    assert columns(FULL) == Columns(
        name="MyPolycom",
        enabled=False,
        device_type="softphone",
        owner_id=OWNER,
        hotdesk_user_ids=(GUEST,),
        mac_address="0004f2ab7efd",
        sip_username="user_1",
        sip_realm="sip.example.com",
        sip_method="password",
        sip_ip="",
    )


def test_columns_of_a_bare_device_are_empty() -> None:
    found = columns(BARE)
    assert (found.mac_address, found.owner_id, found.hotdesk_user_ids, found.sip_username) == (None, "", (), "")


@pytest.mark.parametrize("text", ["", "zz"])
def test_text_that_is_no_mac_is_in_no_column(text: str) -> None:
    assert columns({"mac_address": text}).mac_address is None
