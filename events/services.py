"""Writes on webhooks, and sending anew. Pages, API and admin call these."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.services import account_lock, lock_anew
from console import audit, sealing
from events.models import GIVE_UP_AFTER, Delivery, DeliveryState, Event, EventType, Webhook
from events.outbox import Fact, event_of

MOST_WEBHOOKS = 20  # of an account
KEPT = timedelta(days=30)
ERASED_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class MadeWebhook:
    """A webhook and the secret that nobody can read again."""

    webhook: Webhook
    secret: str


def fresh_secret() -> str:
    """256 random bits; the prefix lets scanners of leaked secrets know them."""
    return f"whsec_{secrets.token_urlsafe(32)}"


@transaction.atomic
def webhook_create(*, webhook: Webhook) -> MadeWebhook:
    """Save a new webhook under a fresh secret. Raises ``ValidationError``."""
    webhook.account = account_lock(webhook.account_id)
    if Webhook.objects.of(webhook.account).count() >= MOST_WEBHOOKS:
        raise ValidationError(_("An account has at most %(most)s webhooks.") % {"most": MOST_WEBHOOKS}, code="limit")
    secret = fresh_secret()
    webhook.sealed_secret = sealing.seal(secret)
    webhook.full_clean()
    webhook.save(force_insert=True)
    audit.created(webhook)
    return MadeWebhook(webhook, secret)


@transaction.atomic
def webhook_update(*, webhook: Webhook, **changes: Any) -> Webhook:
    """Change a webhook; another address, or being enabled, is a fresh start. Raises ``ValidationError``."""
    lock_anew(webhook)
    before = webhook.audited_values()
    for name, value in changes.items():
        setattr(webhook, name, value)
    webhook.full_clean()
    after = webhook.audited_values()
    if before["url"] != after["url"] or (webhook.enabled and not before["enabled"]):
        webhook.failures, webhook.failing_since, webhook.hold_until, webhook.stopped_at = 0, None, None, None
    webhook.save()
    audit.changed(webhook, before)
    return webhook


@transaction.atomic
def webhook_rotate(*, webhook: Webhook, overlap_minutes: int = 0) -> MadeWebhook:
    """Give a webhook a new secret; for the overlap, the former one signs too."""
    lock_anew(webhook)
    secret = fresh_secret()
    webhook.sealed_former_secret = webhook.sealed_secret if overlap_minutes else ""
    webhook.former_until = timezone.now() + timedelta(minutes=overlap_minutes) if overlap_minutes else None
    webhook.sealed_secret = sealing.seal(secret)
    webhook.save()
    audit.rotated(webhook, "secret", overlap_minutes=[None, overlap_minutes])
    return MadeWebhook(webhook, secret)


@transaction.atomic
def webhook_delete(*, webhook: Webhook) -> None:
    """Delete a webhook with what was to be sent to it."""
    lock_anew(webhook)
    audit.deleted(webhook)
    webhook.delete()


@transaction.atomic
def webhook_ping(*, webhook: Webhook) -> Delivery:
    """Have a test event sent. Raises ``ValidationError`` for a webhook that is off."""
    refuse_disabled(webhook)
    fact = Fact(EventType.PING, webhook.account_id, webhook.account.main_id, {"webhook": webhook.webhook_id})
    event = event_of(fact, webhook.account)
    event.save(force_insert=True)
    now = timezone.now()
    Webhook.objects.filter(pk=webhook.pk).update(hold_until=None)
    delivery: Delivery = Delivery.objects.create(
        webhook=webhook, event=event, due_at=now, give_up_at=now + GIVE_UP_AFTER
    )
    return delivery


@transaction.atomic
def delivery_resend(*, delivery: Delivery) -> Delivery:
    """Send a delivery (once more) now, whatever became of it. Raises ``ValidationError`` where its webhook is off."""
    refuse_disabled(delivery.webhook)
    now = timezone.now()
    delivery.state, delivery.due_at, delivery.give_up_at = DeliveryState.WAITING, now, now + GIVE_UP_AFTER
    delivery.tries_before = delivery.tries
    delivery.save(update_fields=["state", "due_at", "give_up_at", "tries_before"])
    Webhook.objects.filter(pk=delivery.webhook_id).update(hold_until=None)
    return delivery


def refuse_disabled(webhook: Webhook) -> None:
    """Raise ``ValidationError`` for a webhook that is off."""
    if not webhook.enabled:
        raise ValidationError(_("The webhook is disabled: enable it first."), code="state")


def erase_old() -> int:
    """Forget events of a month ago with their deliveries, some at a time. Returns how many."""
    old = Event.objects.filter(occurred_at__lt=timezone.now() - KEPT).order_by("pk").values_list("pk", flat=True)
    return int(Event.objects.filter(pk__in=list(old[:ERASED_AT_ONCE])).delete()[0])
