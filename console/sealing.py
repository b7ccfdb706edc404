"""Seals what must be used again (webhook secrets, generated passwords until fetched). See docs/security.md."""

from __future__ import annotations

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unsealable(Exception):
    """The text was sealed with a key that is not among SEALING_KEYS, was altered, or is too old."""


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(plain: str) -> str:
    """Return ``plain`` encrypted and authenticated under the first of SEALING_KEYS."""
    return _box(tuple(settings.SEALING_KEYS)).encrypt(plain.encode()).decode()


def unseal(sealed: str, *, maximum_age_seconds: int | None = None) -> str:
    """Return the plain text; any of SEALING_KEYS opens it. Raises ``Unsealable``."""
    try:
        return _box(tuple(settings.SEALING_KEYS)).decrypt(sealed.encode(), ttl=maximum_age_seconds).decode()
    except (InvalidToken, ValueError) as error:
        raise Unsealable from error


def reseal(sealed: str) -> str:
    """Return the same text under the newest key, for use after the keys were rotated. Raises ``Unsealable``."""
    try:
        return _box(tuple(settings.SEALING_KEYS)).rotate(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unsealable from error
