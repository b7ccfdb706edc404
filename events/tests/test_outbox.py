"""What happens becomes events, in the same transaction, for those who asked."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Account
from bulk.kinds.registry import kinds
from bulk.services import import_start, job_cancel
from bulk.tests.conftest import apply, check_file
from credentials.services import credential_delete, credential_update
from devices.services import device_create
from endpoints.services import endpoint_delete, endpoint_update
from events import watching
from events.models import Delivery, Event, Registered, Watched
from events.tests.conftest import make_webhook
from sip.models import Block, Registration
from sip.signals import source_blocked
from tests.tenants import SIP_PASSWORD, make_account, make_credential, make_endpoint

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, Any]]:
    """The events so far, oldest first: type and data."""
    return [(event.type, json.loads(event.body)["data"]) for event in Event.objects.order_by("pk")]


def types() -> list[str]:
    return [type_ for type_, _data in told()]


def test_what_is_made_changed_and_deleted_is_told(account: Account) -> None:
    make_webhook(account)
    endpoint = make_endpoint(account, "desk")
    endpoint_update(endpoint=endpoint, alias="Desk-2")
    endpoint_id = str(endpoint.endpoint_id)
    endpoint_delete(endpoint=endpoint)
    credential = make_credential(account, "trunk")
    credential_update(credential=credential, password="AnotherPass456")
    credential_delete(credential=credential)
    device_create(account=account, data={"name": "Hall", "sip": {"username": "hall", "password": SIP_PASSWORD}})
    assert told()[:3] == [
        ("endpoint.created", {"id": endpoint_id, "name": "desk"}),
        ("endpoint.changed", {"id": endpoint_id, "name": "desk", "changed": ["alias"]}),
        ("endpoint.deleted", {"id": endpoint_id, "name": "desk"}),
    ]
    assert types()[3:] == ["credential.created", "credential.changed", "credential.deleted", "device.created"]
    assert told()[4][1]["changed"] == ["overlap_minutes", "password"]
    assert not [body for body in Event.objects.values_list("body", flat=True) if "AnotherPass456" in body]


def test_who_did_not_ask_hears_nothing(account: Account, other_account: Account) -> None:
    make_webhook(account, events=["endpoint.deleted"])
    make_webhook(account, enabled=False)
    make_webhook(other_account)
    make_endpoint(account, "desk")
    assert (Event.objects.count(), Delivery.objects.count()) == (0, 0)


def test_a_main_account_hears_its_sub_accounts_and_they_themselves_only(account: Account, sub_account: Account) -> None:
    main, sub = make_webhook(account).webhook, make_webhook(sub_account).webhook
    make_credential(account, "a")
    make_credential(sub_account, "b")
    heard = [(row.webhook_id, json.loads(row.event.body)["account"]) for row in Delivery.objects.order_by("pk")]
    assert heard == [
        (main.pk, account.auth_id),
        *sorted([(main.pk, sub_account.auth_id), (sub.pk, sub_account.auth_id)], key=lambda one: -one[0]),
    ]


def test_what_is_taken_back_was_never_told(account: Account) -> None:
    make_webhook(account)
    with transaction.atomic():
        make_endpoint(account, "desk")
        transaction.set_rollback(True)
    assert types() == []


def test_every_row_of_an_import_is_told_and_then_the_import(account: Account) -> None:
    make_webhook(account)
    job = apply(check_file(account, "endpoints", "username,alias\na,A\nb,B\n"))
    assert types() == ["endpoint.created", "endpoint.created", "import.finished"]
    counts = {"total": 2, "new": 2, "changed": 0, "unchanged": 0, "refused": 0}
    assert told()[-1][1] == {"id": str(job.job_id), "objects": "endpoints", "state": "done", **counts}


def test_an_import_that_comes_to_nothing_is_told_too(account: Account) -> None:
    make_webhook(account, events=["import.finished"])
    job_cancel(job=import_start(account=account, kind=kinds()["endpoints"], data=b"username,alias\na,A\n"))
    check_file(account, "endpoints", "username,alias\na,A\n")
    assert [data["state"] for _type, data in told()] == ["cancelled"]


def test_a_blocked_source_is_told(account: Account) -> None:
    make_webhook(account)
    of = {"account_id": account.pk, "main_account_id": account.pk}
    names = {"realm": "sip.example.com", "username_key": "desk", "source": "203.0.113.9"}
    source_blocked.send(Block, block=Block(**names, **of, until=timezone.now(), failures=20))
    source_blocked.send(Block, block=Block(**names, until=timezone.now(), failures=20))
    [(type_, data)] = told()
    assert (type_, data["source"], data["username"], data["failures"]) == (
        "authentication.blocked",
        "203.0.113.9",
        "desk",
        20,
    )


# --- registrations ----------------------------------------------------------------------------------------------------


def test_who_comes_and_goes_is_told_once_and_who_was_there_is_not(account: Account) -> None:
    early, late = make_endpoint(account, "early"), make_endpoint(account, "late")
    register(early)
    watching.watch()  # nobody asks: nothing is remembered
    make_webhook(account, events=["registration.registered", "registration.unregistered"])
    watching.watch()
    register(late)
    watching.watch()
    watching.watch()
    unregister(early)
    watching.watch()
    assert [(type_, data["username"]) for type_, data in told()] == [
        ("registration.registered", "late"),
        ("registration.unregistered", "early"),
    ]
    assert told()[0][1]["aor"] == late.subscriber.aor


def test_a_sub_accounts_phones_are_watched_for_its_main_account(account: Account) -> None:
    make_webhook(account, events=["registration.registered"])
    sub_account = make_account("Branch", parent=account)
    credential = make_credential(sub_account, "trunk")
    watching.watch()
    register(credential)
    watching.watch()
    assert [data["username"] for _type, data in told()] == ["trunk"]


def test_nothing_is_remembered_for_those_who_no_longer_ask(account: Account) -> None:
    webhook = make_webhook(account, events=["registration.registered"]).webhook
    register(make_endpoint(account, "desk"))
    watching.watch()
    assert (Watched.objects.count(), Registered.objects.count()) == (1, 1)
    webhook.delete()
    watching.watch()
    assert (Watched.objects.count(), Registered.objects.count()) == (0, 0)


def register(holder: Any) -> None:
    """What the webhook notes of an admitted REGISTER."""
    now = timezone.now()
    Registration.objects.create(
        subscriber=holder.subscriber,
        account_id=holder.subscriber.account_id,
        main_account_id=holder.account.main_id,
        aor=holder.subscriber.aor,
        contact=f"sip:{holder.username}@192.0.2.7",
        contact_key=f"sip:{holder.username}@192.0.2.7",
        since=now,
        expires_at=now + timedelta(minutes=5),
    )


def unregister(holder: Any) -> None:
    Registration.objects.filter(subscriber=holder.subscriber).update(expires_at=timezone.now())
