"""What a new device may start from."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from console.sections import Words
from devices.document.basics import Document

ALPHABET = string.ascii_lowercase + string.digits


@dataclass(frozen=True, slots=True)
class Preset:
    """A document to start from."""

    name: str
    label: Words
    text: Words
    icon: str
    document: Callable[[], Document]


def username() -> str:
    """A username that nobody has."""
    return "user_" + "".join(secrets.choice(ALPHABET) for _position in range(10))


def phone(kind: str, *codecs: str) -> Document:
    """Something that registers."""
    return {"device_type": kind, "media": {"audio": {"codecs": [*codecs]}}, "sip": {"username": username()}}


def fax() -> Document:
    """A fax machine or adapter: no compression, T.38."""
    device = phone("fax", "PCMU", "PCMA")
    return {**device, "media": {**device["media"], "fax_option": True}, "outbound_flags": ["fax"]}


def forward() -> Document:
    """A telephone elsewhere that calls are forwarded to."""
    forwarding = {"enabled": True, "require_keypress": True, "keep_caller_id": True}
    return {"device_type": "cellphone", "call_forward": forwarding, "contact_list": {"exclude": True}}


PRESETS = (
    Preset(
        "desk-phone", _("Desk phone"), _("Registers with a username and password."), "phone",
        lambda: phone("sip_device", "PCMA", "PCMU", "G722"),
    ),
    Preset(
        "softphone", _("Softphone"), _("An app on a computer or mobile phone."), "computer-desktop",
        lambda: phone("softphone", "OPUS", "PCMA", "PCMU"),
    ),
    Preset("fax", _("Fax or analogue adapter"), _("No compression, T.38, flagged for fax carriers."), "printer", fax),
    Preset(
        "forward", _("Mobile forward"), _("Calls go on to a number; the callee presses 1."), "device-phone-mobile",
        forward,
    ),
    Preset(
        "trunk", _("Trunk by IP address"), _("A PBX known by its address; it does not register."), "server-stack",
        lambda: {"sip": {"method": "ip", "invite_format": "e164"}},
    ),
    Preset("blank", _("Blank"), _("Only the defaults."), "document", dict),
)  # fmt: skip


def preset(name: str) -> Preset | None:
    """The preset of that name."""
    return next((one for one in PRESETS if one.name == name), None)
