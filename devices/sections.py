"""The sections of the devices app."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from console.api.calls import KazooCalls
from console.searching import Searched, address_part, mac_address, sip_user, whole_address
from console.sections import Section

DEVICE_CALLS = KazooCalls(
    collection="/v2/accounts/{account}/devices",
    one="/v2/accounts/{account}/devices/{key}",
    changes=frozenset({"name", "enabled"}),
)
DEVICES = Section(
    name="devices",
    model_label="devices.Device",
    key="device_id",
    icon="device-tablet",
    label=_("Devices"),
    one=_("device"),
    many=_("devices"),
    group=_("Provisioning"),
    order=25,
    search_fields=(
        "name",
        Searched("username", sip_user),
        "device_id",
        Searched("mac_address", mac_address),
        Searched("ip_address", whole_address, lookup="exact"),
        Searched("subscriber__registrations__source", address_part),
    ),
    search_shows=("username", "mac_address"),
    intro=_("A device is a phone, adapter or trunk with all its settings, as programs written for Kazoo know it."),
    first_step=_("Set up a desk phone, a softphone or a trunk from a preset."),
    api=DEVICE_CALLS,
)
DEVICE_USERS = Section(
    name="device-users",
    model_label="devices.KazooUser",
    key="user_id",
    icon="user-circle",
    label=_("Device users"),
    one=_("device user"),
    many=_("device users"),
    group=_("Provisioning"),
    order=26,
    search_fields=("name", "user_id"),
    intro=_("A device user owns devices and logs in at others'. Nobody signs in here with it."),
    api=KazooCalls(
        collection="/v2/accounts/{account}/users",
        one="/v2/accounts/{account}/users/{key}",
        creates=frozenset({"name"}),
    ),
)
