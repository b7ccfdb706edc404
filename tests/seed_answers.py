"""What the requests that the published pages print are answered: as printed, or as docs/compatibility.md decides."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.seed_requests import Reader, Replacements

UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\Z")
NUMBER = re.compile(r"\d{15}\Z")
HEXADECIMAL = re.compile(r"[0-9a-f]{32}\Z")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)\Z")
TEXT = re.compile(r".+\Z", re.DOTALL)
ALPHANUMERIC = "Only alphanumeric characters are allowed"
NAME = "Only letters, numbers, hyphens and underscores are allowed"
PRINTED_PHONE = "00:04:f2:ab:7e:fd"


@dataclass(frozen=True)
class Case:
    """One printed request, how it was changed, and its answer. ``{...}`` in the answer are the placeholders."""

    page: str
    name: str
    status: int
    body: Any
    how: str = "as printed"
    edits: Replacements = ()
    before: Callable[[Reader], None] | None = None

    def __str__(self) -> str:
        return f"{self.page}: {self.name}, {self.how}"


# --- Vobiz endpoints --------------------------------------------------------------------------------------------------

ENDPOINT_PAGE = "vobiz_create_endpoint"
APPLICATION_ID = ("12345678", "{APP_ID}")
SALES = (("sales_desk", "salesdesk"), ("Sales Team Desk Phone", "Sales-Team-Desk-Phone"))
JOHN = (APPLICATION_ID, ("john_doe", "johndoe"), ("John'\\''s Desktop Phone", "Johns-Desktop-Phone"))


def refused(**details: str) -> dict[str, Any]:
    """The documented 400, with what the one error body adds."""
    added = {"message": "See details.", "code": 400, "api_id": UUID}
    return {"error": "invalid request parameters", "details": details, **added}


def created(username: str, alias: str) -> dict[str, Any]:
    """The union of the documented bodies."""
    return {
        "api_id": UUID,
        "message": "created",
        "endpoint_id": NUMBER,
        "sip_uri": re.compile(rf"sip:{username}@(MA_[A-Z0-9]{{8}}\.)?sip\.vobiz\.ai\Z"),
        "resource_uri": re.compile(r"/v1/Account/MA_[A-Z0-9]{8}/Endpoint/\d{15}/\Z"),
        "alias": alias,
        "username": username,
    }


ENDPOINTS = [
    Case(ENDPOINT_PAGE, "basic", 400, refused(username=ALPHANUMERIC, alias=NAME)),
    Case(
        ENDPOINT_PAGE, "basic", 400,
        refused(username=ALPHANUMERIC, alias=NAME, password="Password must be at least 8 characters"),
        "with a short password", (("VerySecurePass123!", "short"),),
    ),
    Case(ENDPOINT_PAGE, "basic", 201, created("salesdesk", "Sales-Team-Desk-Phone"), "names within the rule", SALES),
    Case(
        ENDPOINT_PAGE, "with application and permissions", 400, refused(username=ALPHANUMERIC, alias=NAME),
        edits=(APPLICATION_ID,),
    ),
    Case(
        ENDPOINT_PAGE, "with application and permissions", 201, created("johndoe", "Johns-Desktop-Phone"),
        "names within the rule", JOHN,
    ),
    Case(
        ENDPOINT_PAGE, "with application and permissions", 409,
        {
            "error": "username already exists", "username": "johndoe", "message": "This username already exists",
            "code": 409, "api_id": UUID,
        },
        "names within the rule, again", JOHN,
    ),
]  # fmt: skip

# --- Vobiz credentials ------------------------------------------------------------------------------------------------

CREDENTIAL_PAGE = "vobiz_create_credential"


def credential(username: str) -> dict[str, Any]:
    """Exactly the eight documented keys."""
    return {
        "id": UUID,
        "account_id": "{auth_id}",
        "username": username,
        "password": "<redacted>",
        "realm": "{auth_id}.sip.vobiz.ai",
        "enabled": True,
        "created_at": MOMENT,
        "updated_at": MOMENT,
    }


CREDENTIALS = [
    Case(CREDENTIAL_PAGE, "reference", 201, credential("myuser")),
    Case(CREDENTIAL_PAGE, "primary", 201, credential("trunk_user_001")),
    Case(CREDENTIAL_PAGE, "office phone", 201, credential("office_phone_main")),
    Case(
        CREDENTIAL_PAGE, "reference, repeated", 409,
        {
            "error": "Username already exists for this trunk", "code": 409, "message": "This username already exists",
            "api_id": UUID,
        },
    ),
]  # fmt: skip

# --- Kazoo devices ----------------------------------------------------------------------------------------------------

DEVICES_PAGE = "kazoo_devices"
UNCLOSED = "X-Auth-Token: {AUTH_TOKEN} \\", 'X-Auth-Token: {AUTH_TOKEN}" \\'
DEVICE: dict[str, Any] = {
    "call_restriction": {},
    "caller_id": {},
    "contact_list": {},
    "dial_plan": {},
    "enabled": True,
    "exclude_from_queues": False,
    "id": "{DEVICE_ID}",
    "media": {
        "audio": {"codecs": ["PCMU"]},
        "encryption": {"enforce_security": False, "methods": []},
        "video": {"codecs": []},
    },
    "music_on_hold": {},
    "mwi_unsolicited_updates": True,
    "name": "New Device",
    "register_overwrite_notify": False,
    "ringtones": {},
    "sip": {"invite_format": "username", "method": "password", "registration_expiration": 300, "expire_seconds": 300},
    "suppress_unregister_notifications": False,
}
BY_ADDRESS = {**DEVICE, "name": "authn_by_ip", "id": HEXADECIMAL, "sip": {
    **DEVICE["sip"], "invite_format": "e164", "ip": "{IP_ADDRESS}", "method": "ip",
}}  # fmt: skip
CHANGED = {**DEVICE, "name": "new device"}
PATCHED = {**CHANGED, "presence_id": "dis_my_device"}
PHONE = {
    "device_type": "sip_device",
    "enabled": False,
    "flags": [],  # Kazoo's rows have it; the page leaves it out
    "id": HEXADECIMAL,
    "mac_address": PRINTED_PHONE,
    "name": "MyPolycom",
}
OWNED = {
    "device_type": "sip_device",
    "enabled": True,
    "hotdesked": False,
    "id": HEXADECIMAL,
    "mac_address": "",
    "name": "USER_ID_DEVICE",
    "owner_id": "{USER_ID}",
}
GUEST = {**OWNED, "hotdesked": True, "name": "OWNER_ID_DEVICE", "owner_id": "{OWNER_ID}"}


def a_phone(reader: Reader) -> None:
    """The one device of the page's list."""
    reader.add_device(name="MyPolycom", mac_address=PRINTED_PHONE, enabled=False, device_type="sip_device")


def name_the_new_device(reader: Reader) -> None:
    """Take the id of the device that the page's own request created."""
    listed = reader.kazoo("GET", "devices")["data"]
    reader.placeholders["{DEVICE_ID}"] = next(row["id"] for row in listed if row["name"] == "New Device")


def devices_of_a_user(reader: Reader) -> None:
    """A user's own device, and one of somebody else's at which they have logged in."""
    owner, guest = (reader.kazoo("PUT", "users", {"name": name})["data"]["id"] for name in ("Owner", "Guest"))
    reader.placeholders |= {"{USER_ID}": guest, "{OWNER_ID}": owner}
    reader.add_device(name="OWNER_ID_DEVICE", owner_id=owner, device_type="sip_device", hotdesk={"users": {guest: {}}})
    reader.add_device(name="USER_ID_DEVICE", owner_id=guest, device_type="sip_device")


def envelope(data: Any, **extra: Any) -> dict[str, Any]:
    """The printed envelope, with the three keys that Kazoo itself adds."""
    printed = {"auth_token": "{AUTH_TOKEN}", "data": data, "request_id": TEXT, "revision": TEXT, "status": "success"}
    return {**printed, "timestamp": MOMENT, "node": TEXT, "version": TEXT, **extra}


DEVICES = [
    Case(
        DEVICES_PAGE, "fetch", 200, envelope([PHONE], page_size=1),
        "the header's option and quote repaired", (('-X "X-Auth', '-H "X-Auth'), UNCLOSED), before=a_phone,
    ),
    Case(DEVICES_PAGE, "create", 201, envelope({**DEVICE, "id": HEXADECIMAL}), "the quote repaired", (UNCLOSED,)),
    Case(DEVICES_PAGE, "fetch one", 200, envelope(DEVICE), before=name_the_new_device),
    Case(DEVICES_PAGE, "change", 200, envelope(CHANGED), edits=(("4f3330e78e664bb57f8fb23fbaac2429", "{DEVICE_ID}"),)),
    Case(DEVICES_PAGE, "patch", 200, envelope(PATCHED)),
    Case(DEVICES_PAGE, "notify", 200, envelope(TEXT)),
    Case(DEVICES_PAGE, "status", 200, envelope([])),
    Case(DEVICES_PAGE, "sync", 200, envelope("sync request sent")),
    Case(DEVICES_PAGE, "remove", 200, envelope(PATCHED)),
    Case(DEVICES_PAGE, "of a user", 200, envelope([OWNED, GUEST], page_size=2), before=devices_of_a_user),
    Case(DEVICES_PAGE, "by address", 201, envelope(BY_ADDRESS)),
]  # fmt: skip

# --- jambonz ----------------------------------------------------------------------------------------------------------

WEBHOOK_PAGE = "jambonz_client_authentication"
WRONG = "be641cf7951ff23ab04c57907d59f37d"  # the page's digest is another user's: no password gives it
WEBHOOKS = [
    Case(WEBHOOK_PAGE, "authenticate", 200, {"status": "fail", "message": "authentication denied"}),
    Case(
        WEBHOOK_PAGE, "authenticate", 200, {"status": "ok", "message": "authentication granted", "expires": 300},
        "with the digest of daveh's password", ((WRONG, "{RESPONSE}"),),
    ),
]  # fmt: skip

CASES = [*ENDPOINTS, *CREDENTIALS, *DEVICES, *WEBHOOKS]
