"""What happens to credentials when their account goes."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver

from accounts.models import Account
from accounts.signals import account_deleting
from credentials.models import Credential
from credentials.services import credential_delete
from sip.models import Subscriber


@receiver(account_deleting, sender=Account, dispatch_uid="credentials.account_deleting")
def delete_credentials(account: Account, **_kwargs: Any) -> None:
    """An account's credentials go with it."""
    for credential in Credential.objects.of(account).select_related("subscriber__realm", "account"):
        credential_delete(credential=credential)


@receiver(post_delete, sender=Credential, dispatch_uid="credentials.post_delete")
def delete_subscriber(instance: Credential, **_kwargs: Any) -> None:
    """However a credential was deleted, what it registered with goes too."""
    Subscriber.objects.filter(pk=instance.subscriber_id).delete()
