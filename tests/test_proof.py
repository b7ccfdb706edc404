"""Before what cannot be taken back, people prove who they are; where an account asks it, with a second factor."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from accounts.models import Account, User
from accounts.services import account_update
from endpoints.models import Endpoint
from tests.tenants import PASSWORD, make_account, make_endpoint, make_person

pytestmark = pytest.mark.django_db


def an_hour_later(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr("console.proof.time.time", lambda: now + 3600)


def dangerous(account: Account) -> list[str]:
    endpoint, base = make_endpoint(account, "desk"), f"/accounts/{account.auth_id}/"
    pages = [f"endpoints/{endpoint.endpoint_id}/{page}/" for page in ("delete", "rotate")]
    return [base + page for page in (*pages, "invitations/new/", "tokens/new/")]


def test_dangerous_pages_ask_again_after_a_while(
    owner: Client, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = dangerous(account)
    assert {owner.get(page).status_code for page in pages} == {200}
    an_hour_later(monkeypatch)
    asked = {(method.__name__, page): method(page)["Location"] for page in pages for method in (owner.get, owner.post)}
    assert asked == {(name, page): f"/user/reauthenticate/?next={page.replace('/', '%2F')}" for name, page in asked}
    assert Endpoint.objects.count() == 1


def test_the_password_is_a_proof(owner: Client, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    page = dangerous(account)[0]
    an_hour_later(monkeypatch)
    asked = owner.get(page)["Location"]
    monkeypatch.undo()
    monkeypatch.setattr("console.proof.SIGNED_IN_AT", "never noted")
    assert owner.post(asked, {"password": PASSWORD, "next": page})["Location"] == page
    assert owner.get(page).status_code == 200


def test_bulk_deletion_asks_too(owner: Client, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint = make_endpoint(account, "desk")
    an_hour_later(monkeypatch)
    url, back = f"/accounts/{account.auth_id}/endpoints/bulk/", f"/accounts/{account.auth_id}/endpoints/"
    asked = owner.post(url, {"action": "delete", "row": endpoint.endpoint_id})
    assert asked["Location"] == f"/user/reauthenticate/?next={back.replace('/', '%2F')}"
    assert owner.post(url, {"action": "disable", "row": endpoint.endpoint_id}).status_code == 200
    fragment = owner.post(url, {"action": "delete"}, headers={"HX-Request": "true"})
    assert fragment["HX-Redirect"] == asked["Location"]


def test_the_admin_asks_too(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    client.force_login(make_person("staff", is_staff=True))
    an_hour_later(monkeypatch)
    asked = client.post(f"/admin/accounts/account/{account.pk}/delete/", {"post": "yes"})
    assert asked["Location"].startswith("/user/reauthenticate/?next=%2Fadmin%2F")
    assert Account.objects.filter(pk=account.pk).exists()
    assert client.get(f"/admin/accounts/account/{account.pk}/change/").status_code == 200


def test_who_has_nothing_to_prove_it_with_is_refused(
    owner: Client, account: Account, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = dangerous(account)[0]
    an_hour_later(monkeypatch)
    monkeypatch.setattr("allauth.account.adapter.DefaultAccountAdapter.get_reauthentication_methods", lambda *_: [])
    assert owner.get(page).status_code == 403


@pytest.mark.parametrize("who", ["member", "member of the main account"])
def test_an_account_that_asks_for_a_second_factor_is_shut_to_who_has_none(
    who: str, owner: Client, account: Account, alice: User
) -> None:
    place = account if who == "member" else make_account("Branch", parent=account)
    make_endpoint(account, "searched")
    page = f"/accounts/{account.auth_id}/settings/security/"
    assert "0 of 1 member has" in owner.get(page).content.decode()
    assert owner.post(page, {"mfa_required": "on"})["Location"] == page
    assert owner.get(f"/accounts/{place.auth_id}/")["Location"] == "/user/2fa/"
    assert "asks its members for a second factor" in owner.get("/user/2fa/").content.decode()
    assert "Alias-searched" not in owner.get("/search/?q=searched").content.decode()
    TOTP.activate(alice, generate_totp_secret())
    assert owner.get(f"/accounts/{place.auth_id}/").status_code == 200
    assert "Alias-searched" in owner.get("/search/?q=searched").content.decode()
    assert Authenticator.objects.count() == 1


def test_the_policy_is_read_by_all_and_changed_by_owners(viewer: Client, account: Account) -> None:
    page = f"/accounts/{account.auth_id}/settings/security/"
    assert "disabled" in viewer.get(page).content.decode()
    assert viewer.post(page, {"mfa_required": "on"}).status_code == 403


def test_changing_the_policy_asks_for_a_proof(owner: Client, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    an_hour_later(monkeypatch)
    page = f"/accounts/{account.auth_id}/settings/security/"
    assert owner.post(page, {"mfa_required": "on"})["Location"].startswith("/user/reauthenticate/")
    account_update(account=account, mfa_required=False)
    assert not Account.objects.get(pk=account.pk).mfa_required
