"""What a change of a device does to the phone's credentials: usernames, passwords, realms, addresses."""

from __future__ import annotations

import pytest

from accounts.models import Account
from devices.tests.support import SIP, Document, Kazoo, knows, make_device, rules, stored
from sip.models import Secret, Subscriber
from tests.tenants import make_credential, make_endpoint


def test_a_password_is_never_read_and_authenticates(kazoo: Kazoo) -> None:
    device = kazoo.created(sip=SIP)
    assert "first-secret" not in kazoo.get(f"devices/{device['id']}").content.decode()
    assert "password" not in device["sip"]
    assert knows(device, "first-secret")


def test_a_device_lives_in_the_realm_of_the_accounts_trunks(kazoo: Kazoo) -> None:
    subscriber = stored(kazoo.created(sip=SIP)).subscriber
    assert subscriber is not None
    assert subscriber.aor == f"sip:desk01@{kazoo.account.auth_id}.sip.vobiz.ai"
    assert (subscriber.kind, subscriber.enabled, subscriber.allowed_networks) == ("device", True, [])


@pytest.mark.parametrize("sip", [{}, {"username": "desk01"}, {"password": "first-secret"}])
def test_without_username_and_password_there_is_no_subscriber(kazoo: Kazoo, sip: Document) -> None:
    assert stored(kazoo.created(sip=sip)).subscriber is None


def test_a_replacement_that_does_not_mention_the_password_keeps_it(kazoo: Kazoo) -> None:
    device = kazoo.created(sip=SIP)
    kazoo.post(f"devices/{device['id']}", {"name": "y", "sip": {"username": "desk01"}})
    assert knows(device, "first-secret")


def test_a_new_password_takes_the_place_of_the_old_one(kazoo: Kazoo) -> None:
    device = kazoo.created(sip=SIP)
    kazoo.patch(f"devices/{device['id']}", {"sip": {"password": "second-secret"}})
    assert knows(device, "second-secret")
    assert not knows(device, "first-secret")


def test_sending_the_same_password_again_changes_nothing(kazoo: Kazoo) -> None:
    device = kazoo.created(sip=SIP)
    before = Secret.objects.get()
    revision = kazoo.post(f"devices/{device['id']}", {"name": "Desk", "sip": SIP}).json()["revision"]
    assert (Secret.objects.get().pk, revision[:2]) == (before.pk, "1-")


@pytest.mark.parametrize("key", ["password", "username"])
def test_taking_away_the_password_or_the_username_removes_the_subscriber(kazoo: Kazoo, key: str) -> None:
    device = kazoo.created(sip=SIP)
    kazoo.patch(f"devices/{device['id']}", {"sip": {key: None}})
    assert stored(device).subscriber is None
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("change", [{"username": "desk02"}, {"username": "DESK01"}, {"realm": "sip.vobiz.ai"}])
def test_another_username_or_realm_needs_the_password_again(kazoo: Kazoo, change: Document) -> None:
    device = kazoo.created(sip=SIP)
    refused = kazoo.patch(f"devices/{device['id']}", {"sip": change})
    assert rules(refused) == {"sip.password": ["required"]}
    assert kazoo.patch(f"devices/{device['id']}", {"sip": {**change, "password": "first-secret"}}).status_code == 200
    assert knows(device, "first-secret")
    assert Subscriber.objects.count() == 1


def test_a_device_without_a_password_may_change_its_username(kazoo: Kazoo) -> None:
    device = kazoo.created(sip={"username": "desk01"})
    assert kazoo.patch(f"devices/{device['id']}", {"sip": {"username": "desk02"}}).status_code == 200


@pytest.mark.parametrize("own", [True, False])
def test_the_realm_is_one_that_the_account_holds(kazoo: Kazoo, other_account: Account, own: bool) -> None:
    realm = f"{(kazoo.account if own else other_account).auth_id}.SIP.vobiz.ai"
    response = kazoo.put("devices", {"name": "x", "sip": {**SIP, "realm": realm}})
    if own:
        assert response.json()["data"]["sip"]["realm"] == realm
    else:
        assert rules(response) == {"sip.realm": ["invalid"]}


@pytest.mark.parametrize("realm", ["nobody.example.test", "sip.vobiz.ai "])
def test_a_realm_that_nobody_holds_or_that_is_none(kazoo: Kazoo, realm: str) -> None:
    found = rules(kazoo.put("devices", {"name": "x", "sip": {"realm": realm}}))
    assert found in ({"sip.realm": ["invalid"]}, {"sip.realm": ["pattern"]})


@pytest.mark.parametrize("username", ["desk01", "DESK01"])
def test_a_username_is_held_once_among_devices(kazoo: Kazoo, username: str) -> None:
    kazoo.created(sip={"username": "desk01"})
    response = kazoo.put("devices", {"name": "y", "sip": {"username": username}})
    assert rules(response) == {"sip.username": ["unique"]}
    assert response.json()["data"]["sip.username"]["unique"]["cause"] == username


def test_a_username_is_held_once_in_its_realm_against_credentials(account: Account, kazoo: Kazoo) -> None:
    make_credential(account, "desk01")
    assert rules(kazoo.put("devices", {"name": "y", "sip": {**SIP, "username": "Desk01"}})) == {
        "sip.username": ["unique"]
    }


def test_a_username_is_held_once_in_its_realm_against_endpoints(account: Account, kazoo: Kazoo) -> None:
    make_endpoint(account, "desk01")
    assert kazoo.put("devices", {"name": "x", "sip": SIP}).status_code == 201
    elsewhere = {**SIP, "username": "DESK01", "realm": "sip.vobiz.ai"}
    device = kazoo.created(sip={"username": "other1", "password": "other-secret"})
    response = kazoo.patch(f"devices/{device['id']}", {"sip": elsewhere})
    assert rules(response) == {"sip.username": ["unique"]}


def test_another_tenants_username_is_nobodys_business(kazoo: Kazoo, other_account: Account) -> None:
    make_device(other_account, sip=SIP)
    assert kazoo.put("devices", {"name": "x", "sip": SIP}).status_code == 201


def test_disabling_reaches_the_phone(kazoo: Kazoo) -> None:
    device = kazoo.created(sip=SIP)
    kazoo.patch(f"devices/{device['id']}", {"enabled": "false"})
    assert Subscriber.objects.get().enabled is False
    kazoo.patch(f"devices/{device['id']}", {"enabled": True})
    assert Subscriber.objects.get().enabled is True


# By address.

BY_ADDRESS = {"method": "ip", "ip": "192.0.2.10"}


def test_an_address_is_held_once_in_the_account(kazoo: Kazoo, other_account: Account) -> None:
    make_device(other_account, sip=BY_ADDRESS)
    kazoo.created(sip=BY_ADDRESS)
    assert rules(kazoo.put("devices", {"name": "y", "sip": BY_ADDRESS})) == {"sip.ip": ["unique"]}


def test_an_address_counts_only_where_the_method_says_so(kazoo: Kazoo) -> None:
    kazoo.created(sip=BY_ADDRESS)
    assert kazoo.put("devices", {"name": "y", "sip": {"ip": "192.0.2.10"}}).status_code == 201


def test_a_device_known_by_its_address_may_use_its_password_from_there_only(kazoo: Kazoo) -> None:
    device = kazoo.created(sip={**SIP, **BY_ADDRESS})
    assert Subscriber.objects.get().allowed_networks == ["192.0.2.10/32"]
    kazoo.patch(f"devices/{device['id']}", {"sip": {"method": "password"}})
    assert Subscriber.objects.get().allowed_networks == []


def test_without_a_password_it_holds_no_username(account: Account, kazoo: Kazoo) -> None:
    kazoo.created(sip={**BY_ADDRESS, "username": "desk01"})
    make_credential(account, "desk01")
    assert Subscriber.objects.get().kind == "credential"
