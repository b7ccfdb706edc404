"""The person's own pages, and what is written down about signing in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts.models import User
from console.models import AuditEntry
from tests.tenants import PASSWORD
from tests.test_proof import an_hour_later

pytestmark = pytest.mark.django_db
PROFILE = {"name": "Alice", "email": "alice@example.test", "time_zone": "Europe/Berlin"}
OnCommit = Callable[..., AbstractContextManager[Any]]


def test_a_person_changes_their_profile(owner: Client, alice: User) -> None:
    assert "Europe/Berlin" in owner.get("/user/profile/").content.decode()
    assert owner.post("/user/profile/", PROFILE)["Location"] == "/user/profile/"
    assert User.objects.get(pk=alice.pk).time_zone == "Europe/Berlin"


def test_a_new_address_signs_in_and_the_former_one_is_told(
    owner: Client, alice: User, django_capture_on_commit_callbacks: OnCommit
) -> None:
    EmailAddress.objects.create(user=alice, email="alice@example.test", primary=True, verified=True)
    with django_capture_on_commit_callbacks(execute=True):
        owner.post("/user/profile/", PROFILE | {"email": "Alice.New@example.test"})
    assert mail.outbox[-1].to == ["alice@example.test"]
    assert AuditEntry.objects.latest("pk").changes["email"] == ["alice@example.test", "alice.new@example.test"]
    signed_in = {
        address: Client().post("/user/login/", {"login": address, "password": PASSWORD}).status_code
        for address in ("alice@example.test", "alice.new@example.test")
    }
    assert signed_in == {"alice@example.test": 200, "alice.new@example.test": 302}


def test_a_new_address_asks_for_a_proof(owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    an_hour_later(monkeypatch)
    asked = owner.post("/user/profile/", PROFILE | {"email": "other@example.test"})
    assert asked["Location"] == "/user/reauthenticate/?next=%2Fuser%2Fprofile%2F"


def test_an_address_of_somebody_else_is_refused(owner: Client, bob: User) -> None:
    refused = owner.post("/user/profile/", PROFILE | {"email": bob.email})
    assert "already exists" in refused.content.decode()


def test_allauths_own_page_of_addresses_leads_to_the_profile(owner: Client) -> None:
    assert owner.get("/user/email/")["Location"] == "/user/profile/"


def test_a_new_password_is_in_the_trail(owner: Client, alice: User) -> None:
    new = "another long passphrase"
    owner.post("/user/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.object_id, entry.changes) == ("rotate", str(alice.pk), {"password": ["<hidden>"] * 2})


def test_recovery_codes_and_factors_are_in_the_trail(
    owner: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: OnCommit
) -> None:
    monkeypatch.setattr("allauth.mfa.totp.forms.auth.validate_totp_code", lambda *_: True)
    owner.post("/user/reauthenticate/", {"password": PASSWORD})
    owner.get("/user/2fa/totp/activate/")
    with django_capture_on_commit_callbacks(execute=True):
        owner.post("/user/2fa/totp/activate/", {"code": "123456"})
        owner.post("/user/2fa/recovery-codes/generate/")
        owner.post("/user/2fa/totp/deactivate/")
    changes = [entry.changes for entry in AuditEntry.objects.filter(object_type="user").order_by("pk")]
    assert {"second_factor": [None, "totp"]} in changes
    assert {"second_factor": ["totp", None]} in changes
    assert {"second_factor": ["recovery_codes", "recovery_codes"]} in changes


def test_there_is_no_sign_up_and_no_telling_who_exists(client: Client, alice: User) -> None:
    assert client.post("/user/signup/", {"email": "me@example.test"}).status_code == 200
    assert not User.objects.filter(email="me@example.test").exists()
    for address in (alice.email, "nobody@example.test"):
        refused = client.post("/user/login/", {"login": address, "password": "not the password"})
        assert "not correct" in refused.content.decode()
        assert client.post("/user/password/reset/", {"email": address})["Location"] == "/user/password/reset/done/"
    assert [message.to for message in mail.outbox] == [[alice.email]]
