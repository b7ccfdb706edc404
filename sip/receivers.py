"""What the SIP side does when an account comes, changes or goes."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from accounts.models import Account
from accounts.signals import account_changed, account_created
from console import sealing
from sip import realms, registrations
from sip.models import Subscriber
from sip.services import webhook_rotate
from sip.signals import subscriber_cut_off, subscriber_moved


@receiver(account_created, sender=Account, dispatch_uid="sip.account_created")
def provision_account(
    account: Account, realm: str | None = None, webhook_secret: str | None = None, **_kwargs: Any
) -> dict[str, Any]:
    """Give a new account its realms and its webhook credentials; what is returned is shown once."""
    own = realms.provision(account, realm)
    credentials = webhook_rotate(
        account=account, sealed_secret=sealing.seal(webhook_secret) if webhook_secret else None
    )
    webhook = {"username": credentials.username, "password": credentials.password, "secret": webhook_secret or None}
    return {"realm": own.shown_as, "webhook": webhook}


@receiver(subscriber_cut_off, sender=Subscriber, dispatch_uid="sip.subscriber_cut_off")
def end_registrations(subscriber: Subscriber, reason: str, **_kwargs: Any) -> None:
    """Mark the registrations that a disabling, rotation or deletion ends."""
    registrations.cut_off(subscriber, reason)


@receiver(account_changed, sender=Account, dispatch_uid="sip.account_changed")
def end_registrations_of_account(account: Account, changed: set[str], **_kwargs: Any) -> None:
    """Mark the registrations that disabling an account ends: its own and its sub-accounts'."""
    if "enabled" in changed and not account.enabled:
        registrations.cut_off_account(account)


@receiver(subscriber_moved, sender=Subscriber, dispatch_uid="sip.subscriber_moved")
def move_registrations(subscriber: Subscriber, **_kwargs: Any) -> None:
    """Let its registrations be listed where it is."""
    registrations.move(subscriber)
