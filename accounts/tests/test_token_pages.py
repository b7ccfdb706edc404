"""The tokens of an account and of a person on the pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Account, ApiToken, User
from accounts.services import token_create, token_digest
from console.models import LastUse
from tests.test_proof import an_hour_later

pytestmark = pytest.mark.django_db


def at(account: Account, path: str = "") -> str:
    return f"/accounts/{account.auth_id}/tokens/{path}"


def shown(client: Client, response: Any) -> str:
    """The token on the page that shows it once."""
    assert response.status_code == 303
    page = client.get(response["Location"]).content.decode()
    assert "It was shown once" in client.get(response["Location"]).content.decode()
    return page.split('id="auth-token">')[1].split("<")[0]


def test_a_token_is_made_shown_once_and_works(owner: Client, account: Account) -> None:
    values = {"name": "billing", "scope": "read_only", "expires_at": "2099-01-01T00:00"}
    plain = shown(owner, owner.post(at(account, "new/"), values))
    token = ApiToken.objects.get(name="billing")
    assert (token.digest, token.prefix, token.scope) == (token_digest(plain), plain[:8], "read_only")
    headers = {"X-Auth-ID": account.auth_id, "X-Auth-Token": plain}
    assert Client().get(f"/api/v1/Account/{account.auth_id}/Endpoint/", headers=headers).status_code == 200
    for page in (at(account), at(account, f"{token.pk}/")):
        assert "127.0.0.1" in owner.get(page).content.decode()  # where it was last used from


def test_a_token_cannot_be_over_before_it_begins(owner: Client, account: Account) -> None:
    refused = owner.post(at(account, "new/"), {"name": "x", "scope": "full", "expires_at": "2020-01-01T00:00"})
    assert "Choose a moment to come." in refused.content.decode()


def test_rotation_lets_the_old_one_live_for_the_overlap(owner: Client, account: Account) -> None:
    token, old = token_create(token=ApiToken(account=account, name="billing"))
    page = at(account, f"{token.pk}/rotate/")
    assert "The old token" in owner.get(page).content.decode()
    new = shown(owner, owner.post(page, {"overlap_minutes": "15"}))
    found = {plain: ApiToken.objects.get(digest=token_digest(plain)) for plain in (old, new)}
    assert [found[plain].is_usable for plain in (old, new)] == [True, True]
    assert found[old].expires_at is not None
    assert owner.post(page, {"overlap_minutes": "7"}).status_code == 200  # no such choice


def test_revocation_is_at_once(owner: Client, account: Account) -> None:
    token, _plain = token_create(token=ApiToken(account=account, name="billing"))
    page = at(account, f"{token.pk}/delete/")
    assert "Revoke billing" in owner.get(page).content.decode()
    assert owner.post(page)["Location"] == at(account)
    assert not ApiToken.objects.get(pk=token.pk).is_usable
    assert owner.post(page).status_code == 404
    assert "Revoked" in owner.get(at(account)).content.decode()


def test_tokens_ask_for_a_proof(owner: Client, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    an_hour_later(monkeypatch)
    for method in (owner.get, owner.post):
        assert method(at(account, "new/"))["Location"].startswith("/user/reauthenticate/?next=")


def test_ones_own_token_acts_with_ones_role(viewer: Client, bob: User, account: Account) -> None:
    assert "No API tokens yet" in viewer.get("/user/tokens/").content.decode()
    values = {"account": account.pk, "name": "mine", "scope": "full"}
    plain = shown(viewer, viewer.post("/user/tokens/new/", values))
    headers = {"X-Auth-ID": account.auth_id, "X-Auth-Token": plain}
    url = f"/api/v1/Account/{account.auth_id}/Endpoint/"
    assert Client().get(url, headers=headers).status_code == 200
    assert Client().post(url, headers=headers).status_code == 403
    token = ApiToken.objects.get(user=bob)
    assert "127.0.0.1" in viewer.get("/user/tokens/").content.decode()
    assert "Revoke mine" in viewer.get(f"/user/tokens/{token.pk}/revoke/").content.decode()
    assert viewer.post(f"/user/tokens/{token.pk}/revoke/")["Location"] == "/user/tokens/"
    assert Client().get(url, headers=headers).status_code == 401


def test_a_token_of_ones_own_is_for_ones_own_accounts(viewer: Client, other_account: Account) -> None:
    refused = viewer.post("/user/tokens/new/", {"account": other_account.pk, "name": "x", "scope": "full"})
    assert "Select a valid choice" in refused.content.decode()


def test_the_last_use_is_none_before_the_first(owner: Client, account: Account) -> None:
    token = ApiToken.objects.get(account=account)
    assert LastUse.objects.count() == 0
    assert "It was never used." in owner.get(at(account, f"{token.pk}/")).content.decode()
