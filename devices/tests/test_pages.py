"""The pages of devices and their users."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Account
from accounts.permissions import Role
from devices.models import Device, KazooUser
from devices.tests.page_support import MAC, device_to_edit, filled, page_of, pages, stored
from devices.tests.support import SIP, make_device
from devices.tests.test_seed_page import register
from devices.user_services import user_create
from sip.hashing import hash_set
from sip.models import Secret, Subscriber
from tests.tenants import make_person

PAGES = ["", "?q=desk", "new/", "new/?preset=desk-phone", "new/?preset=blank&as=json"]
DEVICE_PAGES = ["", "edit/", "edit/?as=json", "rotate/", "reboot/", "notify/", "why/", "clone/", "delete/"]


@pytest.fixture
def device(account: Account) -> Device:
    return device_to_edit(account)


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_of_the_section_open(owner: Client, account: Account, device: Device, path: str) -> None:
    assert owner.get(pages(account) + path).status_code == 200


@pytest.mark.parametrize("path", DEVICE_PAGES)
def test_the_pages_of_a_device_open(owner: Client, device: Device, path: str) -> None:
    assert owner.get(page_of(device) + path).status_code == 200


@pytest.mark.parametrize("path", DEVICE_PAGES)
def test_they_are_not_there_for_a_stranger_nor_once_it_is_deleted(
    owner: Client, stranger: Client, device: Device, path: str
) -> None:
    assert stranger.get(page_of(device) + path).status_code == 404
    owner.post(f"{page_of(device)}delete/")
    assert owner.get(page_of(device) + path).status_code == 404


@pytest.mark.parametrize(("path", "status"), [("edit/", 403), ("reboot/", 200), ("notify/", 200), ("delete/", 403)])
def test_support_may_reboot_and_not_edit(
    account: Account, device: Device, signed_in: Any, path: str, status: int
) -> None:
    client = signed_in(make_person("sue", account, Role.SUPPORT))
    assert client.get(page_of(device) + path).status_code == status


def test_the_list_shows_who_is_registered_and_whose_it_is(owner: Client, account: Account) -> None:
    user = user_create(user=KazooUser(account=account, name="Ann Smith"))
    register(make_device(account, name="Front", sip=SIP, owner_id=user.user_id, mac_address=MAC))
    text = owner.get(pages(account)).content.decode()
    assert '<span class="status good">Registered</span>' in text
    assert "Ann Smith" in text
    assert MAC in text


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ({"sip": {"method": "ip", "ip": "192.0.2.10"}}, "By address"),
        ({"device_type": "cellphone"}, "Forwards"),
        ({"sip": {"username": "desk01"}}, "No password"),
        ({"enabled": False}, "Disabled"),
    ],
)
def test_what_never_registers_says_why(owner: Client, account: Account, data: Any, word: str) -> None:
    make_device(account, **data)
    assert f"{word}</span>" in owner.get(pages(account)).content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=desk", True),
        ("q=00:04:F2", True),
        ("q=0004f2ab7efd", True),
        ("q=desk01", True),
        ("q=nothing", False),
        ("q=::", False),
        ("registered=true", False),
        ("registered=false", True),
        ("device_type=sip_device", True),
        ("device_type=fax", False),
        ("method=password", True),
        ("method=ip", False),
        ("enabled=false", False),
        ("last_used=never", True),
    ],
)
def test_the_list_is_filtered(owner: Client, account: Account, device: Device, query: str, found: bool) -> None:
    assert bool(list(owner.get(f"{pages(account)}?{query}").context["table"].rows)) == found


def test_deleted_devices_are_not_counted(owner: Client, account: Account, device: Device) -> None:
    make_device(account, name="Other")
    owner.post(f"{page_of(device)}delete/")
    response = owner.get(pages(account))
    assert (len(response.context["table"].rows), response.context["table"].paginator.count) == (1, 1)


def test_bulk_actions_go_through_the_documents(owner: Client, account: Account, device: Device) -> None:
    sent = {"row": [device.device_id], "action": "disable", "confirmed": "1", "expected": "1"}
    owner.post(f"{pages(account)}bulk/", sent)
    assert (stored(device).document["enabled"], Subscriber.objects.get().enabled) == (False, False)


def test_a_device_is_shown_whole_but_for_its_password(owner: Client, device: Device) -> None:
    text = owner.get(page_of(device)).content.decode()
    assert "&quot;kept&quot;" in text
    assert "first-secret" not in text


@pytest.mark.parametrize(
    ("forward", "words"),
    [
        ({}, "Off"),
        ({"enabled": True, "number": "+49301"}, "Every call to +49301"),
        ({"failover": True, "number": "+49301"}, "To +49301 while no phone is registered"),
        ({"enabled": True, "failover": True, "number": "1"}, "not used while forwarding is on"),
        ({"enabled": True}, "no number yet"),
    ],
)
def test_forwarding_wins_over_failover_and_the_page_says_so(
    owner: Client, account: Account, forward: Any, words: str
) -> None:
    assert words in owner.get(page_of(make_device(account, call_forward=forward))).content.decode()


def test_a_device_without_a_subscriber_shows_nobodys_attempts(owner: Client, account: Account) -> None:
    device = make_device(account)
    response = owner.get(page_of(device))
    assert response.context["attempts"] == []
    assert [action.page for action, _url in response.context["actions"]] == ["edit", "clone", "disable", "delete"]
    for path in ("why/", "secret/", "rotate/"):
        assert owner.get(page_of(device) + path).status_code == 404


@pytest.mark.parametrize("length", [4, 5, 32, 33])
def test_the_page_takes_the_passwords_that_the_api_takes(owner: Client, account: Account, length: int) -> None:
    device = device_to_edit(account)
    page = owner.get(f"{page_of(device)}rotate/").content.decode()
    assert ('minlength="5"' in page, 'maxlength="32"' in page, "5 to 32 characters" in page) == (True, True, True)
    sent = {"password": "x" * length, "overlap_minutes": "0"}
    response = owner.post(f"{page_of(device)}rotate/", sent)
    subscriber = Subscriber.objects.get()
    hashed = hash_set(subscriber.username, subscriber.realm.shown_as, sent["password"])
    is_taken = Secret.objects.get().md5 == hashed.md5
    assert (response.status_code, is_taken) == ((303, True) if 5 <= length <= 32 else (200, False))
    if not is_taken:
        assert list(response.context["form"].errors) == ["password"]
        assert "characters" in response.context["form"].errors["password"][0]


# Users.


def test_a_user_is_made_shown_with_its_devices_and_removed(owner: Client, account: Account) -> None:
    url = f"/accounts/{account.auth_id}/device-users/"
    owner.post(f"{url}new/", {"name": "Ann"})
    user = KazooUser.objects.get()
    make_device(account, name="Own", owner_id=user.user_id)
    make_device(account, name="Borrowed", hotdesk={"users": {user.user_id: {}}})
    text = owner.get(f"{url}{user.user_id}/").content.decode()
    assert "Own" in text
    assert "Borrowed" in text
    assert owner.get(url).status_code == owner.get(f"{url}new/").status_code == 200
    owner.post(f"{url}{user.user_id}/delete/")
    assert not KazooUser.objects.exists()


def test_a_user_owns_what_the_form_gives_it(owner: Client, account: Account, device: Device) -> None:
    user = user_create(user=KazooUser(account=account, name="Ann"))
    url = f"{page_of(device)}edit/"
    owner.post(url, filled(owner, url) | {"owner_id": user.user_id})
    assert stored(device).owner_id == user.user_id
