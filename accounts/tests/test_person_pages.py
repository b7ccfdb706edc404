"""The person's own pages, and what is written down about signing in."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from accounts.operators import operator_update
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


def test_another_password_takes_the_present_one(owner: Client, alice: User) -> None:
    new = {"password1": "another long passphrase", "password2": "another long passphrase"}
    assert owner.post("/user/password/change/", new | {"oldpassword": "not the password"}).status_code == 200
    assert User.objects.get(pk=alice.pk).check_password(PASSWORD)
    assert owner.post("/user/password/change/", new | {"oldpassword": PASSWORD}).status_code == 302
    assert User.objects.get(pk=alice.pk).check_password(new["password1"])


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


def test_a_proof_renews_the_sessions_key_and_keeps_the_session(owner: Client, alice: User) -> None:
    signed_in = Client()
    signed_in.post("/user/login/", {"login": alice.email, "password": PASSWORD})
    former = str(signed_in.session.session_key)
    signed_in.post("/user/reauthenticate/", {"password": "not the password"})
    assert signed_in.session.session_key == former
    signed_in.post("/user/reauthenticate/", {"password": PASSWORD})
    renewed = str(signed_in.session.session_key)
    assert renewed != former
    assert not signed_in.session.exists(former)
    assert UserSession.objects.filter(user=alice).values_list("session_key", flat=True).get() == renewed
    assert signed_in.get("/user/profile/").status_code == 200


def test_ending_other_sessions_asks_for_a_proof(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    here, elsewhere = Client(), Client()
    for client in (elsewhere, here):
        client.post("/user/login/", {"login": alice.email, "password": PASSWORD})
    an_hour_later(monkeypatch)
    assert here.get("/user/sessions/").status_code == 200
    assert here.post("/user/sessions/")["Location"] == "/user/reauthenticate/?next=%2Fuser%2Fsessions%2F"
    assert elsewhere.get("/user/profile/").status_code == 200
    monkeypatch.undo()
    assert here.post("/user/sessions/")["Location"] == "/user/sessions/"
    assert elsewhere.get("/user/profile/").status_code == 302
    assert here.get("/user/profile/").status_code == 200


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "another long passphrase"}])
def test_who_may_no_longer_sign_in_or_has_a_new_password_is_out(
    owner: Client, alice: User, change: dict[str, Any]
) -> None:
    assert owner.get("/user/profile/").status_code == 200
    operator_update(user=alice, **change)
    assert owner.get("/user/profile/")["Location"].startswith("/user/login/")


def test_a_reset_needs_the_mail_and_signs_nobody_in(client: Client, alice: User) -> None:
    """Who has a second factor is asked for it afterwards, as ever."""
    TOTP.activate(alice, generate_totp_secret())
    client.post("/user/password/reset/", {"email": alice.email})
    (link,) = re.findall(r"(/user/password/reset/key/\S+)", str(mail.outbox[0].body))
    form = client.get(link, follow=True).request["PATH_INFO"]
    new = "another long passphrase"
    assert client.post(form, {"password1": new, "password2": new}).status_code == 302
    assert client.get("/user/profile/")["Location"].startswith("/user/login/")
    assert client.post("/user/login/", {"login": alice.email, "password": new})["Location"] == "/user/2fa/authenticate/"
    assert client.get("/user/profile/")["Location"].startswith("/user/login/")
    assert "key" in Client().get(link, follow=True).request["PATH_INFO"]
    assert b"This link does not work" in Client().get(link, follow=True).content  # once


@pytest.mark.parametrize(
    ("password", "is_taken"),
    [
        ("Console-2026!", False),
        ("vobizadmin1234", False),
        ("Sip.Vobiz.Ai-99", False),
        ("password-console", False),
        ("console of the harbour", True),
        ("a long enough passphrase", True),
        ("x" * 64, True),
        ("correct horse battery staple " * 4, True),
        ("0123456789", False),
        ("alice@example.test", False),
    ],
)
def test_a_password_is_no_word_of_this_place_and_may_be_long(alice: User, password: str, is_taken: bool) -> None:
    if is_taken:
        validate_password(password, alice)
        return
    with pytest.raises(ValidationError):
        validate_password(password, alice)
