"""The pages of webhooks and deliveries."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Account
from console import sealing
from events.models import Delivery, DeliveryState, Webhook
from events.services import MOST_WEBHOOKS, webhook_ping
from events.tests.conftest import make_webhook
from tests.tenants import make_endpoint

pytestmark = pytest.mark.django_db
URL = "https://hooks.example.com/console"


def at(account: Account, path: str) -> str:
    return f"/accounts/{account.auth_id}/{path}"


def text(client: Client, account: Account, path: str) -> str:
    answer = client.get(at(account, path))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_webhook_is_made_and_its_secret_shown_once(owner: Client, account: Account) -> None:
    values = {"url": URL, "events": ["endpoint.created", "import.finished"], "enabled": "on"}
    answer = owner.post(at(account, "webhooks/new/"), values)
    webhook = Webhook.objects.get()
    secret = sealing.unseal(webhook.sealed_secret)
    assert answer["Location"] == at(account, f"webhooks/{webhook.webhook_id}/secret/")
    assert secret in owner.get(answer["Location"]).content.decode()
    assert secret not in owner.get(answer["Location"]).content.decode()
    assert secret not in text(owner, account, f"webhooks/{webhook.webhook_id}/")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"url": "http://example.com/", "events": ["endpoint.created"]}, "begins with https://"),
        ({"url": "https://169.254.169.254/", "events": ["endpoint.created"]}, "This address is not public."),
        ({"url": URL}, "Choose at least one event."),
        ({"url": URL, "events": ["nothing"]}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_stands_beside_the_field(
    owner: Client, account: Account, values: dict[str, Any], words: str
) -> None:
    assert words in owner.post(at(account, "webhooks/new/"), values).content.decode()
    assert not Webhook.objects.exists()


def test_there_is_a_limit(owner: Client, account: Account) -> None:
    for _number in range(MOST_WEBHOOKS):
        make_webhook(account)
    values = {"url": URL, "events": ["endpoint.created"]}
    assert "at most 20 webhooks" in owner.post(at(account, "webhooks/new/"), values).content.decode()


def test_a_webhook_is_changed_rotated_and_deleted(owner: Client, account: Account) -> None:
    webhook = make_webhook(account, events=["endpoint.created"]).webhook
    path = f"webhooks/{webhook.webhook_id}/"
    owner.post(at(account, f"{path}edit/"), {"url": URL, "events": ["device.deleted"], "enabled": "on"})
    webhook.refresh_from_db()
    assert (webhook.url, webhook.events) == (URL, ["device.deleted"])
    before = webhook.sealed_secret
    assert "The old secret" in text(owner, account, f"{path}rotate/")
    answer = owner.post(at(account, f"{path}rotate/"), {"overlap_minutes": "60"})
    webhook.refresh_from_db()
    assert (answer["Location"], webhook.sealed_former_secret) == (at(account, f"{path}secret/"), before)
    assert "Nothing is sent to it any more." in text(owner, account, f"{path}delete/")
    owner.post(at(account, f"{path}delete/"))
    assert not Webhook.objects.exists()


def test_bulk_actions_test_disable_enable_and_delete(owner: Client, account: Account) -> None:
    webhook = make_webhook(account).webhook
    chosen = {"row": [str(webhook.webhook_id)], "confirmed": "1", "expected": "1"}
    for action, enabled in (("ping", True), ("disable", False), ("ping", False), ("enable", True)):
        owner.post(at(account, "webhooks/bulk/"), {**chosen, "action": action})
        webhook.refresh_from_db()
        assert webhook.enabled is enabled
    assert Delivery.objects.count() == 1  # one that is off is not tested
    owner.post(at(account, "webhooks/bulk/"), {**chosen, "action": "delete"})
    assert not Webhook.objects.exists()


def test_deliveries_are_listed_looked_at_and_sent_again(owner: Client, account: Account) -> None:
    webhook = make_webhook(account).webhook
    make_endpoint(account, "desk")
    delivery = Delivery.objects.get()
    Delivery.objects.update(state=DeliveryState.FAILED, last_status=500, tries=3, due_at=None)
    Webhook.objects.update(failures=3, failing_since=delivery.created_at)
    listed = text(owner, account, f"deliveries/?webhook={webhook.webhook_id}&state=failed")
    assert ("endpoint.created" in listed, "Given up" in listed, "500" in listed) == (True, True, True)
    assert "endpoint.created" in text(owner, account, f"webhooks/{webhook.webhook_id}/")
    assert "Failing" in text(owner, account, "webhooks/")
    page = text(owner, account, f"deliveries/{delivery.delivery_id}/")
    assert "&quot;name&quot;: &quot;desk&quot;" in page
    chosen = {"row": [str(delivery.delivery_id)], "confirmed": "1", "expected": "1", "action": "resend"}
    owner.post(at(account, "deliveries/bulk/"), chosen)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries, delivery.tries_before) == ("waiting", 3, 3)


def test_a_webhook_that_was_switched_off_says_so(owner: Client, account: Account) -> None:
    webhook = make_webhook(account, enabled=False).webhook
    assert "Disabled" in text(owner, account, "webhooks/")
    Webhook.objects.update(stopped_at=webhook.created_at)
    assert "Switched off after failing" in text(owner, account, "webhooks/")


def test_names_are_readable(account: Account) -> None:
    webhook = make_webhook(account).webhook
    delivery = webhook_ping(webhook=webhook)
    assert [str(webhook), str(delivery), str(delivery.event)] == [webhook.url, f"ping → {webhook.url}", "ping"]
    assert delivery.public_id == str(delivery.delivery_id)
