"""What phones are told, and what is answered about them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account
from devices.tests.support import SIP, Kazoo, make_device, rules
from devices.tests.test_seed_page import register
from sip.models import Registration
from sip.tests.fake_registrar import FakeRegistrar

BODY = {"content_type": "text/plain", "data": "hello"}


@pytest.fixture
def path(account: Account) -> str:
    return f"devices/{make_device(account, sip=SIP).device_id}"


# NOTIFY.


@pytest.mark.parametrize(
    ("method", "suffix", "envelope"),
    [
        ("PUT", "", {"data": {"action": "notify", "data": {"event": "check-sync", "body": BODY}}}),
        ("PUT", "", {"action": "notify", "data": {"event": "check-sync", "body": BODY}}),
        ("PUT", "/notify", {"action": "notify", "data": {"event": "check-sync", "body": BODY}}),
        ("POST", "/notify", {"action": "notify", "data": {"event": "check-sync", "body": BODY}}),
        ("POST", "/notify", {"data": {"action": "notify", "data": {"event": "check-sync", "body": BODY}}}),
    ],
)
def test_a_notify_is_sent_in_every_form(
    kazoo: Kazoo, phones: FakeRegistrar, path: str, method: str, suffix: str, envelope: Any
) -> None:
    response = kazoo.ask(method, path + suffix, body=json.dumps(envelope))
    assert (response.status_code, response.json()["data"]) == (201 if method == "PUT" else 200, "NOTIFY sent")
    assert phones.sent == [("desk01", "check-sync", "text/plain", "hello")]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"action": "notify", "data": {}}, {"data.event": ["required"]}),
        ({"action": "notify", "data": {"event": 7}}, {"data.event": ["type"]}),
        ({"action": "notify", "data": "x"}, {"data": ["type"]}),
        ({"action": "notify"}, {"data": ["required"]}),
        (
            {"action": "notify", "data": {"event": "x", "body": {}}},
            {"data.body.content_type": ["required"], "data.body.data": ["required"]},
        ),
        ({"action": "notify", "data": {"event": "x\r\nVia: y"}}, {"data.event": ["pattern"]}),
        ({"action": "notify", "data": {"event": "x\n"}}, {"data.event": ["pattern"]}),
        ({"action": "notify", "data": {"event": ""}}, {"data.event": ["pattern"]}),
        ({"action": "notify", "data": {"event": "x" * 129}}, {"data.event": ["pattern"]}),
        ({"action": "notify", "data": {"event": "a\0"}}, {"data.event": ["invalid"]}),
        (
            {"action": "notify", "data": {"event": "x", "body": {"content_type": "text", "data": ""}}},
            {"data.body.content_type": ["pattern"]},
        ),
        (
            {"action": "notify", "data": {"event": "x", "body": {**BODY, "data": "é" * 9000}}},
            {"data.body.data": ["maxLength"]},
        ),
    ],
)
def test_a_notify_that_cannot_be(
    kazoo: Kazoo, phones: FakeRegistrar, path: str, data: Any, expected: dict[str, list[str]]
) -> None:
    assert rules(kazoo.put(path, data)) == expected
    assert phones.sent == []


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "action required"),
        ({"name": "x"}, "action required"),
        ({"action": "explode"}, "invalid action"),
        ({"action": ["notify"]}, "invalid action"),
    ],
)
def test_an_action_that_nobody_knows(kazoo: Kazoo, path: str, data: Any, message: str) -> None:
    response = kazoo.put(path, data)
    assert (response.status_code, response.json()["message"], response.json()["data"]) == (400, message, {})


def test_what_a_registrar_refuses_stands_in_its_place(kazoo: Kazoo, phones: FakeRegistrar, path: str) -> None:
    phones.faults = {"event": "No such event", "body": "Too long"}
    response = kazoo.post(f"{path}/notify", {"action": "notify", "data": {"event": "x"}})
    assert rules(response) == {"data.event": ["pattern"], "data.body.data": ["maxLength"]}


# Sync.


@pytest.mark.parametrize(
    ("query", "event"),
    [
        ("", "check-sync"),
        ("?reboot=true", "check-sync;reboot=true"),
        ("?reboot=false", "check-sync;reboot=false"),
        ("?reboot=maybe", "check-sync"),
    ],
)
def test_a_sync_asks_the_phone_to_reload(
    kazoo: Kazoo, phones: FakeRegistrar, path: str, query: str, event: str
) -> None:
    assert kazoo.post(f"{path}/sync{query}", {}).json()["data"] == "sync request sent"
    assert phones.sent == [("desk01", event, "", "")]


@pytest.mark.parametrize("obstacle", ["not registered", "cannot notify", "no subscriber"])
def test_it_succeeds_whether_or_not_anybody_hears_it(
    account: Account, kazoo: Kazoo, phones: FakeRegistrar, obstacle: str
) -> None:
    sip = {} if obstacle == "no subscriber" else SIP
    phones.deliveries, phones.obstacle = [], "no" if obstacle == "cannot notify" else ""
    path = f"devices/{make_device(account, sip=sip).device_id}"
    assert kazoo.post(f"{path}/sync", {}).status_code == 200
    assert kazoo.post(f"{path}/notify", {"action": "notify", "data": {"event": "x"}}).status_code == 200
    assert kazoo.patch(path, {"sync": True, "a": 1}).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_an_update_may_ask_for_a_sync(kazoo: Kazoo, phones: FakeRegistrar, path: str, method: str) -> None:
    response = kazoo.ask(method, path, {"name": "y", "sip": {"username": "desk01"}, "sync": True})
    assert "sync" not in response.json()["data"]
    assert phones.sent == [("desk01", "check-sync", "", "")]


def test_an_update_that_does_not_ask_sends_nothing(kazoo: Kazoo, phones: FakeRegistrar, path: str) -> None:
    kazoo.patch(path, {"name": "y", "sync": False})
    assert phones.sent == []


def test_a_phone_that_a_new_username_cuts_off_is_told_before(kazoo: Kazoo, phones: FakeRegistrar, path: str) -> None:
    kazoo.patch(path, {"sip": {"username": "desk02", "password": "another"}, "sync": True})
    assert phones.sent == [("desk01", "check-sync", "", "")]


@pytest.mark.parametrize("patch", [{"name": ""}, {"sip": {"username": "desk02"}}])
def test_an_update_that_is_refused_tells_no_phone(kazoo: Kazoo, phones: FakeRegistrar, path: str, patch: Any) -> None:
    assert kazoo.patch(path, {**patch, "sync": True}).status_code == 400
    assert phones.sent == []


def test_a_stale_update_tells_no_phone(kazoo: Kazoo, phones: FakeRegistrar, path: str) -> None:
    headers = {"If-Match": '"1-0"'}
    response = kazoo.patch(path, {"sip": {"password": "another"}, "sync": True}, headers=headers)
    assert (response.status_code, phones.sent) == (412, [])


def test_asking_a_device_that_is_not_there_to_sync(kazoo: Kazoo) -> None:
    assert kazoo.patch(f"devices/{'0' * 32}", {"sync": True}).status_code == 404


# States.


def test_only_registered_devices_are_listed_once_each(account: Account, kazoo: Kazoo) -> None:
    device = make_device(account, sip=SIP)
    make_device(account, sip={"username": "desk02", "password": "second-secret"})
    register(device)
    register(device, "sip:desk01@192.0.2.6:5060")
    body = kazoo.get("devices/status?paginate=false").json()
    assert body["data"] == [{"device_id": device.device_id, "registered": True}]
    assert "page_size" not in body


def test_nobody_registered_is_an_empty_list(account: Account, kazoo: Kazoo) -> None:
    make_device(account, sip=SIP)
    assert kazoo.get("devices/status").json()["data"] == []


def test_the_others_are_listed_on_request(account: Account, kazoo: Kazoo) -> None:
    device, other = make_device(account, sip=SIP), make_device(account)
    register(device)
    states = {
        row["device_id"]: row["registered"] for row in kazoo.get("devices/status?with_unregistered=true").json()["data"]
    }
    assert states == {device.device_id: True, other.device_id: False}


def test_a_registration_that_is_over_counts_no_more(account: Account, kazoo: Kazoo) -> None:
    register(make_device(account, sip=SIP))
    Registration.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert kazoo.get("devices/status").json()["data"] == []


@pytest.mark.parametrize("change", ["disable", "rotate", "rename", "delete"])
def test_what_cuts_a_phone_off_ends_its_registration(account: Account, kazoo: Kazoo, change: str) -> None:
    device = make_device(account, sip=SIP)
    register(device)
    path = f"devices/{device.device_id}"
    {
        "disable": lambda: kazoo.patch(path, {"enabled": False}),
        "rotate": lambda: kazoo.patch(path, {"sip": {"password": "another"}}),
        "rename": lambda: kazoo.patch(path, {"sip": {"username": "desk02", "password": "another"}}),
        "delete": lambda: kazoo.delete(path),
    }[change]()
    assert kazoo.get("devices/status").json()["data"] == []
    assert Registration.objects.get().cut_off_at is not None


def test_the_state_of_one_device(account: Account, kazoo: Kazoo) -> None:
    device = make_device(account, sip=SIP)
    path = f"devices/{device.device_id}/status"
    assert kazoo.get(path).json()["data"] == {"device_id": device.device_id, "registered": False}
    register(device)
    state = kazoo.get(path).json()["data"]
    assert (state["registered"], state["contact"], state["user_agent"]) == (
        True,
        "sip:desk01@192.0.2.5:5060",
        "Polycom",
    )
    assert state["since"] < state["expires"]


def test_states_of_another_tenant_are_not_told(account: Account, kazoo: Kazoo, other_account: Account) -> None:
    register(make_device(other_account, sip=SIP))
    assert kazoo.get("devices/status").json()["data"] == []
