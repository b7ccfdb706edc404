"""What a link carries, and the key that nobody else has.

The token is 256 random bits. Its hash finds the row; a key derived from it (HKDF, RFC 5869) opens the settings. The
database holds neither, so who reads the database, and even the sealing keys, opens nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

TOKEN_BYTES = 32
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}\Z")


def fresh() -> str:
    """A new token: 43 characters of URL-safe base64."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    """What the database knows of a token."""
    return hashlib.sha256(b"console handover look-up " + token.encode()).hexdigest()


def box(token: str) -> Fernet:
    """What seals and opens under a token."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"console handover settings").derive(token.encode())
    return Fernet(urlsafe_b64encode(derived))


def seal(token: str, content: Mapping[str, str]) -> str:
    """The content, sealed under the token."""
    return box(token).encrypt(json.dumps(dict(content)).encode()).decode()


def unseal(token: str, sealed: str) -> dict[str, str]:
    """The content again. Raises ``cryptography.fernet.InvalidToken``."""
    content: dict[str, str] = json.loads(box(token).decrypt(sealed.encode()))
    return content
