"""What an SBC asks: its JSON body (or query), read tolerantly, with everything capped."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sip.authorization import heal
from sip.digest import DigestRequest
from sip.text import is_plain_text
from sip.uri import Contact, SipUri, parse_address, parse_contacts, parse_uri

MAX_METHOD_CHARACTERS = 16
MAX_REALM_CHARACTERS = 253
MAX_NAME_CHARACTERS = 255
MAX_SOURCE_CHARACTERS = 64
MAX_EXPIRES_SECONDS = 2**31 - 1
MAX_EXPIRES_DIGITS = 12
FORWARDING_HEADERS = frozenset({"x-forwarded-for", "x-subspace-forwarded-for"})


@dataclass(frozen=True, slots=True)
class Question:
    """One authentication request of an SBC.

    ``digest`` is None where fields are missing or make no sense; ``expires_seconds`` where none were asked for;
    ``to`` where it cannot be read; ``contacts`` where the request does not tell them.
    """

    method: str
    realm: str
    username: str
    digest: DigestRequest | None = field(repr=False)
    expires_seconds: int | None
    source: str
    is_source_trusted: bool
    user_agent: str
    has_to: bool
    to: SipUri | None
    target: SipUri | None
    contacts: tuple[Contact, ...] | None

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Question:
        """Read the body's fields; what cannot be understood is left empty, nothing raises."""
        given = fields.get("headers")
        headers = given if isinstance(given, dict) else {}
        healed = heal(fields, headers.get("authorization"))
        method = _text(fields.get("method"), MAX_METHOD_CHARACTERS).upper()
        asked = fields.get("expires")
        expires_seconds = _whole_seconds(asked)
        is_sound = expires_seconds is not None or asked is None or asked == ""  # a GET sends none as an empty text
        return cls(
            method=method,
            realm=_text(healed.get("realm"), MAX_REALM_CHARACTERS),
            username=_text(healed.get("username"), MAX_NAME_CHARACTERS),
            digest=DigestRequest.from_fields(healed) if is_sound else None,
            expires_seconds=expires_seconds,
            source=_text(fields.get("source_address"), MAX_SOURCE_CHARACTERS),
            is_source_trusted=_is_source_trusted(method, headers),
            user_agent=_text(headers.get("user-agent"), MAX_NAME_CHARACTERS),
            has_to="to" in headers,
            to=parse_address(headers.get("to")),
            target=parse_uri(healed.get("uri")),
            contacts=_contacts(headers) if method == "REGISTER" else None,
        )


def _text(value: object, most_characters: int) -> str:
    """The start of a text that can be stored, or nothing."""
    if not isinstance(value, str):
        return ""
    short = value[:most_characters]
    return short if is_plain_text(short, most_characters) else ""


def _whole_seconds(value: object) -> int | None:
    """``expires`` as a whole number of at least 0; None where it is absent, null or nonsense."""
    if isinstance(value, str):
        value = int(value) if value.isascii() and value.isdigit() and len(value) <= MAX_EXPIRES_DIGITS else None
    if isinstance(value, float):
        value = int(value) if math.isfinite(value) and value >= 0 else None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return None
    return min(value, MAX_EXPIRES_SECONDS)


def _is_source_trusted(method: str, headers: Mapping[str, Any]) -> bool:
    """Whether ``source_address`` is what the SBC saw: on an INVITE the caller may dictate it by a header."""
    return method == "REGISTER" or (bool(headers) and FORWARDING_HEADERS.isdisjoint(map(str.lower, headers)))


def _contacts(headers: Mapping[str, Any]) -> tuple[Contact, ...] | None:
    """The contacts; empty where the client names none: it asks for its bindings only (RFC 3261 section 10.2.3)."""
    if "contact" not in headers:
        return () if headers else None
    return tuple(parse_contacts(headers["contact"])) or None
