"""System checks that say what to do."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def check_choices(**_kwargs: Any) -> list[CheckMessage]:
    """Refuse settings that are not one of their allowed values."""
    allowed = {
        "ENDPOINT_NAMES": ("strict", "relaxed"),
        "REGISTRAR": ("webhook", "kamailio"),
        "WEBHOOK_OUTAGE_STATUS": (200, 503),
    }
    return [
        Error(
            f"{name} is {getattr(settings, name)!r}.",
            hint=f"Set it to one of {', '.join(map(str, values))}.",
            id="console.E001",
        )
        for name, values in allowed.items()
        if getattr(settings, name) not in values
    ]


@register()
def check_trusted_proxies(**_kwargs: Any) -> list[CheckMessage]:
    """Refuse proxies that are no addresses: nobody would be believed, and every client would be the proxy."""
    return [
        Error(
            f"TRUSTED_PROXIES holds {proxy!r}.",
            hint="Name each proxy by its address or network, such as 127.0.0.1 or 10.0.0.0/24.",
            id="console.E003",
        )
        for proxy in settings.TRUSTED_PROXIES
        if not _is_network(proxy)
    ]


@register()
def check_sealing_keys(**_kwargs: Any) -> list[CheckMessage]:
    """Refuse sealing keys that could not seal anything."""
    return [
        Error(f"SEALING_KEYS holds an unusable key (number {place}).", hint="Use Fernet keys.", id="console.E002")
        for place, key in enumerate(settings.SEALING_KEYS, start=1)
        if not _is_key(key)
    ]


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def _is_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True
