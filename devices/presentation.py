"""How the pages draw parts of a document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from console import components
from console.sections import Words
from devices.document import printed_mac
from devices.document.basics import MISSING, Document, look_up, text_at
from devices.editor.words import FORMATS, FORWARDING, METHODS, TYPES
from sip.tables import state as registration_state


def mac(value: str | None) -> SafeString:
    """A MAC address in pairs, with its copy button."""
    return components.identifier(printed_mac(value) if value else "")


def state(device: Any) -> SafeString:
    """What a device's phone can do now: one without username and password never registers."""
    if not device.enabled or device.subscriber_id is not None:
        return registration_state(device)
    return components.component("status", tone="off", word=unregistered(device))


def unregistered(device: Any) -> str:
    """Why a device's phone never registers."""
    if device.ip_address:
        return _("By address")
    return _("Forwards") if device.device_type in FORWARDING else _("No password")


def kind(value: str) -> SafeString:
    """What a device is, in words where the type is a usual one."""
    return components.text(dict(TYPES).get(value, value))


def member(*path: str) -> Callable[[Document], SafeString]:
    """Draws a member of the document."""

    def draw(document: Document) -> SafeString:
        value = look_up(document, *path)
        if isinstance(value, bool):
            return components.flag(value)
        return components.NOTHING if value is MISSING else components.text(_spoken(value))

    return draw


def worded(words: Any, *path: str) -> Callable[[Document], SafeString]:
    """Draws a member that is one of several words."""
    known = dict(words)
    return lambda document: components.text(known.get(text_at(document, *path), text_at(document, *path)))


METHOD = worded(METHODS, "sip", "method")
FORMAT = worded(FORMATS, "sip", "invite_format")


def forwarding(document: Document) -> SafeString:
    """What becomes of calls: forwarding wins over failover."""
    return components.text(forwarding_words(document))


def forwarding_words(document: Document) -> Words:
    """The same, as a sentence."""
    is_on = look_up(document, "call_forward", "enabled") is True
    is_failover = look_up(document, "call_forward", "failover") is True
    if not is_on and not is_failover:
        return _("Off")
    number = text_at(document, "call_forward", "number") or _("no number yet")
    if not is_on:
        return _("To %(number)s while no phone is registered") % {"number": number}
    words = _("Every call to %(number)s") % {"number": number}
    return words + (_("; failover is set too, and not used while forwarding is on") if is_failover else "")


def _spoken(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
