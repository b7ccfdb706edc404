"""Where a webhook may be sent: https, to public addresses, unless the operator allows a network (``docs/events.md``).

A name is resolved once a connection, each address it has is judged, and the connection goes to a judged address: what
the name resolves to a moment later does not matter.
"""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LONGEST_URL = 500
PLAIN = re.compile(r"[\x21-\x7e]+\Z")
GLOBAL_UNICAST = IPv6Network("2000::/3")  # all else maps, translates, or is local
CARRIERS = tuple(map(ip_network, ("2001::/32", "2002::/16", "192.88.99.0/24")))  # Teredo and 6to4 wrap an IPv4 address
PROTOCOLS = IPv4Network("192.0.0.0/24")  # Python's releases differ about parts of it


class Forbidden(Exception):
    """The address is none that webhooks may be sent to."""


class Unresolved(Exception):
    """The name has no address."""


def validate_url(value: Any) -> None:
    """Hold an address to https, a host, no credentials and no fragment. Raises ``ValidationError``."""
    try:
        parts = urlsplit(value if isinstance(value, str) and PLAIN.match(value) else "")
        is_whole = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or "\\" in value:
        raise ValidationError(_("Enter an address that begins with https://"), code="invalid")
    if "@" in parts.netloc or "#" in value:
        raise ValidationError(_("An address has no credentials and no #: what is sent is signed."), code="invalid")
    if (address := literal(parts.hostname or "")) is not None and not is_allowed(address):
        raise ValidationError(_("This address is not public."), code="forbidden")


def literal(host: str) -> IPv4Address | IPv6Address | None:
    """The address that a host is written as; None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def is_allowed(address: IPv4Address | IPv6Address) -> bool:
    """Whether webhooks may be sent there."""
    allowed = settings.EVENTS_ALLOWED_NETWORKS
    return is_public(address) or any(address.version == net.version and address in net for net in allowed)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether the address is one of the internet's own: not private, local, multicast, or a wrapped one."""
    if any(address.version == net.version and address in net for net in (*CARRIERS, PROTOCOLS)):
        return False
    if isinstance(address, IPv6Address) and (address not in GLOBAL_UNICAST or address.scope_id is not None):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, all of them judged. Raises ``Unresolved`` or ``Forbidden``."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as error:
        raise Unresolved from error
    addresses = list(dict.fromkeys(str(sockaddr[0]) for *_rest, sockaddr in found))
    if not all(is_allowed(ip_address(address)) for address in addresses):
        raise Forbidden
    return addresses
