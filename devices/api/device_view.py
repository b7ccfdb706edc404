"""The base of the views of one device."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from console.api.kazoo import errors
from console.api.kazoo.envelopes import Answer
from devices.api.base import KazooView
from devices.document import presented
from devices.models import Device, is_id


class DeviceView(KazooView):
    """A view of one device."""

    def rows(self) -> QuerySet[Any]:
        """The devices of the account."""
        rows: QuerySet[Any] = Device.objects.of(self.account)
        return rows

    def device(self, device_id: str, rows: QuerySet[Any] | None = None) -> Device:
        """The device of the URL. Raises ``Refused``."""
        found: Device | None = None
        if is_id(device_id):
            found = (self.rows() if rows is None else rows).filter(device_id=device_id).first()
        if found is None:
            raise errors.bad_identifier(device_id)
        return found

    def shown(self, device: Device, **answer: Any) -> Answer:
        """The whole device, with its revision."""
        return Answer(presented(device.device_id, device.document), revision=device.revision, **answer)
