"""The admin writes accounts, tokens and people through the services; what is made up is shown once."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts.models import Account, ApiToken, Membership, User
from accounts.permissions import Role
from accounts.services import token_create, token_digest
from console import sealing
from console.handover import COOKIE
from console.models import AuditEntry
from sip.models import WebhookAccess
from tests.admin_tools import BY_STAFF, act, errors, said, trail, url
from tests.tenants import PASSWORD, make_account, make_person

pytestmark = pytest.mark.django_db

NEW_ACCOUNT = {
    "name": "Newcomer",
    "enabled": "on",
    "rate_limit": 1000,
    "kyc_mode": "personal_use",
    "permissions": "null",
    "timezone": "UTC",
}


def test_a_new_accounts_secrets_are_shown_once(staff: Client) -> None:
    response = staff.post(url("accounts_account_add"), NEW_ACCOUNT)
    shown = staff.get(response["Location"]).context["rows"]
    assert token_digest(shown["X-Auth-Token"]) == ApiToken.objects.get().digest
    assert staff.get(response["Location"]).context["rows"] == {}


def test_what_is_shown_once_is_kept_nowhere(staff: Client, staff_person: User) -> None:
    response = staff.post(url("accounts_account_add"), NEW_ACCOUNT)
    token = staff.get(response["Location"]).context["rows"]["X-Auth-Token"]
    kept = [str(dict(staff.session)), response.cookies.output(), response["Location"], said(response)]
    kept += [str(row) for model in (AuditEntry, LogEntry) for row in model.objects.values()]
    assert not [text for text in kept if token in text]


def test_what_is_shown_once_is_shown_to_nobody_else(staff: Client) -> None:
    response = staff.post(url("accounts_account_add"), NEW_ACCOUNT)
    other = Client()
    other.force_login(User.objects.create_user("other@example.test", PASSWORD, is_staff=True))
    other.cookies[COOKIE] = response.cookies[COOKIE].value
    assert other.get(response["Location"]).context["rows"] == {}


def test_an_account_may_bring_its_realm_and_its_webhook_secret(staff: Client) -> None:
    brought = {"realm": "sip.newcomer.example", "webhook_secret": "made-by-jambonz"}
    staff.post(url("accounts_account_add"), NEW_ACCOUNT | brought)
    access = WebhookAccess.objects.get(account__name="Newcomer")
    assert Account.objects.get(name="Newcomer").realms.get().name == "sip.newcomer.example"
    assert sealing.unseal(access.sealed_secret) == "made-by-jambonz"


@pytest.mark.parametrize(("action", "expected"), [("disable", False), ("enable", True)])
def test_accounts_are_enabled_and_disabled_from_the_list(
    action: str, expected: bool, staff: Client, account: Account
) -> None:
    Account.objects.update(enabled=not expected)
    act(staff, "accounts_account", action, account)
    assert Account.objects.get().enabled is expected


@pytest.mark.parametrize(("kind", "expected"), [("main", "Acme"), ("sub", "Northwind")])
def test_accounts_are_listed_by_kind(
    kind: str, expected: str, staff: Client, account: Account, sub_account: Account
) -> None:
    response = staff.get(url("accounts_account_changelist"), {"kind": kind})
    assert [row.name for row in response.context["cl"].result_list] == [expected]


def test_an_account_is_changed_through_the_service(staff: Client, account: Account) -> None:
    staff.post(url("accounts_account_change", account.pk), {**NEW_ACCOUNT, "name": "Renamed"})
    assert trail("account")[-1] == ("update", *BY_STAFF)
    assert Account.objects.get().name == "Renamed"


def test_a_token_is_made_and_shown_once(staff: Client, account: Account) -> None:
    response = staff.post(url("accounts_apitoken_add"), {"account": account.pk, "name": "ci", "scope": "full"})
    shown = staff.get(response["Location"]).context["rows"]
    assert token_digest(shown["X-Auth-Token"]) == ApiToken.objects.get(name="ci").digest


def test_a_token_is_rotated_and_the_new_one_shown_once(staff: Client, account: Account) -> None:
    token = ApiToken.objects.get(account=account)
    response = act(staff, "accounts_apitoken", "rotate", token)
    shown = staff.get(response["Location"]).context["rows"]
    token.refresh_from_db()
    assert not token.is_usable
    assert token_digest(shown["X-Auth-Token"]) == ApiToken.objects.latest("pk").digest


def test_two_tokens_are_not_rotated_at_once(staff: Client, account: Account) -> None:
    tokens = [ApiToken.objects.get(account=account), token_create(token=ApiToken(account=account, name="ci"))[0]]
    assert "Select one token" in said(act(staff, "accounts_apitoken", "rotate", *tokens))


def test_tokens_are_revoked_once(staff: Client, account: Account) -> None:
    token = ApiToken.objects.get(account=account)
    act(staff, "accounts_apitoken", "revoke", token)
    act(staff, "accounts_apitoken", "revoke", token)
    assert trail("apitoken")[1:] == [("revoke", *BY_STAFF)]


def test_a_token_can_be_neither_changed_nor_deleted(staff: Client, account: Account) -> None:
    token = ApiToken.objects.get(account=account)
    posts = [staff.post(url(f"accounts_apitoken_{page}", token.pk), {"post": "yes"}) for page in ("change", "delete")]
    assert {response.status_code for response in posts} == {403}


def test_a_webhook_password_is_renewed_and_shown_once(staff: Client, account: Account) -> None:
    access = WebhookAccess.objects.get(account=account)
    response = act(staff, "sip_webhookaccess", "renew_password", access)
    shown = staff.get(response["Location"]).context["rows"]
    access.refresh_from_db()
    assert shown["Webhook username"] == access.username
    assert token_digest(shown["Webhook password"]) == access.password_digest


def test_two_webhook_passwords_are_not_renewed_at_once(staff: Client, account: Account, other_account: Account) -> None:
    response = act(staff, "sip_webhookaccess", "renew_password", *WebhookAccess.objects.all())
    assert said(response) == "Select one account's access."


def change_webhook(client: Client, account: Account, **sent: Any) -> WebhookAccess:
    access = WebhookAccess.objects.get(account=account)
    values = {"max_expires_seconds": 300, "block_after_failures": 20, "block_window_seconds": 300, "block_seconds": 900}
    client.post(url("sip_webhookaccess_change", access.pk), values | sent)
    access.refresh_from_db()
    return access


def test_a_webhook_secret_goes_in_sealed_and_never_comes_out(staff: Client, account: Account) -> None:
    access = change_webhook(staff, account, webhook_secret="made-by-jambonz")
    assert sealing.unseal(access.sealed_secret) == "made-by-jambonz"
    assert "made-by-jambonz" not in staff.get(url("sip_webhookaccess_change", access.pk)).content.decode()


def test_a_webhook_secret_is_kept_until_it_is_forgotten(staff: Client, account: Account) -> None:
    change_webhook(staff, account, webhook_secret="made-by-jambonz")
    assert change_webhook(staff, account, max_expires_seconds=120).sealed_secret
    assert not change_webhook(staff, account, forget_secret="on").sealed_secret


def test_members_are_made_changed_and_removed(staff: Client, account: Account, alice: User) -> None:
    bob = make_person("bob")
    staff.post(url("accounts_membership_add"), {"account": account.pk, "user": bob.pk, "role": Role.VIEWER})
    membership = Membership.objects.get(user=bob)
    staff.post(url("accounts_membership_change", membership.pk), {"role": Role.ADMIN})
    staff.post(url("accounts_membership_delete", membership.pk), {"post": "yes"})
    assert [action for action, door, _who in trail("membership") if door == "admin"] == ["create", "update", "delete"]


def test_the_last_owner_stays(staff: Client, account: Account, alice: User) -> None:
    membership = Membership.objects.get(user=alice)
    demoted = staff.post(url("accounts_membership_change", membership.pk), {"role": Role.VIEWER})
    removed = staff.post(url("accounts_membership_delete", membership.pk), {"post": "yes"})
    words = "An account needs an owner: name another one first."
    assert (errors(demoted)["__all__"], said(removed)) == ([words], words)


def test_somebody_is_a_member_once(staff: Client, account: Account, alice: User) -> None:
    response = staff.post(
        url("accounts_membership_add"), {"account": account.pk, "user": alice.pk, "role": Role.VIEWER}
    )
    assert errors(response) == {"__all__": ["This user is a member already."]}


NEW_USER = {"email": "New@Example.test", "is_active": "on", "theme": "system", "time_zone": "UTC"}


def test_a_new_operator_signs_in_with_the_password_given(staff: Client) -> None:
    staff.post(url("accounts_user_add"), {**NEW_USER, "password": PASSWORD})
    assert User.objects.get(email="new@example.test").check_password(PASSWORD)
    assert trail("user") == [("create", *BY_STAFF)]


def test_a_new_operator_without_a_password_cannot_sign_in_by_one(staff: Client) -> None:
    staff.post(url("accounts_user_add"), NEW_USER)
    assert not User.objects.get(email="new@example.test").has_usable_password()


def test_a_weak_password_is_refused_beside_its_field(staff: Client) -> None:
    refused = errors(staff.post(url("accounts_user_add"), {**NEW_USER, "password": "short"}))
    assert refused["password"] == ["This password is too short. It must contain at least 10 characters."]


def test_an_operator_keeps_the_password_unless_a_new_one_is_typed(staff: Client) -> None:
    user = make_person("bob")
    sent = {**NEW_USER, "email": user.email, "name": "Robert"}
    staff.post(url("accounts_user_change", user.pk), sent)
    user.refresh_from_db()
    assert (user.name, user.check_password(PASSWORD)) == ("Robert", True)
    staff.post(url("accounts_user_change", user.pk), {**sent, "password": "another long passphrase"})
    user.refresh_from_db()
    assert user.check_password("another long passphrase")


def test_an_operators_password_is_in_no_audit_row(staff: Client) -> None:
    user = make_person("bob")
    sent = {**NEW_USER, "email": user.email, "password": "another long passphrase"}
    staff.post(url("accounts_user_change", user.pk), sent)
    assert AuditEntry.objects.get(action="rotate").changes == {"password": ["<hidden>", "<hidden>"]}


def test_an_operator_is_deleted_with_memberships_and_tokens(staff: Client, account: Account, alice: User) -> None:
    bob = make_person("bob", account, Role.VIEWER)
    token_create(token=ApiToken(account=account, user=bob, name="bob's"))
    staff.post(url("accounts_user_delete", bob.pk), {"post": "yes"})
    assert (Membership.objects.count(), ApiToken.objects.filter(name="bob's").count()) == (1, 0)
    assert trail("user")[-1] == ("delete", *BY_STAFF)


def test_the_owner_of_an_account_is_not_deleted(staff: Client, account: Account, alice: User) -> None:
    response = staff.post(url("accounts_user_delete", alice.pk), {"post": "yes"})
    assert "needs an owner" in said(response)
    assert User.objects.filter(pk=alice.pk).exists()


def test_an_account_is_looked_up_by_its_id(staff: Client) -> None:
    found = make_account("Wanted")
    make_account("Other")
    response = staff.get(url("accounts_account_changelist"), {"q": found.auth_id})
    assert [row.pk for row in response.context["cl"].result_list] == [found.pk]
