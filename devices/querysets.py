"""Where every query for devices starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from console.querysets import ConsoleQuerySet

if TYPE_CHECKING:
    from accounts.models import Account


class DeviceQuerySet(ConsoleQuerySet[Any]):
    """Devices of one account, one owner."""

    def of(self, account: Account) -> DeviceQuerySet:
        """The account's own devices."""
        return self.filter(account_id=account.pk)

    def used_by(self, user_id: str) -> DeviceQuerySet:
        """The devices that the user owns or has logged in at."""
        from devices.models import Hotdesk

        logged_in = Hotdesk.objects.filter(user_id=user_id).values("device_id")
        return self.filter(models.Q(owner_id=user_id) | models.Q(pk__in=logged_in))


class LiveDevices(models.Manager.from_queryset(DeviceQuerySet)):  # type: ignore[misc]  # made at run time
    """All devices but the deleted ones."""

    def get_queryset(self) -> DeviceQuerySet:
        """Without the deleted ones."""
        rows: DeviceQuerySet = super().get_queryset().filter(deleted_at__isnull=True)
        return rows


class UserQuerySet(ConsoleQuerySet[Any]):
    """Users of one account."""

    def of(self, account: Account) -> UserQuerySet:
        """The account's own users."""
        return self.filter(account_id=account.pk)
