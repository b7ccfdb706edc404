"""What a device is looked up by: the few values of its document that database columns repeat."""

from __future__ import annotations

import re
from dataclasses import dataclass

from devices.document.basics import Document, look_up, text_at
from devices.document.hardware_address import canonical_mac

_USER_ID = re.compile(r"[a-zA-Z0-9]{32}\Z")


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The values to index. Absent text is empty; the MAC is None where there is none, or none in any known spelling."""

    name: str
    enabled: bool
    device_type: str
    owner_id: str
    hotdesk_user_ids: tuple[str, ...]
    mac_address: str | None
    sip_username: str
    sip_realm: str
    sip_method: str
    sip_ip: str


def columns(document: Document) -> Columns:
    """Give what the columns of a valid, normalised document hold."""
    return Columns(
        name=text_at(document, "name"),
        enabled=look_up(document, "enabled") is not False,
        device_type=text_at(document, "device_type"),
        owner_id=text_at(document, "owner_id"),
        hotdesk_user_ids=hotdesk_user_ids(document),
        mac_address=canonical_mac(text_at(document, "mac_address")),
        sip_username=text_at(document, "sip", "username"),
        sip_realm=text_at(document, "sip", "realm"),
        sip_method=text_at(document, "sip", "method") or "password",
        sip_ip=text_at(document, "sip", "ip"),
    )


def hotdesk_user_ids(document: Document) -> tuple[str, ...]:
    """Give the ids of the users who have logged in at the device, in order; keys that are no id are passed over."""
    users = look_up(document, "hotdesk", "users")
    return tuple(sorted(filter(_USER_ID.match, users))) if isinstance(users, dict) else ()
