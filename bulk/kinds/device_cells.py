"""The cells of a device's line: its columns, the document that they make, the device that they mean."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bulk.columns import ABSENT, Column, parse_flag
from bulk.kinds.base import Line
from devices.document import canonical_mac, printed_mac
from devices.document.basics import MISSING, Document, look_up, text_at, without
from devices.models import Device, is_id
from devices.refusals import DocumentRefused
from devices.schema_words import rules_of

SEVERAL = _("Several devices have this name: give the device_id")


def parse_document(cell: str) -> Any:
    """A JSON object; an empty cell leaves everything as it is. Raises ``ValidationError``."""
    if not cell.strip():
        return ABSENT
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError) as error:
        raise ValidationError(_("This is no well-formed JSON."), code="invalid") from error
    if not isinstance(found, dict):
        raise ValidationError(_("Enter a JSON object."), code="invalid")
    return found


def parse_id(cell: str) -> Any:
    """An id; an empty cell leaves it open. Raises ``ValidationError``."""
    text = cell.strip()
    if not text:
        return ABSENT
    if not is_id(text):
        raise ValidationError(_("Enter 32 hexadecimal digits in lower case."), code="pattern")
    return text


def member(name: str, label: Any, *, aliases: tuple[str, ...] = (), example: str = "") -> Column:
    """The column of a text in the document, explained by the schema; an empty cell takes the key away."""
    path = name.split(".")
    return Column(
        name,
        label,
        parse=str.strip,
        show=lambda device: text_at(device.document, *path),
        rules=lambda: rules_of(*path),
        aliases=aliases,
        example=example,
    )


def show_enabled(device: Device) -> str:
    """True or false, as it stands in the document."""
    return "false" if look_up(device.document, "enabled") is False else "true"


def show_mac(device: Device) -> str:
    """The MAC address in pairs."""
    return printed_mac(text_at(device.document, "mac_address"))


def show_rest(device: Device) -> str:
    """The keys that no column shows, as JSON whose keys are in order."""
    return json.dumps(rest(device.document), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


DEVICE_ID = Column(
    "device_id",
    _("Device id"),
    parse=parse_id,
    show=lambda device: device.device_id,
    rules=lambda: [str(_("Finds the device. Empty: it is found by MAC address, username or name, or made."))],
    aliases=("id",),
    is_key=True,
)
NAME = Column(
    "name",
    _("Name"),
    parse=lambda cell: cell or ABSENT,
    show=lambda device: text_at(device.document, "name"),
    rules=lambda: rules_of("name"),
    is_key=True,
    is_required=True,
    example="Reception",
)
ENABLED = Column(
    "enabled",
    _("Enabled"),
    parse=parse_flag,
    show=show_enabled,
    rules=lambda: rules_of("enabled"),
    aliases=("active",),
)
MAC = Column(
    "mac_address",
    _("MAC address"),
    parse=str.strip,
    show=show_mac,
    rules=lambda: rules_of("mac_address"),
    aliases=("mac",),
    example="00:04:f2:ab:7e:fd",
)
MEMBERS = (
    MAC,
    member("device_type", _("Type")),
    ENABLED,
    member("sip.method", _("Known by")),
    member("sip.username", _("SIP username"), aliases=("username", "login"), example="desk"),
    member("sip.realm", _("SIP realm"), aliases=("realm",)),
    member("sip.ip", _("SIP IP address"), aliases=("ip",)),
)
DOCUMENT = Column(
    "document",
    _("Document"),
    parse=parse_document,
    show=show_rest,
    rules=lambda: [str(_("All other keys of the device, as a JSON object. Empty: they stay as they are."))],
)
NAMES = ("name", "owner_id", *(column.name for column in MEMBERS))
PATHS = tuple(tuple(name.split(".")) for name in NAMES)


def rest(document: Document) -> Document:
    """A document without what has a column of its own."""
    for path in PATHS:
        document = without(document, path)
    return document


def document_of(values: Mapping[str, Any], before: Document) -> Document:
    """The document that a line's values make of ``before``."""
    document = before
    if "document" in values:
        document = rest(values["document"])
        for path in PATHS:
            if (kept := look_up(before, *path)) is not MISSING:
                document = put(document, path, kept)
    for name, path in zip(NAMES, PATHS, strict=True):
        if name in values and values[name] != shown(before, path):
            value = values[name]
            document = without(document, path) if value == "" else put(document, path, value)
    return document


def shown(document: Document, path: Sequence[str]) -> Any:
    """A member as its column shows it: what comes back like that changes nothing."""
    return look_up(document, *path) is not False if path == ("enabled",) else text_at(document, *path)


def put(document: Any, path: Sequence[str], value: Any) -> Document:
    """Copy a document with the member at ``path`` set, its parents made where they are missing."""
    whole: Document = document if isinstance(document, dict) else {}
    first, *others = path
    return {**whole, first: put(whole.get(first), others, value) if others else value}


class Stored:
    """Devices that the lines of a file may be about, by what finds them."""

    def __init__(self, devices: Iterable[Device]) -> None:
        self.by_id: dict[str, Device] = {}
        self.by_mac: dict[str | None, Device] = {}
        self.by_username: dict[str | None, Device] = {}
        self.by_name: dict[str, list[Device]] = {}
        for device in devices:
            self.by_id[device.device_id] = device
            self.by_mac.setdefault(device.mac_address, device)
            self.by_username.setdefault(device.username_key, device)
            self.by_name.setdefault(device.name, []).append(device)

    def meant(self, values: Mapping[str, Any]) -> Device | None:
        """The device that a line is about. Raises ``ValidationError`` for an id that is not there, or a shared name."""
        if "device_id" in values:
            if values["device_id"] not in self.by_id:
                raise ValidationError({"device_id": ValidationError(_("Device not found"), code="not_found")})
            return self.by_id[values["device_id"]]
        mac, key = canonical_mac(values.get("mac_address", "")), values.get("sip.username", "").casefold()
        if mac or key:
            by_mac = self.by_mac.get(mac) if mac else None
            return by_mac or (self.by_username.get(key) if key else None)
        named = self.by_name.get(values.get("name", ""), [])
        if len(named) > 1:
            raise ValidationError({"name": ValidationError(SEVERAL, code="several")})
        return named[0] if named else None


def keys_of(values: Mapping[str, Any], found: Device | None) -> Iterator[tuple[str, str]]:
    """What no other line of the file may say too: the column, and the key."""
    if found is not None:
        yield "device_id", f"id {found.device_id}"
    mac, key = canonical_mac(values.get("mac_address", "")), values.get("sip.username", "").casefold()
    if mac:
        yield "mac_address", f"mac {mac}"
    if key and values.get("sip.method") != "ip":
        yield "sip.username", f"username {key}"
    if values.get("sip.ip") and values.get("sip.method") == "ip":
        yield "sip.ip", f"ip {values['sip.ip']}"
    if found is None and not mac and not key:
        yield "name", f"name {values.get('name', '')}"


def refuse_line(line: Line, error: DocumentRefused) -> None:
    """Note what is wrong with a document beside its columns; what has none stands beside ``document``."""
    for name, rules in error.faults.items():
        known = name in NAMES or name == "sip.password"
        for told in rules.values():
            words = str(told["message"])
            line.refuse(ValidationError(words if known else f"{name}: {words}"), name if known else "document")
