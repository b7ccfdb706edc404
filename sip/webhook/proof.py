"""How the SBC proves who it is: HTTP Basic (RFC 7617) and ``Jambonz-Signature``."""

from __future__ import annotations

import base64
import binascii
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings

from console import signing
from console.sealing import Unsealable, unseal
from sip.services import webhook_digest
from sip.text import is_plain_text
from sip.webhook.knowledge import Access

SIGNATURE_WINDOW_SECONDS = 300
MAX_HEADER_CHARACTERS = 1024
MAX_USERNAME_CHARACTERS = 32
MAX_MOMENT_DIGITS = 12
GET_PAYLOAD = b'"null"'  # what jambonz signs for a GET


class Unproven(Exception):
    """Basic credentials or signature are missing or wrong."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What a request brings to prove itself. ``basic`` is user name and password, None without Basic."""

    basic: tuple[str, str] | None = field(repr=False)
    signature: str = field(repr=False)
    payload: bytes = field(repr=False)  # the raw bytes that are signed

    @classmethod
    def read(cls, headers: Mapping[str, str], payload: bytes) -> Proof:
        """Read it from the HTTP headers; nothing raises."""
        signature = headers.get("Jambonz-Signature", "")[:MAX_HEADER_CHARACTERS]
        return cls(_basic(headers.get("Authorization", "")), signature, payload)

    @property
    def is_platform(self) -> bool:
        """Whether it brings the platform's own credentials, from the settings."""
        if self.basic is None or not settings.WEBHOOK_USERNAME or not settings.WEBHOOK_PASSWORD:
            return False
        own = f"{settings.WEBHOOK_USERNAME}:{settings.WEBHOOK_PASSWORD}"
        return hmac.compare_digest(":".join(self.basic).encode(), own.encode())

    @property
    def access_username(self) -> str | None:
        """The account's webhook user name; None where the realm's holder is the one to ask for."""
        if self.basic is None or self.is_platform:
            return None
        return self.basic[0] if is_plain_text(self.basic[0], MAX_USERNAME_CHARACTERS) else ""

    def check(self, access: Access | None) -> None:
        """Raise ``Unproven`` unless password and, once the account has a secret, signature are those of ``access``.

        Without Basic the signature alone decides.
        """
        if self.basic is not None and not self.is_platform and not _is_password(self.basic[1], access):
            raise Unproven
        is_signed = access is not None and bool(access.sealed_secret) and self._is_signed(access.sealed_secret)
        if not is_signed and (self.basic is None or (access is not None and access.sealed_secret)):
            raise Unproven

    def _is_signed(self, sealed_secret: str) -> bool:
        """Whether ``t=<seconds>,v1=<hex>`` is the HMAC-SHA-256 of ``t.payload`` under the secret, and fresh."""
        parts = dict(piece.strip().partition("=")[::2] for piece in self.signature.split(","))
        moment, given = parts.get("t", ""), parts.get("v1", "").lower()
        if not (moment.isascii() and moment.isdigit() and len(moment) <= MAX_MOMENT_DIGITS and given.isascii()):
            return False
        if abs(time.time() - int(moment)) > SIGNATURE_WINDOW_SECONDS:
            return False
        try:
            secret = unseal(sealed_secret)
        except Unsealable:
            return False
        expected = signing.digest(secret, moment, self.payload)
        return hmac.compare_digest(expected, given)


def _basic(header: str) -> tuple[str, str] | None:
    """User name and password; None without Basic, empty ones for what cannot be read."""
    scheme, _space, encoded = header[:MAX_HEADER_CHARACTERS].partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        username, _colon, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return ("", "")
    return username, password


def _is_password(given: str, access: Access | None) -> bool:
    """Whether the password is the access's own; costs the same when there is no such access."""
    stored = access.password_digest if access else "0" * 64
    return hmac.compare_digest(webhook_digest(given), stored) and access is not None
