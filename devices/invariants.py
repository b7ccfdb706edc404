"""What always holds of a device: its columns say what its document says."""

from __future__ import annotations

from collections.abc import Iterator

from console import invariants
from devices.models import Device

CHUNK_ROWS = 500
COLUMNS = ("name", "enabled", "owner_id", "device_type", "mac_address", "username", "username_key", "ip_address")


def register() -> None:
    """Make it known to ``manage.py verify``."""
    invariants.register("devices whose columns differ from their document", named, repair)


def named() -> Iterator[str]:
    """Devices that would not be found by what they say."""
    return (f"device {device.device_id}" for device, _ in _differing())


def repair() -> int:
    """Write the columns anew from the documents, which are the truth. Returns how many."""
    wrong = list(_differing())
    for device, columns in wrong:
        Device.objects.filter(pk=device.pk).update(**columns)
    return len(wrong)


def _differing() -> Iterator[tuple[Device, dict[str, object]]]:
    for device in Device.objects.order_by("pk").iterator(CHUNK_ROWS):
        stored = {column: getattr(device, column) for column in COLUMNS}
        device.write(device.document)
        expected = {column: getattr(device, column) for column in COLUMNS}
        if stored != expected:
            yield device, expected
