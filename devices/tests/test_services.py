"""What a write leaves behind: audit rows, counters, subscribers; and what happens when an account goes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from accounts.models import Account
from accounts.services import account_delete
from console import counters
from console.audit import HIDDEN
from console.models import AuditEntry
from devices.models import Device, Hotdesk, KazooUser
from devices.refusals import DocumentRefused, StaleRevision
from devices.services import device_create, device_delete, device_update
from devices.tests.support import SIP, Kazoo, make_device
from devices.user_services import user_create
from sip.models import Secret, Subscriber


def trail(device: Device) -> list[tuple[str, dict[str, Any]]]:
    """Action and changes of every audit row of a device, the first one first."""
    rows = AuditEntry.objects.filter(object_type="device", object_id=device.device_id).order_by("id")
    return [(row.action, row.changes) for row in rows]


def change(device: Device, **data: Any) -> None:
    device_update(account=device.account, device_id=device.device_id, data=data, merges=True)


# The audit trail.


def test_a_creation_is_told_by_dotted_keys_without_the_password(account: Account) -> None:
    device = make_device(account, sip=SIP)
    [(action, changes)] = trail(device)
    assert action == "create"
    assert changes["sip.username"] == [None, "desk01"]
    assert changes["password"] == [None, HIDDEN]
    assert "first-secret" not in json.dumps(changes)


def test_an_update_tells_what_differs_only(account: Account) -> None:
    device = make_device(account, ringtones={"internal": "a"}, flags=["x"])
    change(device, ringtones={"internal": "b"}, flags=["x", "y"], custom={"a.b": 1})
    assert trail(device)[1:] == [
        ("update", {"ringtones.internal": ["a", "b"], "flags": [["x"], ["x", "y"]], "custom.a%2Eb": [None, 1]})
    ]


def test_what_went_is_told_too(account: Account) -> None:
    device = make_device(account, custom="x")
    change(device, custom=None)
    assert trail(device)[1:] == [("update", {"custom": ["x", None]})]


@pytest.mark.parametrize(
    ("sip", "told"),
    [
        ({"password": "another"}, [HIDDEN, HIDDEN]),
        ({"password": None}, [HIDDEN, None]),
        ({"username": None}, [HIDDEN, None]),
        ({"username": "desk02", "password": "another"}, [HIDDEN, HIDDEN]),
    ],
)
def test_a_change_of_the_password_is_told_without_it(account: Account, sip: Any, told: list[str | None]) -> None:
    device = make_device(account, sip=SIP)
    change(device, sip=sip)
    assert ("rotate", {"password": told}) in trail(device)
    assert "another" not in json.dumps(trail(device))


def test_the_first_password_of_a_device_is_told(account: Account) -> None:
    device = make_device(account, sip={"username": "desk01"})
    change(device, sip={"password": "first-secret"})
    assert trail(device)[1:] == [("rotate", {"password": [None, HIDDEN]})]


def test_a_change_of_nothing_is_not_told(account: Account) -> None:
    device = make_device(account, sip=SIP)
    change(device, sip={"password": "first-secret"}, name="Desk")
    assert len(trail(device)) == 1


def test_a_deletion_tells_the_last_values(account: Account) -> None:
    device = make_device(account, sip=SIP)
    device_delete(account=account, device_id=device.device_id)
    action, changes = trail(device)[-1]
    assert (action, changes["sip.username"]) == ("delete", ["desk01", None])


def test_the_token_is_told_as_the_actor(kazoo: Kazoo) -> None:
    kazoo.created()
    entry = AuditEntry.objects.get(object_type="device")
    assert (entry.door, entry.actor_kind) == ("api", "token")


# Rows.


def test_a_refused_write_leaves_nothing(account: Account) -> None:
    with pytest.raises(DocumentRefused) as refused:
        device_create(account=account, data={"name": "x", "sip": {**SIP, "realm": "nobody.example.test"}})
    assert refused.value.messages == ["sip.realm: Not a realm of this account"]
    assert not Device.with_deleted.exists()
    assert not AuditEntry.objects.filter(object_type="device").exists()


def test_a_check_that_refuses_leaves_the_device(account: Account) -> None:
    device = make_device(account)

    def refuse(_device: Device) -> None:
        raise StaleRevision

    for write in (
        lambda: device_update(
            account=account, device_id=device.device_id, data={"name": "y"}, merges=True, check=refuse
        ),
        lambda: device_delete(account=account, device_id=device.device_id, check=refuse),
    ):
        with pytest.raises(StaleRevision):
            write()
    assert Device.objects.get().name == "Desk"


def test_the_former_password_may_stay_for_a_while(account: Account) -> None:
    device = make_device(account, sip=SIP)
    device_update(
        account=account,
        device_id=device.device_id,
        data={"sip": {"password": "another"}},
        merges=True,
        overlap_minutes=5,
    )
    assert sorted(secret.valid_until is None for secret in Secret.objects.all()) == [False, True]


def test_the_count_leaves_deleted_devices_out(account: Account) -> None:
    devices = [make_device(account) for _ in range(3)]
    device_delete(account=account, device_id=devices[0].device_id)
    device_delete(account=account, device_id=devices[1].device_id, for_good=True)
    assert counters.total(Device, account.pk) == Device.objects.count() == 1


def test_the_columns_repeat_the_document(account: Account) -> None:
    device = make_device(
        account, device_type="x" * 100, owner_id="a" * 32, mac_address="0004.F2AB.7EFD", sip={"username": "Desk01"}
    )
    found = Device.objects.get(pk=device.pk)
    assert (found.name, found.device_type, found.owner_id) == ("Desk", "x" * 64, "a" * 32)
    assert (found.mac_address, found.username, found.username_key) == ("0004f2ab7efd", "Desk01", "desk01")


@pytest.mark.parametrize("column", ["mac_address", "username_key", "ip_address"])
def test_the_database_holds_what_is_unique(account: Account, column: str) -> None:
    value = "192.0.2.10" if column == "ip_address" else "x"
    Device.objects.bulk_create([Device(account=account, name="x", **{column: value})])
    with pytest.raises(IntegrityError), transaction.atomic():
        Device.objects.bulk_create([Device(account=account, name="y", **{column: value})])


def test_the_database_holds_a_deleted_device_to_have_no_subscriber(account: Account) -> None:
    device = make_device(account, sip=SIP)
    with pytest.raises(IntegrityError), transaction.atomic():
        Device.objects.filter(pk=device.pk).update(deleted_at=device.created_at)


def test_a_subscriber_cannot_go_without_its_device(account: Account) -> None:
    make_device(account, sip=SIP)
    with pytest.raises(ProtectedError):
        Subscriber.objects.get().delete()


def test_however_a_device_goes_its_subscriber_goes_too(account: Account) -> None:
    make_device(account, sip=SIP)
    Device.objects.get().delete()
    assert not Subscriber.objects.exists()


# When an account goes.


def test_devices_and_users_go_with_their_account(account: Account, sub_account: Account) -> None:
    make_device(account, sip=SIP)
    for document in ({"sip": SIP, "hotdesk": {"users": {"a" * 32: {}}}}, {"name": "Deleted"}):
        device = make_device(sub_account, **document)
    device_delete(account=sub_account, device_id=device.device_id)
    user_create(user=KazooUser(account=sub_account, name="Ann"))
    account_delete(account=sub_account)
    assert Device.with_deleted.count() == Subscriber.objects.count() == 1
    assert not KazooUser.objects.exists()
    assert not Hotdesk.objects.exists()
