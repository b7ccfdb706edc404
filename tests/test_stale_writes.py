"""Writes by what was loaded before somebody else's write: nothing is taken back, made again or ended twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404

from accounts.models import Account, ApiToken
from accounts.services import account_delete, account_update, token_create, token_revoke, token_rotate
from console.models import AuditEntry
from events.models import Webhook
from events.services import webhook_delete, webhook_rotate, webhook_update
from events.tests.conftest import make_webhook

pytestmark = pytest.mark.django_db


def deletions(kind: str) -> int:
    return AuditEntry.objects.filter(object_type=kind, action="delete").count()


@pytest.mark.parametrize(
    "write", [lambda webhook: webhook_update(webhook=webhook, description="x"), webhook_rotate, webhook_delete],
    ids=["update", "rotate", "delete"],
)  # fmt: skip
def test_a_webhook_that_was_deleted_stays_so(account: Account, write: Callable[..., Any]) -> None:
    webhook = make_webhook(account).webhook
    stale = Webhook.objects.get(pk=webhook.pk)
    webhook_delete(webhook=webhook)
    with pytest.raises(Http404):
        write(webhook=stale)
    assert not Webhook.objects.exists()
    assert deletions("webhook") == 1


def test_a_webhook_that_was_switched_off_stays_so(account: Account) -> None:
    webhook = make_webhook(account).webhook
    stale = [Webhook.objects.get(pk=webhook.pk) for _number in range(2)]
    webhook_update(webhook=webhook, enabled=False)
    webhook_update(webhook=stale[0], description="Other")
    webhook_rotate(webhook=stale[1])
    found = Webhook.objects.get(pk=webhook.pk)
    assert (found.enabled, found.description) == (False, "Other")


def test_a_token_that_was_revoked_is_not_rotated_into_one_that_lets_in(account: Account) -> None:
    token, _plain = token_create(token=ApiToken(account=account, name="ours"))
    stale = [ApiToken.objects.get(pk=token.pk) for _number in range(2)]
    token_revoke(token=token)
    with pytest.raises(ValidationError, match="was revoked"):
        token_rotate(token=stale[0])
    token_revoke(token=stale[1])
    assert ApiToken.objects.filter(name="ours").count() == 1
    assert AuditEntry.objects.filter(object_type="apitoken", action="revoke").count() == 1


def test_an_account_that_was_deleted_is_not_made_again(sub_account: Account) -> None:
    stale = [Account.objects.get(pk=sub_account.pk) for _number in range(2)]
    account_delete(account=sub_account)
    with pytest.raises(Http404):
        account_update(account=stale[0], name="Again")
    with pytest.raises(Http404):
        account_delete(account=stale[1])
    assert not Account.objects.filter(pk=stale[0].pk).exists()
    assert deletions("account") == 1


def test_an_account_that_was_disabled_stays_so(account: Account) -> None:
    stale = Account.objects.get(pk=account.pk)
    account_update(account=account, enabled=False)
    account_update(account=stale, name="Other")
    found = Account.objects.get(pk=account.pk)
    assert (found.enabled, found.name) == (False, "Other")
