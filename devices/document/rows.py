"""What goes out: the whole document of one device, and its row in the two lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from devices.document.basics import MISSING, Document, changed, look_up, without
from devices.document.hardware_address import printed_mac
from devices.document.normalising import clean_public

PASSWORD_KEYS = ("sip", "password")

_ALWAYS_IN_A_ROW: dict[str, Any] = {"mac_address": "", "device_type": "sip_device"}


def redact(document: Document) -> Document:
    """Copy the document without ``sip.password``: it can be written and is never shown."""
    return without(document, PASSWORD_KEYS)


def presented(device_id: str, document: Document) -> Document:
    """Give the document as the API shows it: with its id, without private keys and password, the MAC in pairs."""
    return {**_shown(document), "id": device_id}


def device_row(device_id: str, document: Document) -> Document:
    """Give a device's row in ``/devices``. Keys the device does not set are left out, but for MAC, type and flags."""
    row = _row(device_id, document, ("name", "owner_id", "enabled", "mobile", "call_recording"))
    username = look_up(document, "sip", "username")
    return {**row, "flags": document.get("flags", []), **({} if username is MISSING else {"username": username})}


def user_device_row(device_id: str, document: Document, user_id: str) -> Document:
    """Give a device's row in ``/users/USER/devices``; ``hotdesked`` is true where the device is not the user's own."""
    row = _row(device_id, document, ("name", "owner_id", "enabled", "call_recording"))
    return {**row, "hotdesked": document.get("owner_id") != user_id}


def _row(device_id: str, document: Document, keys: Iterable[str]) -> Document:
    chosen = {key: document[key] for key in keys if key in document}
    listed = {key: document.get(key, default) for key, default in _ALWAYS_IN_A_ROW.items()}
    return _shown({**chosen, **listed}) | {"id": device_id}


def _shown(document: Document) -> Document:
    return changed(clean_public(redact(document)), ("mac_address",), _printed)


def _printed(mac_address: Any) -> Any:
    return printed_mac(mac_address) if isinstance(mac_address, str) else mac_address
