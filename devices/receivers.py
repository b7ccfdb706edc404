"""What happens to devices when their account goes."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver

from accounts.models import Account
from accounts.signals import account_deleting
from devices.models import Device
from devices.services import device_delete
from sip.models import Subscriber


@receiver(account_deleting, sender=Account, dispatch_uid="devices.account_deleting")
def delete_devices(account: Account, **_kwargs: Any) -> None:
    """An account's devices go with it, the ones deleted before too."""
    for device_id in Device.objects.of(account).values_list("device_id", flat=True):
        device_delete(account=account, device_id=device_id, for_good=True)
    Device.with_deleted.of(account).delete()


@receiver(post_delete, sender=Device, dispatch_uid="devices.post_delete")
def delete_subscriber(instance: Device, **_kwargs: Any) -> None:
    """However a device was deleted, what it registered with goes too."""
    if instance.subscriber_id is not None:
        Subscriber.objects.filter(pk=instance.subscriber_id).delete()
