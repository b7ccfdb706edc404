"""The commands for operators and scripts."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.authentication import InvalidToken, caller_for
from accounts.models import Account, ApiToken, Membership, User
from console.models import AuditEntry
from console.sealing import unseal
from sip.models import WebhookAccess


def answer(name: str, *arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command(name, *arguments, "--json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_create_account_prints_the_documented_object(db: None) -> None:
    result = answer("create_account", "--name", "Acme", "--email", "a@acme.example")
    assert set(result) == {"id", "auth_id", "auth_token", "kazoo_account_id", "realm", "webhook"}
    assert set(result["webhook"]) == {"username", "password", "secret"}
    assert re.fullmatch(r"MA_[A-Z0-9]{8}", result["auth_id"])
    assert re.fullmatch(r"[0-9a-f]{64}", result["auth_token"])
    assert re.fullmatch(r"[0-9a-f]{32}", result["kazoo_account_id"])
    assert result["webhook"]["secret"] is None
    assert caller_for(result["auth_token"]).account.auth_id == result["auth_id"]


def test_create_account_makes_sub_accounts(account: Account) -> None:
    result = answer("create_account", "--name", "Branch", "--parent", account.auth_id)
    assert Account.objects.get(auth_id=result["auth_id"]).parent == account
    assert result["auth_id"].startswith("SA_")


def test_create_account_keeps_the_webhook_secret_sealed(db: None) -> None:
    answer("create_account", "--name", "Acme", "--webhook-secret", "wh_secret")
    access = WebhookAccess.objects.get()
    assert "wh_secret" not in access.sealed_secret
    assert unseal(access.sealed_secret) == "wh_secret"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--name", "x", "--parent", "MA_NOBODY00"], "no account MA_NOBODY00"),
        (["--name", "x", "--realm", "not a realm"], "realm: Enter a domain name"),
        (["--name", "x", "--email", "nonsense"], "email: Enter a valid email"),
        (["--name", "\0"], "name: "),
    ],
)
def test_create_account_refuses_in_the_words_of_the_rule(db: None, arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("create_account", *arguments)
    assert not Account.objects.exists()


def test_create_operator_prints_a_generated_password_that_works_once_shown(account: Account) -> None:
    result = answer("create_operator", "--email", "Op@Example.com", "--account", account.auth_id, "--role", "support")
    user = User.objects.get(email="op@example.com")
    assert user.check_password(result["password"])
    assert Membership.objects.get(user=user).role == "support"


def test_create_operator_gives_somebody_who_exists_another_role(account: Account, bob: User) -> None:
    result = answer("create_operator", "--email", bob.email, "--account", account.auth_id, "--role", "admin")
    assert result["password"] is None
    assert Membership.objects.get(user=bob).role == "admin"


def test_create_operator_refuses_a_weak_password(account: Account) -> None:
    with pytest.raises(CommandError, match="too short"):
        call_command("create_operator", email="x@example.com", account=account.auth_id, role="owner", password="short")


def test_rotate_token_replaces_the_token_at_once(db: None) -> None:
    first = answer("create_account", "--name", "Acme")
    second = answer("rotate_token", first["auth_id"])
    assert caller_for(second["auth_token"]).account.auth_id == first["auth_id"]
    with pytest.raises(InvalidToken):
        caller_for(first["auth_token"])


def test_rotate_token_lets_both_work_for_the_overlap(db: None) -> None:
    first = answer("create_account", "--name", "Acme")
    second = answer("rotate_token", first["auth_id"], "--overlap-minutes", "5")
    assert caller_for(first["auth_token"]).account == caller_for(second["auth_token"]).account


def test_rotate_token_makes_the_first_token_of_an_account_that_has_none(account: Account) -> None:
    ApiToken.objects.filter(account=account).delete()
    made = answer("rotate_token", account.auth_id)
    assert set(made) == {"auth_id", "auth_token", "overlap_minutes"}
    assert caller_for(made["auth_token"]).account == account


def test_create_account_prints_the_webhook_secret_that_was_given(db: None) -> None:
    assert (
        answer("create_account", "--name", "Acme", "--webhook-secret", "wh_secret")["webhook"]["secret"] == "wh_secret"
    )


def test_commands_name_themselves_in_the_audit_trail(db: None) -> None:
    answer("create_account", "--name", "Acme")
    assert set(AuditEntry.objects.values_list("door", "actor_label")) == {("command", "create_account")}


def test_no_audit_row_holds_a_secret(db: None) -> None:
    created = answer("create_account", "--name", "Acme", "--webhook-secret", "wh_secret")
    rotated = answer("rotate_token", created["auth_id"])
    text = json.dumps(list(AuditEntry.objects.values("changes", "object_label", "object_id")))
    for secret in (created["auth_token"], rotated["auth_token"], created["webhook"]["password"], "wh_secret"):
        assert secret not in text
