"""The admin writes what registers through the services: subscribers and audit rows follow, refusals are words."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from credentials.models import Credential
from devices.models import Device, KazooUser
from endpoints.models import Application, Endpoint
from sip.digest import hash_set
from sip.models import Secret, Subscriber
from tests.admin_tools import BY_STAFF, act, errors, said, trail, url
from tests.tenants import make_application, make_credential, make_endpoint

pytestmark = pytest.mark.django_db

HOLDERS = [(make_endpoint, "endpoints_endpoint", Endpoint), (make_credential, "credentials_credential", Credential)]


def test_a_new_endpoint_registers_with_its_password(staff: Client, account: Account) -> None:
    sent = {"account": account.pk, "username": "alice", "alias": "Desk", "password": "SecurePass123", "enabled": "on"}
    staff.post(url("endpoints_endpoint_add"), sent)
    subscriber = Endpoint.objects.get().subscriber
    assert subscriber.secrets.get().md5 == hash_set("alice", subscriber.realm.shown_as, "SecurePass123").md5
    assert trail("endpoint") == [("create", *BY_STAFF)]


def change_endpoint(client: Client, endpoint: Endpoint, **sent: Any) -> Any:
    values = {"alias": endpoint.alias, "enabled": "on", "overlap_minutes": 0, **sent}
    return client.post(url("endpoints_endpoint_change", endpoint.pk), values)


def test_a_change_without_a_password_keeps_the_password(staff: Client, account: Account) -> None:
    endpoint = make_endpoint(account, "alice")
    before = Secret.objects.get().md5
    change_endpoint(staff, endpoint, alias="Renamed")
    assert (Endpoint.objects.get().alias, Secret.objects.get().md5) == ("Renamed", before)


def test_a_new_password_replaces_the_old_one(staff: Client, account: Account) -> None:
    endpoint = make_endpoint(account, "alice")
    change_endpoint(staff, endpoint, password="AnotherPass99")
    assert Secret.objects.get().md5 == hash_set("alice", endpoint.subscriber.realm.shown_as, "AnotherPass99").md5


def test_with_an_overlap_the_old_password_lives_on(staff: Client, account: Account) -> None:
    change_endpoint(staff, make_endpoint(account, "alice"), password="AnotherPass99", overlap_minutes=60)
    assert Secret.objects.filter(valid_until__gt=timezone.now()).count() == 1


def test_disabling_reaches_the_subscriber(staff: Client, account: Account) -> None:
    change_endpoint(staff, make_endpoint(account, "alice"), enabled="")
    assert not Subscriber.objects.get().enabled


def test_an_unchanged_form_writes_no_audit_row(staff: Client, account: Account) -> None:
    flags = dict.fromkeys(("allow_voice", "allow_message", "allow_same_domain", "allow_phones", "allow_apps"), "on")
    change_endpoint(staff, make_endpoint(account, "alice"), **flags)
    assert [action for action, _door, _who in trail("endpoint")] == ["create"]


@pytest.mark.parametrize(("make", "name", "model"), HOLDERS)
def test_a_deletion_removes_the_subscriber(make: Any, name: str, model: Any, staff: Client, account: Account) -> None:
    row = make(account, "alice")
    staff.post(url(f"{name}_delete", row.pk), {"post": "yes"})
    assert (model.objects.count(), Subscriber.objects.count()) == (0, 0)
    assert trail(model._meta.model_name)[-1] == ("delete", *BY_STAFF)


@pytest.mark.parametrize(("make", "name", "model"), HOLDERS)
def test_a_bulk_deletion_removes_the_subscribers(
    make: Any, name: str, model: Any, staff: Client, account: Account
) -> None:
    rows = [make(account, username) for username in ("one", "two", "three")]
    act(staff, name, "delete_selected", *rows[:2])
    assert (model.objects.get().username, Subscriber.objects.get().username) == ("three", "three")
    assert trail(model._meta.model_name)[-2:] == [("delete", *BY_STAFF)] * 2


@pytest.mark.parametrize(("action", "expected"), [("disable", False), ("enable", True)])
def test_rows_are_enabled_and_disabled_from_the_list(
    action: str, expected: bool, staff: Client, account: Account
) -> None:
    rows = [make_credential(account, name, enabled=not expected) for name in ("one", "two")]
    act(staff, "credentials_credential", action, *rows)
    assert set(Subscriber.objects.values_list("enabled", flat=True)) == {expected}


def test_a_credentials_networks_reach_the_subscriber(staff: Client, account: Account) -> None:
    credential = make_credential(account, "trunk")
    sent = {"enabled": "on", "allowed_networks": "203.0.113.0/24\n198.51.100.7", "overlap_minutes": 0}
    staff.post(url("credentials_credential_change", credential.pk), sent)
    assert Subscriber.objects.get().allowed_networks == ["203.0.113.0/24", "198.51.100.7"]


def test_a_form_that_names_no_account_says_so_beside_the_field(staff: Client) -> None:
    sent = {"username": "alice", "alias": "Desk", "password": "SecurePass123"}
    assert errors(staff.post(url("endpoints_endpoint_add"), sent)) == {"account": ["This field is required."]}


def test_a_sub_account_cannot_own_an_endpoint(staff: Client, sub_account: Account) -> None:
    sent = {"account": sub_account.pk, "username": "alice", "alias": "Desk", "password": "SecurePass123"}
    assert errors(staff.post(url("endpoints_endpoint_add"), sent)) == {"account": ["Choose a main account."]}


def test_a_device_is_made_and_deleted_by_its_document(staff: Client, account: Account) -> None:
    document = '{"name": "Desk", "sip": {"username": "desk1"}}'
    staff.post(url("devices_device_add"), {"account": account.pk, "document": document, "password": "secret123"})
    device = Device.objects.get()
    assert Subscriber.objects.get().username == "desk1"
    staff.post(url("devices_device_delete", device.pk), {"post": "yes"})
    assert (Device.objects.count(), Subscriber.objects.count()) == (0, 0)


def test_a_device_gets_a_new_password_beside_its_document(staff: Client, account: Account) -> None:
    document = '{"name": "Desk", "sip": {"username": "desk1"}}'
    staff.post(url("devices_device_add"), {"account": account.pk, "document": document, "password": "secret123"})
    before = Secret.objects.get().md5
    sent = {"document": document, "password": "another456", "overlap_minutes": 0}
    staff.post(url("devices_device_change", Device.objects.get().pk), sent)
    assert Secret.objects.get().md5 != before


def test_a_devices_user_is_made_and_deleted(staff: Client, account: Account) -> None:
    staff.post(url("devices_kazoouser_add"), {"account": account.pk, "name": "Jo"})
    staff.post(url("devices_kazoouser_delete", KazooUser.objects.get().pk), {"post": "yes"})
    assert trail("kazoouser") == [("create", *BY_STAFF), ("delete", *BY_STAFF)]


# --- refusals ---------------------------------------------------------------------------------------------------------


def test_a_lost_race_is_an_error_in_the_form(staff: Client, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(**_kwargs: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr("endpoints.admin.endpoint_create", lose)
    sent = {"account": account.pk, "username": "alice", "alias": "Desk", "password": "SecurePass123"}
    assert "at the same moment" in errors(staff.post(url("endpoints_endpoint_add"), sent))["__all__"][0]


def test_what_the_service_refuses_leaves_nothing_behind(staff: Client, account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(endpoint_limit=0)
    sent = {"account": account.pk, "username": "alice", "alias": "Desk", "password": "SecurePass123"}
    staff.post(url("endpoints_endpoint_add"), sent)
    assert (Endpoint.objects.count(), Subscriber.objects.count(), LogEntry.objects.count()) == (0, 0, 0)


def test_an_application_in_use_is_kept_and_the_reason_said(staff: Client, account: Account) -> None:
    application = make_application(account, "ivr")
    make_endpoint(account, "alice", application=application)
    response = staff.post(url("endpoints_application_delete", application.pk), {"post": "yes"})
    assert said(response) == "Application is currently in use by 1 endpoints"
    assert Application.objects.exists()


def test_a_bulk_deletion_is_all_or_nothing(staff: Client, account: Account) -> None:
    used, free = make_application(account, "used"), make_application(account, "free")
    make_endpoint(account, "alice", application=used)
    response = act(staff, "endpoints_application", "delete_selected", used, free)
    assert "currently in use" in said(response)
    assert (Application.objects.count(), LogEntry.objects.count()) == (2, 0)


def test_a_main_account_with_sub_accounts_is_kept(staff: Client, account: Account, sub_account: Account) -> None:
    response = staff.post(url("accounts_account_delete", account.pk), {"post": "yes"})
    assert said(response) == "Delete the sub-accounts first."


def test_a_deletion_says_what_falls_with_it(staff: Client, account: Account, sub_account: Account) -> None:
    make_endpoint(account, "alice", sub_account=sub_account)
    make_credential(sub_account, "trunk")
    page = staff.get(url("accounts_account_delete", sub_account.pk)).content.decode()
    assert "1 endpoints: returned to its main account" in page
    assert "1 credentials: deleted with it" in page


def test_a_deleted_sub_accounts_endpoints_return(staff: Client, account: Account, sub_account: Account) -> None:
    make_endpoint(account, "alice", sub_account=sub_account)
    staff.post(url("accounts_account_delete", sub_account.pk), {"post": "yes"})
    assert (Endpoint.objects.get().sub_account, Account.objects.get()) == (None, account)


def test_a_long_confirmation_names_the_first_hundred(
    staff: Client, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.admin_pages.MOST_NAMED", 2)
    rows = [make_application(account, f"app{number}") for number in range(5)]
    chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in rows]}
    page = staff.post(url("endpoints_application_changelist"), chosen).content.decode()
    assert "… and 3 more" in page
