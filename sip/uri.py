"""What the webhook needs of SIP addresses (RFC 3261 sections 19.1 and 25.1): To, From, the contacts of a REGISTER.

Read in linear time and never raising: what cannot be understood without doubt is ``None`` or left out.
"""

from __future__ import annotations

import ipaddress
import string
from typing import NamedTuple
from urllib.parse import unquote

from sip.text import BLANKS, closing_quote, inside_quotes, is_plain_text, split_outside_quotes, unescape

MAX_HEADER_CHARACTERS = 16384
MAX_HOST_CHARACTERS = 253
MAX_CONTACTS = 32
MAX_EXPIRES_SECONDS = 2**32 - 1
MAX_PORT = 65535
SCHEMES = ("sip", "sips")
HOST_CHARACTERS = frozenset(string.ascii_letters + string.digits + "-._")
IPV6_CHARACTERS = frozenset(string.hexdigits + ":.")
EVERY_CONTACT = "*"  # a REGISTER with it and expires 0 removes all bindings


class SipUri(NamedTuple):
    """Who and where: ``user`` with escapes undone or ``""``; ``host`` in lower case without port, IPv6 unbracketed."""

    user: str
    host: str


class Contact(NamedTuple):
    """One contact: the URI as written (``*`` for every contact) and its parameters where they are there and sound."""

    uri: str
    expires_seconds: int | None = None
    q: float | None = None
    instance: str = ""


def parse_uri(text: object) -> SipUri | None:
    """Read a ``sip:`` or ``sips:`` URI. A raw ``@`` in the user part is refused: readers differ about where it ends."""
    if not isinstance(text, str) or not is_plain_text(text, MAX_HEADER_CHARACTERS):
        return None
    scheme, _colon, rest = text.strip(BLANKS).partition(":")
    user_part, _at, host_part = rest.rpartition("@")
    if scheme.lower() not in SCHEMES or "@" in user_part:
        return None
    user, host = _user(user_part), _host(host_part)
    return None if user is None or host is None else SipUri(user, host)


def parse_address(header: object) -> SipUri | None:
    """Read a To or From header: ``"Name" <sip:user@host>;tag=x`` or ``sip:user@host;tag=x``. Two addresses are none."""
    entries = _entries(header)
    if len(entries) != 1:
        return None
    parts = split_outside_quotes(entries[0], ";") or [""]
    return parse_uri(_bracketed(parts[0]))


def parse_contacts(header: object) -> list[Contact]:
    """Read a Contact header, which may hold several separated by commas; at most 32 are looked at, junk is left out."""
    contacts = [_contact(entry) for entry in _entries(header)[:MAX_CONTACTS]]
    return [contact for contact in contacts if contact is not None]


def _entries(header: object) -> list[str]:
    if not isinstance(header, str) or not is_plain_text(header, MAX_HEADER_CHARACTERS):
        return []
    return split_outside_quotes(header, ",") or []


def _contact(entry: str) -> Contact | None:
    first, *rest = split_outside_quotes(entry, ";") or [""]
    uri = _bracketed(first)
    if uri is None or (uri != EVERY_CONTACT and parse_uri(uri) is None):
        return None
    parameters: dict[str, str] = {}
    for parameter in rest:
        name, _equals, value = (part.strip(BLANKS) for part in parameter.partition("="))
        quoted = inside_quotes(value)
        parameters.setdefault(name.lower(), value if quoted is None else unescape(quoted))
    return Contact(
        uri=uri,
        expires_seconds=_expires_seconds(parameters.get("expires", "")),
        q=_q(parameters.get("q", "")),
        instance=parameters.get("+sip.instance", "").removeprefix("<").removesuffix(">"),
    )


def _bracketed(text: str) -> str | None:
    """The URI of ``"Name" <uri>`` or ``Name <uri>``, or the bare one; ``None`` if more is there than that."""
    text = text.strip(BLANKS)
    after_name = closing_quote(text, 0) + 1 if text.startswith('"') else 0
    name, bracket, rest = text[after_name:].partition("<")
    if not bracket:
        return text
    uri, _bracket, tail = rest.partition(">")
    if tail or '"' in name or (after_name and name.strip(BLANKS)):
        return None
    return uri.strip(BLANKS)


def _user(part: str) -> str | None:
    """The user part without a password, escapes undone; ``None`` if that is not text."""
    try:
        user = unquote(part.partition(":")[0], errors="strict")
    except UnicodeDecodeError:
        return None
    return user if is_plain_text(user, MAX_HEADER_CHARACTERS) else None


def _host(part: str) -> str | None:
    """The host before port, parameters and headers."""
    part = part.partition(";")[0].partition("?")[0]
    if part.startswith("["):
        address, bracket, port = part[1:].partition("]")
        return _ipv6(address) if bracket and _is_port(port) else None
    name, colon, port = part.partition(":")
    is_host = name and len(name) <= MAX_HOST_CHARACTERS and HOST_CHARACTERS.issuperset(name)
    return name.lower() if is_host and _is_port(colon + port) else None


def _ipv6(address: str) -> str | None:
    """The address in its one canonical spelling (RFC 5952)."""
    if not IPV6_CHARACTERS.issuperset(address):
        return None
    try:
        return str(ipaddress.IPv6Address(address))
    except ValueError:
        return None


def _is_port(text: str) -> bool:
    """Whether it is nothing, or a colon and a port."""
    digits = text.removeprefix(":")
    return not text or (digits != text and _is_number(digits, len(str(MAX_PORT))) and 0 < int(digits) <= MAX_PORT)


def _is_number(text: str, most_digits: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= most_digits


def _expires_seconds(text: str) -> int | None:
    if not _is_number(text, len(str(MAX_EXPIRES_SECONDS))):
        return None
    return min(int(text), MAX_EXPIRES_SECONDS)


def _q(text: str) -> float | None:
    """A preference from 0 to 1 with at most three decimals."""
    whole, _point, decimals = text.partition(".")
    if whole not in ("0", "1") or not _is_number(decimals or "0", 3):
        return None
    preference = float(text)
    return preference if preference <= 1 else None
