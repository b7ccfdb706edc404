"""What the API holds a device to."""

from __future__ import annotations

import re
from typing import Any

import pytest

from accounts.models import Account
from accounts.services import account_update
from devices.models import Device
from devices.tests.support import SIP, Kazoo, knows, make_device, rules, stored
from sip.models import Subscriber

MAC = "00:04:f2:ab:7e:fd"
ID = "4f3330e78e664bb57f8fb23fbaac2429"


# Ids and revisions.


def test_an_id_of_the_clients_is_honoured(kazoo: Kazoo) -> None:
    response = kazoo.put("devices", {"name": "x", "id": ID})
    assert response.json()["data"]["id"] == ID
    assert response["Location"] == kazoo.url(f"devices/{ID}")


def test_an_id_that_is_taken_is_a_conflict(kazoo: Kazoo) -> None:
    kazoo.created(id=ID)
    response = kazoo.put("devices", {"name": "x", "id": ID})
    assert (response.status_code, response.json()["message"]) == (409, "datastore_conflict")
    assert response.json()["data"] == {"message": "conflicting documents"}


def test_the_id_of_a_deleted_device_stays_taken(kazoo: Kazoo) -> None:
    kazoo.created(id=ID)
    kazoo.delete(f"devices/{ID}")
    assert kazoo.put("devices", {"name": "x", "id": ID}).status_code == 409


def test_an_id_in_another_account_is_no_conflict(kazoo: Kazoo, other_account: Account) -> None:
    make_device(other_account, id=ID)
    assert kazoo.created(id=ID)["id"] == ID


@pytest.mark.parametrize("client_id", ["abc", "G" * 32, ID.upper(), ID + "\n", 7, [ID], "status", "\ud800" * 32])
def test_an_id_is_32_hexadecimal_digits(kazoo: Kazoo, client_id: Any) -> None:
    assert rules(kazoo.put("devices", {"name": "x", "id": client_id})) == {"id": ["pattern"]}


def test_in_an_update_the_id_of_the_address_counts(kazoo: Kazoo) -> None:
    device = kazoo.created()
    updated = kazoo.post(f"devices/{device['id']}", {"name": "y", "id": ID}).json()["data"]
    assert (updated["id"], updated["name"]) == (device["id"], "y")


def test_a_revision_counts_the_changes(kazoo: Kazoo) -> None:
    device = kazoo.created()
    first = kazoo.get(f"devices/{device['id']}").json()["revision"]
    second = kazoo.patch(f"devices/{device['id']}", {"a": 1}).json()["revision"]
    assert re.fullmatch("1-[0-9a-f]{32}", first)
    assert re.fullmatch("2-[0-9a-f]{32}", second)


def test_true_and_1_are_two_values(kazoo: Kazoo) -> None:
    device = kazoo.created(custom=1)
    assert kazoo.patch(f"devices/{device['id']}", {"custom": True}).json()["data"]["custom"] is True
    assert kazoo.read(device["id"])["custom"] is True


# MAC addresses.


@pytest.mark.parametrize("spelling", [MAC, "00:04:F2:AB:7E:FD", "0004f2ab7efd", "0004.f2ab.7efd", "00-04-F2-AB-7E-FD"])
def test_a_mac_is_taken_in_any_spelling_and_printed_in_one(kazoo: Kazoo, spelling: str) -> None:
    device = kazoo.created(mac_address=spelling)
    assert (device["mac_address"], stored(device).mac_address) == (MAC, "0004f2ab7efd")
    assert rules(kazoo.put("devices", {"name": "y", "mac_address": MAC})) == {"mac_address": ["unique"]}


def test_a_mac_is_free_again_after_its_device(kazoo: Kazoo) -> None:
    device = kazoo.created(mac_address=MAC)
    kazoo.delete(f"devices/{device['id']}")
    assert kazoo.created(mac_address=MAC)["mac_address"] == MAC


def test_a_mac_may_be_in_another_account_and_a_text_that_is_none_may_repeat(
    kazoo: Kazoo, other_account: Account
) -> None:
    make_device(other_account, mac_address=MAC)
    kazoo.created(mac_address=MAC)
    assert [kazoo.created(mac_address=text)["mac_address"] for text in ("", "", "zz", "zz")] == ["", "", "zz", "zz"]


def test_changing_to_a_mac_in_use_is_refused_and_keeping_ones_own_is_not(kazoo: Kazoo) -> None:
    kazoo.created(mac_address=MAC)
    device = kazoo.created(mac_address="00:04:f2:00:00:01")
    assert kazoo.patch(f"devices/{device['id']}", {"mac_address": "0004f2000001", "a": 1}).status_code == 200
    assert rules(kazoo.patch(f"devices/{device['id']}", {"mac_address": MAC})) == {"mac_address": ["unique"]}


# Documents.


def test_the_type_is_fixed_by_the_creation(kazoo: Kazoo) -> None:
    device = kazoo.created(device_type="softphone")
    assert rules(kazoo.patch(f"devices/{device['id']}", {"device_type": "fax"})) == {"device_type": ["invalid"]}
    assert rules(kazoo.post(f"devices/{device['id']}", {"name": "x"})) == {"device_type": ["invalid"]}
    assert kazoo.post(f"devices/{device['id']}", {"name": "x", "device_type": "softphone"}).status_code == 200


def test_everything_that_is_wrong_is_named_at_once(kazoo: Kazoo) -> None:
    kazoo.created(mac_address=MAC, sip=SIP)
    wrong = {
        "mac_address": MAC,
        "enabled": "perhaps",
        "id": "x",
        "owner_id": "short",
        "sip": {"username": "Desk01", "password": "1234", "realm": "nobody.example.test", "method": "ip", "ip": "x"},
        "media": {"audio": {"codecs": ["PCMU", "none"]}},
    }
    assert rules(kazoo.put("devices", wrong)) == {
        "enabled": ["type"],
        "id": ["pattern"],
        "mac_address": ["unique"],
        "media.audio.codecs.1": ["enum"],
        "name": ["required"],
        "owner_id": ["minLength"],
        "sip.ip": ["type"],
        "sip.password": ["minLength"],
        "sip.realm": ["invalid"],
    }


def test_a_refusal_writes_nothing(kazoo: Kazoo) -> None:
    device = kazoo.created(sip=SIP)
    before = kazoo.get(f"devices/{device['id']}").json()["revision"]
    kazoo.patch(f"devices/{device['id']}", {"name": "", "sip": {"password": "another-secret"}, "a": 1})
    assert kazoo.get(f"devices/{device['id']}").json()["revision"] == before
    assert knows(device, "first-secret")


def test_what_nobody_knows_is_kept(kazoo: Kazoo) -> None:
    custom = {"ui_metadata": {"version": "4.3"}, "custom": [1, {"a.b": None}], "a.b": "ü😀"}
    device = kazoo.created(**custom)
    assert {key: kazoo.read(device["id"])[key] for key in custom} == custom


def test_what_only_kazoos_code_checks_is_taken(kazoo: Kazoo) -> None:
    data = {
        "device_type": "mobile",
        "mobile": {"mdn": "+14155550100"},
        "call_recording": {"any": {"any": {"url": "no address"}}},
        "metaflows": {"numbers": {"1": {"module": "unheard_of", "data": {"x": 1}}}, "binding_digit": "*"},
    }
    for name in ("one", "two"):
        device = kazoo.created(name=name, **data)
        assert {key: device[key] for key in data} == data


def test_private_keys_are_dropped_and_null_keys_pruned(kazoo: Kazoo) -> None:
    keys = {"0": None, "1": {"type": "line"}}
    device = kazoo.created(_read_only={}, pvt_type="x", provision={"combo_keys": keys, "feature_keys": keys})
    assert device["provision"] == {"combo_keys": {"1": {"type": "line"}}, "feature_keys": {"1": {"type": "line"}}}
    assert not [key for key in device if key.startswith(("_", "pvt_"))]


def test_flags_may_be_a_list_or_an_object(kazoo: Kazoo) -> None:
    flags = {"static": ["fax"], "dynamic": ["zone"]}
    assert kazoo.created(outbound_flags=flags)["outbound_flags"] == flags
    assert kazoo.created(outbound_flags=[" fax "])["outbound_flags"] == ["fax"]


def test_the_limit_of_the_account_counts_what_is_not_deleted(account: Account, kazoo: Kazoo) -> None:
    device = kazoo.created()
    account_update(account=account, device_limit=1)
    refused = kazoo.put("devices", {"name": "y"})
    assert rules(refused) == {"account": ["limit"]}
    assert refused.json()["data"]["account"]["limit"]["target"] == 1
    kazoo.delete(f"devices/{device['id']}")
    assert kazoo.put("devices", {"name": "y"}).status_code == 201


# Deleting.


def test_a_deleted_device_is_gone_and_its_row_stays(kazoo: Kazoo) -> None:
    device = kazoo.created(sip=SIP)
    shown = kazoo.delete(f"devices/{device['id']}").json()["data"]
    assert shown == device
    assert kazoo.get(f"devices/{device['id']}").status_code == 404
    assert kazoo.delete(f"devices/{device['id']}").status_code == 404
    assert stored(device).deleted_at is not None
    assert not Subscriber.objects.exists()


def test_a_device_may_be_deleted_for_good(kazoo: Kazoo) -> None:
    device = kazoo.created(sip=SIP)
    assert kazoo.delete(f"devices/{device['id']}?should_soft_delete=false").json()["data"] == device
    assert not Device.with_deleted.exists()
    assert not Subscriber.objects.exists()


# What is not there, and what is not yours.

ADDRESSES = [
    ("GET", ""),
    ("POST", ""),
    ("PATCH", ""),
    ("DELETE", ""),
    ("PUT", ""),
    ("GET", "/status"),
    ("POST", "/sync"),
    ("POST", "/notify"),
    ("PUT", "/notify"),
]


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
@pytest.mark.parametrize("which", ["foreign", "deleted", "unknown", "short", "odd", "sub"])
def test_a_device_that_is_not_there_or_not_yours(
    kazoo: Kazoo, other_account: Account, sub_account: Account, method: str, path: str, which: str
) -> None:
    ids = {"unknown": "0" * 32, "short": "x", "odd": "%00%ff'", "deleted": kazoo.created()["id"]}
    ids |= {"foreign": make_device(other_account).device_id, "sub": make_device(sub_account).device_id}
    kazoo.delete(f"devices/{ids['deleted']}")
    device_id = ids[which]
    data = {"name": "stolen", "action": "notify", "data": {"event": "x"}}
    response = kazoo.ask(method, f"devices/{device_id}{path}", data if method != "GET" else None)
    body = response.json()
    assert (response.status_code, body["message"], body["data"]["message"]) == (404, "bad_identifier", "bad identifier")
    assert not Device.objects.filter(name="stolen").exists()


@pytest.mark.parametrize(
    "path",
    [
        "devices/{id}/quickcall/100",
        "devices/{id}/access_lists",
        "devices/{id}/rate_limits",
        "registrations",
        "callflows",
        "api_key",
        "/v2",
        "/v2/",
        "/v2/about",
        "/v2/token_auth",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_what_is_not_served_says_so_in_the_dialect(kazoo: Kazoo, method: str, path: str) -> None:
    response = kazoo.ask(method, path.format(id="0" * 32))
    body = response.json()
    assert (response.status_code, body["error"], body["message"]) == (404, "404", "not_found")
    assert body["data"] == {"message": "not found"}
