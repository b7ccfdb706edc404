"""Users: just enough for devices to have owners and guests."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Account
from devices.models import Hotdesk, KazooUser
from devices.tests.support import Document, Kazoo, make_device
from devices.user_services import user_create, user_delete

OWNER = "a" * 32


def make_many(account: Account, how_many: int, **document: Any) -> list[str]:
    return [make_device(account, name=f"Desk {number}", **document).device_id for number in range(how_many)]


@pytest.fixture
def ann(account: Account) -> KazooUser:
    return user_create(user=KazooUser(account=account, name="Ann"))


def test_a_user_has_a_name_and_an_id(kazoo: Kazoo) -> None:
    response = kazoo.put("users", {"name": "Ann", "username": "ann", "ui_metadata": {}})
    user = response.json()["data"]
    assert (response.status_code, user["name"], len(user["id"])) == (201, "Ann", 32)
    assert kazoo.get(f"users/{user['id']}").json()["data"] == user
    assert kazoo.get("users").json()["data"] == [user]
    assert kazoo.delete(f"users/{user['id']}").json()["data"] == user
    assert kazoo.get("users").json()["data"] == []


def test_a_user_may_have_two_names(kazoo: Kazoo) -> None:
    user = kazoo.put("users", {"first_name": "Ann", "last_name": "Smith", "id": OWNER}).json()["data"]
    assert user == {"id": OWNER, "name": "Ann Smith", "first_name": "Ann", "last_name": "Smith"}


@pytest.mark.parametrize(
    ("data", "status", "message"),
    [
        ({}, 400, "validation error"),
        ([], 400, "validation error"),
        ({"name": 7}, 400, "validation error"),
        ({"name": "x" * 258}, 400, "validation error"),
        ({"name": "a\0b"}, 400, "validation error"),
        ({"name": "\ud800"}, 400, "validation error"),
        ({"name": "x", "id": "short"}, 400, "validation error"),
        ({"name": "x", "first_name": "x" * 129}, 400, "validation error"),
        ({"name": "x", "id": "b" * 32}, 409, "datastore_conflict"),
    ],
)
def test_a_user_that_cannot_be(account: Account, kazoo: Kazoo, data: Any, status: int, message: str) -> None:
    user_create(user=KazooUser(account=account, name="Bea", user_id="b" * 32))
    response = kazoo.put("users", data)
    assert (response.status_code, response.json()["message"]) == (status, message)


@pytest.mark.parametrize("path", ["", "/devices"])
@pytest.mark.parametrize("user_id", ["0" * 32, "x", "%00"])
def test_a_user_that_is_not_there(kazoo: Kazoo, path: str, user_id: str) -> None:
    assert kazoo.get(f"users/{user_id}{path}").json()["message"] == "bad_identifier"


def test_a_user_of_another_tenant_is_not_there(kazoo: Kazoo, other_account: Account) -> None:
    user = user_create(user=KazooUser(account=other_account, name="Cy"))
    assert kazoo.get(f"users/{user.user_id}").status_code == 404
    assert kazoo.delete(f"users/{user.user_id}").status_code == 404
    assert kazoo.get("users").json()["data"] == []


def user_rows(kazoo: Kazoo, user: KazooUser) -> dict[str, Document]:
    return {row["id"]: row for row in kazoo.get(f"users/{user.user_id}/devices").json()["data"]}


def test_a_device_that_one_owns_and_has_logged_in_at_is_listed_once(
    account: Account, kazoo: Kazoo, ann: KazooUser
) -> None:
    device = make_device(account, owner_id=ann.user_id, hotdesk={"users": {ann.user_id: {}, "odd": {}}})
    rows = user_rows(kazoo, ann)
    assert (list(rows), rows[device.device_id]["hotdesked"]) == ([device.device_id], False)
    assert not rows[device.device_id].keys() & {"username", "flags", "mobile"}


def test_logging_in_and_out_of_a_device(account: Account, kazoo: Kazoo, ann: KazooUser) -> None:
    device = make_device(account)
    path = f"devices/{device.device_id}"
    kazoo.patch(path, {"hotdesk": {"users": {ann.user_id: {}}}})
    assert user_rows(kazoo, ann)[device.device_id]["hotdesked"] is True
    kazoo.patch(path, {"hotdesk": {"users": {ann.user_id: None}}})
    assert user_rows(kazoo, ann) == {}
    assert not Hotdesk.objects.exists()


def test_the_devices_of_a_user_can_be_filtered_and_paged(account: Account, kazoo: Kazoo, ann: KazooUser) -> None:
    ids = make_many(account, 3, owner_id=ann.user_id)
    body = kazoo.get(f"users/{ann.user_id}/devices?page_size=2&filter_name=Desk 1").json()
    assert [row["id"] for row in body["data"]] == [ids[1]]


def test_a_device_made_at_a_user_is_not_the_users(kazoo: Kazoo, ann: KazooUser) -> None:
    response = kazoo.put(f"users/{ann.user_id}/devices", {"name": "x"})
    assert (response.status_code, "owner_id" in response.json()["data"]) == (201, False)


def test_devices_keep_naming_an_owner_who_is_gone(account: Account, kazoo: Kazoo, ann: KazooUser) -> None:
    make_device(account, owner_id=ann.user_id)
    user_delete(user=ann)
    assert kazoo.get("devices").json()["data"][0]["owner_id"] == ann.user_id
