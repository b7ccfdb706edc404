"""Networks that a subscriber may come from: CIDR texts, checked and compared."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAXIMUM_NETWORKS = 64


def validate_networks(value: Any) -> None:
    """Refuse what is not a list of at most 64 IPv4 or IPv6 networks in CIDR form."""
    if not isinstance(value, list) or len(value) > MAXIMUM_NETWORKS:
        raise ValidationError(_("Enter a list of at most 64 networks"), code="networks")
    for text in value:
        try:
            ip_network(text if isinstance(text, str) else "", strict=False)
        except ValueError as error:
            raise ValidationError(
                _("%(network)s is not a network such as 203.0.113.0/24"),
                code="network",
                params={"network": str(text)[:64]},
            ) from error


def contains(networks: Iterable[str], address: str) -> bool:
    """Whether ``address`` lies in one of ``networks``; an unreadable address lies in none.

    An IPv4 address in IPv6 form (``::ffff:203.0.113.7``), as sockets for both report it, is the IPv4 address.
    """
    try:
        source = ip_address(address)
    except ValueError:
        return False
    source = getattr(source, "ipv4_mapped", None) or source
    return any(source in ip_network(text, strict=False) for text in networks)
