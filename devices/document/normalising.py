"""One spelling for what has several, as it is stored. What the schema forbids is left for validation to name."""

from __future__ import annotations

import re
from typing import Any

from devices.document.basics import MISSING, Document, changed, look_up, without
from devices.document.hardware_address import canonical_mac

EXPIRY_KEYS = ("expire_seconds", "registration_expiration")
DEFAULT_EXPIRY_SECONDS = 300

_LONGEST_CALLER_NUMBER = 35
_PUNCTUATION = re.compile(r"[\s().\-/]")
_INTERNATIONAL = re.compile(r"(?:\+|00)([1-9][0-9]{6,14})\Z", re.ASCII)


def clean_public(document: Document) -> Document:
    """Copy the document without its private keys: at the top level, those that begin with ``_`` or ``pvt_``."""
    return {key: value for key, value in document.items() if not key.startswith(("_", "pvt_"))}


def normalise(document: Document, before: Document | None = None) -> Document:
    """Copy the document in its stored spelling. ``before``, the stored one if any, tells which expiry was changed."""
    for keys in (("provision", "combo_keys"), ("provision", "feature_keys")):
        document = changed(document, keys, _without_nulls)
    document = changed(document, ("outbound_flags",), _trimmed)
    document = changed(document, ("mac_address",), _stored_mac)
    document = changed(document, ("caller_id", "emergency", "number"), emergency_number)
    return equal_expiries(document, before or {})


def equal_expiries(document: Document, before: Document) -> Document:
    """Give ``sip.expire_seconds`` and ``sip.registration_expiration`` the same number.

    The one that differs from ``before`` (300 where there is none) wins; where both do, ``expire_seconds``. What is no
    integer is left alone.
    """
    numbers = {key: look_up(document, "sip", key) for key in EXPIRY_KEYS}
    if any(number is not MISSING and not _is_integer(number) for number in numbers.values()):
        return document
    given = [number for number in numbers.values() if number is not MISSING]
    if not given:
        return document
    stored = look_up(before, "sip", EXPIRY_KEYS[0])
    known = DEFAULT_EXPIRY_SECONDS if stored is MISSING else stored
    settled = next((number for number in given if number != known), given[0])
    return changed(document, ("sip",), lambda sip: {**sip, **dict.fromkeys(EXPIRY_KEYS, settled)})


def without_expiry(document: Document, patch: Document) -> Document:
    """Copy a merged document without either expiry if the patch deletes one of the two names and sets neither."""
    given = [look_up(patch, "sip", key) for key in EXPIRY_KEYS]
    if None in given and all(number is None or number is MISSING for number in given):
        for key in EXPIRY_KEYS:
            document = without(document, ("sip", key))
    return document


def emergency_number(number: Any) -> Any:
    """Give ``+14155550100`` for ``+1 (415) 555-0100`` and ``001 415 555 0100`` (E.164).

    A number without its country is left as it is: Kazoo would take it for North American, and a wrong country is no
    help in an emergency.
    """
    if not isinstance(number, str) or len(number) > _LONGEST_CALLER_NUMBER:
        return number
    international = _INTERNATIONAL.match(_PUNCTUATION.sub("", number))
    return f"+{international[1]}" if international else number


def _stored_mac(mac_address: Any) -> Any:
    """Text that is no MAC is kept as it is: the schema knows no such rule, and Kazoo refuses none."""
    return (canonical_mac(mac_address) or mac_address) if isinstance(mac_address, str) else mac_address


def _without_nulls(keys: Any) -> Any:
    return {key: value for key, value in keys.items() if value is not None} if isinstance(keys, dict) else keys


def _trimmed(flags: Any) -> Any:
    return [flag.strip(" ") if isinstance(flag, str) else flag for flag in flags] if isinstance(flags, list) else flags


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
