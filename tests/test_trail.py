"""The audit trail: it only grows, whoever asks; its pages, filters, export and retention."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from accounts.services import account_update
from console import audit, trail
from console.models import AuditEntry, AuditGate
from credentials.services import credential_update
from endpoints.services import endpoint_update
from tests.tenants import make_credential, make_endpoint, make_person

pytestmark = pytest.mark.django_db


def streamed(client: Client, url: str) -> str:
    return b"".join(client.get(url).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]


@pytest.mark.parametrize("statement", ["DELETE FROM console_auditentry", "UPDATE console_auditentry SET door = 'x'"])
def test_the_database_refuses_to_touch_a_row(account: Account, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.latest("pk").delete()
    assert AuditEntry.objects.exists()


def test_the_database_refuses_to_empty_the_table_at_once(account: Account) -> None:
    words = "append-only" if connection.vendor == "postgresql" else "TRUNCATE"  # which SQLite does not know
    with pytest.raises(DatabaseError, match=words), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE console_auditentry CASCADE")
    assert AuditEntry.objects.exists()


def test_only_what_is_past_its_time_is_purged(account: Account, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = AuditEntry.objects.count()
    assert trail.purge() == 0  # kept for good, unless the settings say otherwise
    settings.AUDIT_KEEP_DAYS = 30
    assert trail.purge() == 0
    later = timezone.now() + timedelta(days=31)
    monkeypatch.setattr("console.trail.timezone.now", lambda: later)
    assert trail.purge(batch_rows=2) == before
    assert not AuditGate.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_flush_empties_it_and_closes_it_again(account: Account) -> None:
    call_command("flush", interactive=False, verbosity=0)
    assert not AuditEntry.objects.exists()
    entry = AuditEntry.objects.create(door="page", action="create", object_type="account", object_id="1")
    with pytest.raises(DatabaseError, match="append-only"):
        entry.delete()


@pytest.mark.django_db(transaction=True)
def test_a_flush_that_fails_leaves_it_closed(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: Any, **_options: Any) -> None:
        raise CommandError("no")

    monkeypatch.setattr("django.core.management.commands.flush.Command.handle", fails)
    with pytest.raises(CommandError):
        call_command("flush", interactive=False, verbosity=0)
    monkeypatch.undo()
    with pytest.raises(DatabaseError, match="append-only"):
        AuditEntry.objects.latest("pk").delete()


def test_an_account_reads_its_own_and_filters_it(owner: Client, account: Account, other_account: Account) -> None:
    endpoint = make_endpoint(account, "desk")
    with audit.acting(audit.Actor(door="page", request_id="find-me", source="192.0.2.7")):
        endpoint_update(endpoint=endpoint, alias="Reception")
    page = f"/accounts/{account.auth_id}/activity/"
    everything = owner.get(page).content.decode()
    assert "Reception" in everything
    assert other_account.auth_id not in everything
    for query, count in {
        "?action=update": 1,
        "?door=api": 0,
        f"?object_type=endpoint&object_id={endpoint.endpoint_id}": 2,
        "?since=2000-01-01&until=2000-12-31": 0,
        "?q=desk&action=create&object_type=endpoint": 1,
        "?who=nobody": 0,
        "?changed=Reception": 1,
        "?changed=alias": 2,
        "?changed=nowhere": 0,
        "?source=192.0.2.1": 0,
        "?source=192.0.2.7": 1,
        "?request_id=find-me": 1,
        "?q=find-me": 1,
    }.items():
        assert owner.get(page + query).context["table"].page.paginator.count == count, query


def test_what_changed_is_found_in_any_script(owner: Client, account: Account) -> None:
    account_update(account=account, description='Réception "Süd"')
    account_update(account=account, description="")
    page = f"/accounts/{account.auth_id}/activity/?object_type=account&action=update&changed="
    for word, count in {"Réception": 2, '"Süd"': 2, "description": 2, "Empfang": 0}.items():
        assert owner.get(page + word).context["table"].page.paginator.count == count, word


def test_an_entry_tells_what_changed_from_what_to_what(owner: Client, account: Account) -> None:
    endpoint = make_endpoint(account, "desk", alias="A" * 100)
    endpoint_update(endpoint=endpoint, alias="B" * 100)
    entry = AuditEntry.objects.latest("pk")
    page = owner.get(f"/accounts/{account.auth_id}/activity/{entry.pk}/").content.decode()
    assert "A" * 100 in page
    assert "B" * 100 in page
    detail = owner.get(f"/accounts/{account.auth_id}/endpoints/{endpoint.endpoint_id}/").content.decode()
    assert f"activity/?object_type=endpoint&amp;object_id={endpoint.endpoint_id}" in detail


def test_the_list_says_what_is_new_and_what_was_replaced(owner: Client, account: Account) -> None:
    credential_update(credential=make_credential(account, "trunk_1"), password="AnotherPass456")
    page = owner.get(f"/accounts/{account.auth_id}/activity/?object_type=credential").content.decode()
    assert "Username: trunk_1" in page
    assert "Password: hidden → hidden" in page
    assert "&lt;hidden" not in page


def test_it_is_exported_as_csv_and_json(owner: Client, account: Account) -> None:
    endpoint_update(endpoint=make_endpoint(account, "desk"), alias="Reception")
    url = f"/accounts/{account.auth_id}/export/activity/?action=update&format="
    (row,) = csv.DictReader(io.StringIO(streamed(owner, f"{url}csv")))
    (found,) = json.loads(streamed(owner, f"{url}json"))
    assert row["action"] == found["action"] == "update"
    assert "Reception" in row["changes"]
    assert "Reception" in found["changes"]


def test_staff_read_the_whole_platforms(account: Account, other_account: Account) -> None:
    client = Client()
    client.force_login(make_person("staff", is_staff=True))
    page = client.get("/activity/?object_type=account").content.decode()
    assert account.auth_id in page
    assert other_account.auth_id in page
    entry = AuditEntry.objects.latest("pk")
    assert client.get(f"/activity/{entry.pk}/").status_code == 200
    assert client.get("/activity/0/").status_code == 404


def test_staff_export_the_whole_platforms(account: Account, other_account: Account) -> None:
    client = Client()
    client.force_login(make_person("staff", is_staff=True))
    offered = client.get("/activity/?object_type=account").content.decode()
    assert "/export/activity/?object_type=account&amp;format=csv" in offered
    assert "/export/activity/?format=json" in offered
    rows = list(csv.DictReader(io.StringIO(streamed(client, "/export/activity/?object_type=account"))))
    assert {row["account_auth_id"] for row in rows} == {account.auth_id, other_account.auth_id}
    (found,) = json.loads(
        streamed(client, f"/export/activity/?account={other_account.auth_id}&object_type=account&format=json")
    )
    assert (found["object_type"], found["object_id"]) == ("account", other_account.auth_id)
    assert client.get("/export/activity/?format=pdf").status_code == 404
