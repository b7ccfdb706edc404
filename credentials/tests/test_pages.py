"""The pages of credentials."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Account
from credentials.models import Credential
from sip.models import Secret
from tests.tenants import SIP_PASSWORD, make_credential, make_endpoint

GOOD = {"username": "office_phone_01", "password": SIP_PASSWORD, "enabled": "on", "allowed_networks": "203.0.113.0/24"}
REFUSED = [
    ("username", "office phone", "Only letters, numbers, hyphens and underscores are allowed"),
    ("username", "taken", "This username already exists"),
    ("password", "short", "Password must be at least 8 characters"),
    ("allowed_networks", "10.0.0.0/99", "10.0.0.0/99 is not a network such as 203.0.113.0/24"),
    ("allowed_networks", "\n".join(["203.0.113.0/24"] * 65), "Enter a list of at most 64 networks"),
    ("description", "x" * 501, "Ensure this value has at most 500 characters (it has 501)."),
]


def pages(account: Account) -> str:
    return f"/accounts/{account.auth_id}/credentials/"


@pytest.fixture
def credential(account: Account) -> Credential:
    return make_credential(account, "taken", allowed_networks=["198.51.100.7/32"])


def test_creating_shows_its_own_realm_and_the_password_once(owner: Client, account: Account) -> None:
    text = owner.post(f"{pages(account)}new/", GOOD, follow=True).content.decode()
    assert f"{account.auth_id}.sip.vobiz.ai" in text
    assert SIP_PASSWORD in text


def test_networks_are_typed_one_a_line_or_with_commas(owner: Client, account: Account) -> None:
    owner.post(f"{pages(account)}new/", GOOD | {"allowed_networks": "203.0.113.0/24\n 2001:db8::/48, 192.0.2.1 "})
    assert Credential.objects.get().allowed_networks == ["203.0.113.0/24", "2001:db8::/48", "192.0.2.1"]


@pytest.mark.parametrize(("field", "value", "message"), REFUSED)
def test_it_refuses_in_the_words_of_the_rule(
    owner: Client, account: Account, credential: Credential, field: str, value: str, message: str
) -> None:
    response = owner.post(f"{pages(account)}new/", GOOD | {field: value})
    assert dict(response.context["form"].errors) == {field: [message]}


def test_a_name_that_an_endpoint_of_the_same_realm_holds_is_refused_by_kind(
    stranger: Client, other_account: Account
) -> None:
    make_endpoint(other_account, "desk01")
    response = stranger.post(f"{pages(other_account)}new/", GOOD | {"username": "desk01"})
    assert response.context["form"].errors["username"] == ["This username is already held by an endpoint"]


def test_editing_keeps_the_networks_that_were_not_touched(
    owner: Client, account: Account, credential: Credential
) -> None:
    url = f"{pages(account)}{credential.credential_id}/edit/"
    shown = owner.get(url).context["form"]["allowed_networks"].value()
    owner.post(url, {"description": "Fax", "enabled": "on", "allowed_networks": shown})
    credential.refresh_from_db()
    assert (credential.description, credential.allowed_networks) == ("Fax", ["198.51.100.7/32"])


def test_a_clone_starts_with_the_networks(owner: Client, account: Account, credential: Credential) -> None:
    text = owner.get(f"{pages(account)}{credential.credential_id}/clone/").content.decode()
    assert "198.51.100.7/32</textarea>" in text


def test_rotating_and_deleting_reach_the_hashes(owner: Client, account: Account, credential: Credential) -> None:
    before = Secret.objects.get().md5
    owner.post(f"{pages(account)}{credential.credential_id}/rotate/", {"password": "another-one", "overlap_minutes": 0})
    assert Secret.objects.get().md5 != before
    owner.post(f"{pages(account)}{credential.credential_id}/delete/")
    assert not Secret.objects.exists()


def test_a_sub_account_has_credentials_of_its_own(
    owner: Client, account: Account, sub_account: Account, credential: Credential
) -> None:
    make_credential(sub_account, "taken")
    assert len(owner.get(pages(sub_account)).context["table"].paginated_rows) == 1
    assert owner.get(f"{pages(sub_account)}{credential.credential_id}/").status_code == 404
