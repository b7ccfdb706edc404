"""Signatures over HTTP bodies, in and out: ``t=<seconds>,v1=<hex>``, the HMAC-SHA-256 of ``t.body`` under a secret."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable


def digest(secret: str, moment: str, payload: bytes) -> str:
    """The signature proper, in hexadecimal."""
    return hmac.new(secret.encode(), moment.encode() + b"." + payload, hashlib.sha256).hexdigest()


def header(secrets: Iterable[str], moment: int, payload: bytes) -> str:
    """The value of the header; while a secret is replaced, both sign."""
    signed = (f"v1={digest(secret, str(moment), payload)}" for secret in secrets)
    return ",".join((f"t={moment}", *signed))
