"""The tables of the devices app."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from console import tables
from devices import presentation
from devices.models import Device, KazooUser
from sip.tables import RegistrationTable, StateColumn


class DeviceStateColumn(StateColumn):
    """The state of a device, which may be one that does not register."""

    def render(self, record: Any) -> SafeString:
        """The state of one row."""
        return presentation.state(record)


class DeviceTable(RegistrationTable):
    """Devices."""

    name = tables.ObjectColumn()
    state = DeviceStateColumn()
    device_type = tables.TextColumn()
    username = tables.IdentifierColumn()
    mac_address = tables.IdentifierColumn()
    ip_address = tables.IdentifierColumn()
    owner_name = tables.TextColumn(verbose_name=_("Owner"))
    device_id = tables.IdentifierColumn()
    created_at = tables.MomentColumn()
    updated_at = tables.MomentColumn()

    class Meta(tables.ConsoleTable.Meta):
        model = Device
        fields: tuple[str, ...] = ()
        sequence = ("name", "state", "device_type", "username", "mac_address", "...", "created_at", "updated_at")
        shown = ("state", "device_type", "username", "mac_address", "owner_name", "last_used")

    def render_mac_address(self, value: str) -> SafeString:
        """In pairs."""
        return presentation.mac(value)

    def render_device_type(self, value: str) -> SafeString:
        """In words."""
        return presentation.kind(value)


class UserTable(tables.ConsoleTable):
    """The users that own devices."""

    name = tables.ObjectColumn()
    user_id = tables.IdentifierColumn()
    created_at = tables.MomentColumn()

    class Meta(tables.ConsoleTable.Meta):
        model = KazooUser
        fields: tuple[str, ...] = ()
