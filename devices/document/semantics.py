"""Rules between the keys of a document that a schema cannot state and that need no database."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address

from devices.document.basics import MISSING, Document, look_up, text_at
from devices.document.faults import Fault


def semantic_faults(document: Document, before: Document | None = None) -> Iterator[Fault]:
    """Give the faults of a document, which replaces ``before`` or is new."""
    if text_at(document, "sip", "method") == "ip":
        yield from _address_fault(document)
    if before is not None:
        yield from _type_fault(document, before)


def _address_fault(document: Document) -> Iterator[Fault]:
    """A device that is known by its address needs one, in dotted IPv4."""
    address = text_at(document, "sip", "ip")
    try:
        IPv4Address(address)
    except AddressValueError:
        yield Fault(("sip", "ip"), "type", {"message": "Must be an IPv4 address such as 192.0.2.10", "cause": address})


def _type_fault(document: Document, before: Document) -> Iterator[Fault]:
    """The kind of a device is fixed once it exists; adding or leaving it out is a change too."""
    kind = look_up(document, "device_type")
    if kind != look_up(before, "device_type"):
        cause = "" if kind is MISSING else kind
        yield Fault(("device_type",), "invalid", {"message": "The type of a device cannot be changed", "cause": cause})
