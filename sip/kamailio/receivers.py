"""Whoever is cut off is unregistered at once, as soon as the change is committed."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from accounts.models import Account
from accounts.signals import account_changed
from console.backups.services import restored
from sip.kamailio import location, schema
from sip.models import Subscriber
from sip.signals import subscriber_cut_off


@receiver(subscriber_cut_off, sender=Subscriber, dispatch_uid="kamailio.subscriber_cut_off")
def unregister(subscriber: Subscriber, **_kwargs: Any) -> None:
    """A subscriber was disabled or deleted, or its password changed without an overlap."""
    if settings.REGISTRAR == "kamailio":
        # After the commit: before it, a phone could register once more with what is about to end.
        transaction.on_commit(partial(location.remove, subscriber.username, subscriber.realm.name), robust=True)


@receiver(post_delete, sender=Subscriber, dispatch_uid="kamailio.subscriber_deleted")
def unregister_deleted(instance: Subscriber, **_kwargs: Any) -> None:
    """However a subscriber was deleted."""
    unregister(instance)


@receiver(account_changed, sender=Account, dispatch_uid="kamailio.account_changed")
def unregister_account(account: Account, changed: set[str], **_kwargs: Any) -> None:
    """A disabled account's phones, and those of its sub-accounts, are unregistered."""
    if settings.REGISTRAR == "kamailio" and "enabled" in changed and not account.enabled:
        transaction.on_commit(partial(location.remove_strays, account.main_id), robust=True)


@receiver(restored, dispatch_uid="kamailio.restored")
def grant_again(**_kwargs: Any) -> None:
    """A backup holds no rights: Kamailio's role gets its own anew."""
    if settings.REGISTRAR == "kamailio":
        schema.grant()
