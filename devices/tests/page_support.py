"""What the tests of the device pages share: addresses, a device to edit, and what a browser sends of a form."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import Account
from devices.models import Device
from devices.tests.support import SIP, make_device

MAC = "00:04:f2:ab:7e:fd"


def pages(account: Account) -> str:
    return f"/accounts/{account.auth_id}/devices/"


def device_to_edit(account: Account) -> Device:
    """A device with something in most of the tabs."""
    keys = {"combo_keys": {"1": {"type": "line"}, "2": {"type": "parking", "value": {"label": "Park", "value": 3}}}}
    return make_device(
        account,
        sip=SIP,
        mac_address=MAC,
        device_type="sip_device",
        provision=keys,
        call_restriction={"international": {"action": "deny"}},
        custom={"kept": [1, None]},
    )


def page_of(device: Device) -> str:
    return f"{pages(device.account)}{device.device_id}/"


def filled(client: Client, url: str) -> dict[str, Any]:
    """What a browser would send of a form that nobody touched."""
    form = client.get(url).context["form"]
    sent: dict[str, Any] = {}
    for field in form:
        sent |= typed(field.html_name, field.value())
    context = client.get(url).context
    return {key: value for key, value in sent.items() if value is not False} | {
        "revision": context["revision"],
        "base": context["base"],
        "tab": "basics",
    }


def typed(name: str, value: Any) -> dict[str, Any]:
    """A field's value as a browser sends it."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return {f"{name}-{number}-{key}": text for number, row in enumerate(value) for key, text in row.items()}
    if isinstance(value, list) and name.endswith("flags"):
        return {name: "\n".join(value)}
    return {name: "" if value is None else value}


def stored(device: Device) -> Device:
    found: Device = Device.objects.get(pk=device.pk)
    return found
