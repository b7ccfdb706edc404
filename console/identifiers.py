"""Makes the public identifiers of the three APIs."""

from __future__ import annotations

import secrets
import string
import uuid

ALPHABET = string.ascii_uppercase + string.digits
SMALLEST_NUMBER = 10**14  # fifteen digits: the most that every JavaScript client carries exactly


def auth_id(prefix: str) -> str:
    """Return ``MA_`` or ``SA_`` followed by eight upper-case letters and digits."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(8))


def main_auth_id() -> str:
    """Return a fresh main account's ``auth_id``."""
    return auth_id("MA_")


def sub_auth_id() -> str:
    """Return a fresh sub-account's ``auth_id``."""
    return auth_id("SA_")


def number() -> int:
    """Return a random number of fifteen digits, as endpoint and application ids are."""
    return SMALLEST_NUMBER + secrets.randbelow(9 * SMALLEST_NUMBER)


def hexadecimal() -> str:
    """Return 32 hexadecimal digits, as Kazoo's ids are."""
    return uuid.uuid4().hex


def token() -> str:
    """Return a fresh API token: 64 hexadecimal characters, 256 random bits."""
    return secrets.token_hex(32)
