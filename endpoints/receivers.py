"""What happens to endpoints and applications when their account goes."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver

from accounts.models import Account
from accounts.signals import account_deleting
from endpoints.models import Application, Endpoint
from endpoints.services import application_delete, application_update, endpoint_delete, endpoint_update
from sip.models import Subscriber


@receiver(account_deleting, sender=Account, dispatch_uid="endpoints.account_deleting")
def hand_back_or_delete(account: Account, **_kwargs: Any) -> None:
    """A sub-account's endpoints and applications return to its main account; a main account's go with it."""
    mine = {"sub_account": account} if account.is_sub_account else {"account": account}
    for endpoint in Endpoint.objects.filter(**mine).select_related(
        "subscriber__realm", "application", "account", "sub_account"
    ):
        if account.is_sub_account:
            endpoint_update(endpoint=endpoint, sub_account=None)
        else:
            endpoint_delete(endpoint=endpoint)
    for application in Application.objects.filter(**mine).select_related("account", "sub_account"):
        if account.is_sub_account:
            return_application(application)
        else:
            application_delete(application=application)


def return_application(application: Application) -> None:
    """Hand an application of a sub-account back to the main account, where it is no longer a default."""
    application._stored.pop("sub_account_id", None)  # the one move that is allowed
    application_update(application=application, sub_account=None, default_endpoint_app=False)


@receiver(post_delete, sender=Endpoint, dispatch_uid="endpoints.post_delete")
def delete_subscriber(instance: Endpoint, **_kwargs: Any) -> None:
    """However an endpoint was deleted, what it registered with goes too."""
    Subscriber.objects.filter(pk=instance.subscriber_id).delete()
