"""The webhook's settings page: where the SBC is pointed, its password shown once, its secret sealed, the policy."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Account, User
from accounts.permissions import Role
from console import sealing
from console.models import AuditEntry
from sip.models import AuthAttempt, Outcome, Reason, WebhookAccess
from sip.services import webhook_digest
from tests.tenants import make_person

POLICY = {
    "max_expires_seconds": "300", "check_aor": "on", "check_realm": "on", "block_after_failures": "20",
    "block_window_seconds": "300", "block_seconds": "900",
}  # fmt: skip
SAFE = {
    "max_expires_seconds": 300, "check_aor": True, "check_realm": True, "check_replay": False,
    "block_after_failures": 20, "block_window_seconds": 300, "block_seconds": 900,
}  # fmt: skip
SECRET = "a secret that jambonz made"


def page(account: Account, rest: str = "") -> str:
    return f"/accounts/{account.auth_id}/settings/webhook/{rest}"


def access(account: Account) -> WebhookAccess:
    return WebhookAccess.objects.get(account=account)


def text(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def test_it_says_where_to_point_the_sbc_and_how_soon_a_disabled_endpoint_is_out(
    owner: Client, account: Account, settings: Any
) -> None:
    settings.BASE_URL = "https://console.example.test"
    shown = text(owner, page(account))
    assert "https://console.example.test/webhooks/auth" in shown
    assert access(account).username in shown
    assert "A disabled endpoint is out within 300 seconds" in shown
    assert "Not verified" in shown
    assert "Not yet" in shown


def test_it_is_in_the_rail_among_the_settings(owner: Client, account: Account) -> None:
    shown = text(owner, page(account))
    assert f'<a href="{page(account)}" aria-current="page">' in shown
    assert "<h2>Settings</h2>" in shown


def test_it_tells_when_the_sbc_asked_last(owner: Client, account: Account) -> None:
    values = {"outcome": Outcome.FAIL, "reason": Reason.QOP, "at": timezone.now(), "username": "x"}
    AuthAttempt.objects.create(account_id=account.pk, main_account_id=account.pk, **values)
    assert str(Reason.QOP.label) in text(owner, page(account))


# --- the policy -------------------------------------------------------------------------------------------------------


def test_the_defaults_are_the_safe_ones(account: Account) -> None:
    assert {name: getattr(access(account), name) for name in SAFE} == SAFE


def test_the_policy_can_be_changed_and_the_sentence_with_it(owner: Client, account: Account) -> None:
    changed = {**POLICY, "max_expires_seconds": "60", "check_replay": "on", "block_after_failures": "0"}
    shown = owner.post(page(account), changed, follow=True).content.decode()
    stored = access(account)
    assert (stored.max_expires_seconds, stored.check_replay, stored.block_after_failures) == (60, True, 0)
    assert "A disabled endpoint is out within 60 seconds" in shown
    assert AuditEntry.objects.filter(object_type="webhookaccess", action="update").count() == 1


def test_a_value_out_of_bounds_is_refused_beside_its_field(owner: Client, account: Account) -> None:
    response = owner.post(page(account), {**POLICY, "max_expires_seconds": "29"})
    assert "max_expires_seconds" in response.context["form"].errors
    assert "A disabled endpoint is out within 300 seconds" in response.content.decode()
    assert access(account).max_expires_seconds == 300


def test_each_rule_says_what_it_is_by_default(owner: Client, account: Account) -> None:
    shown = text(owner, page(account))
    assert [shown.count(f"By default: {value}.") for value in ("on", "off", "300", "900")] == [2, 1, 2, 1]


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.VIEWER])
def test_who_may_not_change_it_reads_it(account: Account, alice: User, signed_in: Any, role: Role) -> None:
    client = signed_in(make_person("someone", account, role))
    shown = text(client, page(account))
    assert "A disabled endpoint is out within" in shown
    assert 'name="max_expires_seconds"' not in shown
    addresses = (page(account), page(account, "secret/"), page(account, "password/"))
    assert [client.post(address, POLICY).status_code for address in addresses] == [403, 403, 403]


def test_a_sub_account_has_a_policy_of_its_own(owner: Client, account: Account, sub_account: Account) -> None:
    owner.post(page(sub_account), {**POLICY, "max_expires_seconds": "90"})
    assert (access(sub_account).max_expires_seconds, access(account).max_expires_seconds) == (90, 300)


# --- the password -----------------------------------------------------------------------------------------------------


def test_a_new_password_is_shown_once_and_the_former_one_is_gone(owner: Client, account: Account) -> None:
    before = access(account).password_digest
    assert "stops working at once" in text(owner, page(account, "password/"))
    response = owner.post(page(account, "password/"), follow=True)
    assert [status for _url, status in response.redirect_chain] == [303]
    plain = next(value for _id, _label, value, is_secret in response.context["rows"] if is_secret)
    assert access(account).password_digest == webhook_digest(plain) != before
    again = text(owner, page(account, "password/once/"))
    assert plain not in again
    assert "It was shown once" in again


# --- the secret -------------------------------------------------------------------------------------------------------


def test_the_secret_is_kept_sealed_and_never_shown(owner: Client, account: Account) -> None:
    shown = owner.post(page(account, "secret/"), {"secret": SECRET}, follow=True).content.decode()
    stored = access(account).sealed_secret
    assert (sealing.unseal(stored), SECRET in stored, SECRET in shown) == (SECRET, False, False)
    assert "Every question must be signed" in shown
    assert SECRET not in str(list(AuditEntry.objects.values_list("changes", flat=True)))


def test_the_secret_can_be_forgotten(owner: Client, account: Account) -> None:
    owner.post(page(account, "secret/"), {"secret": SECRET})
    owner.post(page(account, "secret/"), {"forget": "1"})
    assert access(account).sealed_secret == ""


@pytest.mark.parametrize("secret", ["", "x" * 501, "a\x00b"])
def test_what_is_no_secret_is_refused_on_the_same_page(owner: Client, account: Account, secret: str) -> None:
    response = owner.post(page(account, "secret/"), {"secret": secret})
    assert response.status_code == 200
    assert "secret" in response.context["secret_form"].errors
    assert access(account).sealed_secret == ""


def test_the_secrets_address_leads_back_to_the_settings(owner: Client, account: Account) -> None:
    assert owner.get(page(account, "secret/"))["Location"] == page(account)


def test_another_tenants_settings_are_not_there(stranger: Client, account: Account) -> None:
    addresses = [page(account, rest) for rest in ("", "secret/", "password/", "password/once/")]
    assert [stranger.get(address).status_code for address in addresses] == [404] * 4
