"""Writes on subscribers and their hashes. Endpoints, credentials and devices call these from their own services."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from accounts.models import Account
from accounts.services import account_lock
from console import audit, sealing
from sip.digest import hash_set
from sip.models import HoldsSubscriber, Realm, Secret, Subscriber, WebhookAccess, taken
from sip.signals import subscriber_cut_off, subscriber_moved


def subscriber_create(
    *, realm: Realm, username: str, account: Account, kind: str, password: str, **policy: Any
) -> Subscriber:
    """Create a subscriber with its hashes; the webhook answers from ``policy``. Raises ``ValidationError``."""
    subscriber = new_subscriber(realm=realm, username=username, account=account, kind=kind, **policy)
    try:
        with transaction.atomic():
            subscriber.save(force_insert=True)
    except IntegrityError as error:
        holder = Subscriber.objects.filter(realm=realm, username_key=subscriber.username_key).first()
        raise ValidationError({"username": taken(holder.kind if holder else kind, kind)}) from error
    new_secret(subscriber, password).save(force_insert=True)
    return subscriber


def new_subscriber(*, username: str, **fields: Any) -> Subscriber:
    """Make, unsaved, a subscriber of ``realm``, ``account``, ``kind`` and a policy."""
    return Subscriber(username=username, username_key=username.casefold(), **fields)


def new_secret(subscriber: Subscriber, password: str) -> Secret:
    """Compute, unsaved, the hashes of ``password`` for the realm as shown and in lower case."""
    shown = hash_set(subscriber.username, subscriber.realm.shown_as, password)
    lower = hash_set(subscriber.username, subscriber.realm.name, password)
    return Secret(
        subscriber=subscriber,
        md5=shown.md5, md5_lower=lower.md5,
        sha256=shown.sha256, sha256_lower=lower.sha256,
        sha512_256=shown.sha512_256, sha512_256_lower=lower.sha512_256,
    )  # fmt: skip


@transaction.atomic
def password_set(*, subscriber: Subscriber, password: str, overlap_minutes: int = 0) -> None:
    """Replace the password; the former one stays valid for ``overlap_minutes`` and then ends by itself."""
    Secret.objects.filter(subscriber=subscriber, valid_until__isnull=False).delete()
    current = Secret.objects.filter(subscriber=subscriber, valid_until__isnull=True)
    if overlap_minutes > 0:
        current.update(valid_until=timezone.now() + timedelta(minutes=overlap_minutes))
    else:
        current.delete()
    new_secret(subscriber, password).save(force_insert=True)
    if overlap_minutes <= 0:
        subscriber_cut_off.send(Subscriber, subscriber=subscriber, reason="rotated")


def subscriber_update(*, subscriber: Subscriber, **policy: Any) -> None:
    """Write the changed policy fields; disabling ends its registrations, which follow it to another account."""
    changed = {name: value for name, value in policy.items() if getattr(subscriber, name) != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(subscriber, name, value)
    subscriber.save(update_fields=[*changed, "updated_at"])
    if "account" in changed:
        subscriber_moved.send(Subscriber, subscriber=subscriber)
    if changed.get("enabled") is False:
        subscriber_cut_off.send(Subscriber, subscriber=subscriber, reason="disabled")


def subscriber_delete(*, subscriber: Subscriber) -> None:
    """Delete a subscriber, its hashes, and with them what was provisioned as it."""
    subscriber_cut_off.send(Subscriber, subscriber=subscriber, reason="deleted")
    subscriber.delete()


def holder_lock(holder: HoldsSubscriber, *related: str) -> None:
    """Lock the account of what owns a subscriber, and read it anew with what is ``related``, in a transaction.

    It was loaded before the lock: written as it was then, it would take back what others changed in between, such as
    being disabled. Raises ``Http404`` where it was deleted meanwhile.
    """
    account = account_lock(holder.account_id)  # type: ignore[attr-defined]  # every holder has an account
    stored = type(holder)._base_manager.select_related("subscriber__realm", *related)
    try:
        holder.refresh_from_db(from_queryset=stored)
    except type(holder).DoesNotExist as error:
        raise Http404 from error
    holder.account = account  # type: ignore[attr-defined]


def holder_delete(*, holder: HoldsSubscriber) -> None:
    """Delete what owns a subscriber, and the subscriber with it, with one audit row; for two at once, only one does."""
    holder_lock(holder)
    audit.deleted(holder)
    subscriber_delete(subscriber=holder.subscriber)


@dataclass(frozen=True, slots=True)
class WebhookCredentials:
    """What an operator enters at the SBC; the password is shown once."""

    username: str
    password: str


@transaction.atomic
def webhook_rotate(*, account: Account, sealed_secret: str | None = None) -> WebhookCredentials:
    """Give the account a fresh webhook password (and its first user name). Returns the plain credentials."""
    access = WebhookAccess.objects.filter(account=account).first() or WebhookAccess(account=account)
    plain = secrets.token_urlsafe(24)
    access.password_digest = webhook_digest(plain)
    if sealed_secret is not None:
        access.sealed_secret = sealed_secret
    is_new = access.pk is None
    access.save()
    audit.created(access) if is_new else audit.rotated(access)
    return WebhookCredentials(access.username, plain)


@transaction.atomic
def webhook_update(*, access: WebhookAccess, **changes: Any) -> WebhookAccess:
    """Change what the account's SBC is held to. Raises ``ValidationError``."""
    before = access.audited_values()
    for name, value in changes.items():
        setattr(access, name, value)
    access.full_clean()
    access.save()
    audit.changed(access, before)
    return access


@transaction.atomic
def webhook_secret_set(*, account: Account, secret: str) -> None:
    """Keep, sealed, the secret that jambonz made for this account; empty removes it."""
    access = WebhookAccess.objects.get(account=account)
    access.sealed_secret = sealing.seal(secret) if secret else ""
    access.save(update_fields=["sealed_secret", "updated_at"])
    audit.record("update", access, {"secret": [audit.HIDDEN, audit.HIDDEN if secret else None]})


def webhook_digest(plain: str) -> str:
    """The hash that a webhook password (192 random bits) is kept as."""
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()
