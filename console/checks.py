"""System checks that say what to do."""

from __future__ import annotations

import os
from ipaddress import ip_network
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, register

# Settings of former releases, and what to do instead.
TAKEN_OVER = {"BEHIND_PROXY": "Name the proxies in TRUSTED_PROXIES."}


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


@register()
def check_deprecated_settings(**_kwargs: Any) -> list[CheckMessage]:
    """Warn of a setting that another took the place of (docs/upgrading.md says for how long the old one is named)."""
    return [
        checks.Warning(f"{old} is not read any more.", hint=f"{then} Then remove it.", id="console.W001")
        for old, then in TAKEN_OVER.items()
        if old in os.environ
    ]


@register()
def check_pool(**_kwargs: Any) -> list[CheckMessage]:
    """Warn of a pool that leaves some of a web server's threads waiting for each other's connections."""
    pool = settings.DATABASES["default"].get("OPTIONS", {}).get("pool")
    if not isinstance(pool, dict) or pool["max_size"] >= settings.WEB_THREADS:
        return []
    words = f"DATABASE_POOL_MAX is {pool['max_size']}, and {settings.WEB_THREADS} threads share it."
    return [checks.Warning(words, hint="Raise it to at least WEB_THREADS, or lower those.", id="console.W002")]


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
