"""HA1, the form in which a SIP password is stored: ``H(username:realm:password)`` (RFC 7616 section 3.4.2, RFC 8760).

It is as good as the password in its realm, so no representation of the objects here shows one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from cryptography.hazmat.primitives import hashes


class Algorithm(StrEnum):
    """The algorithms of RFC 7616 section 6.1, under their registered names."""

    MD5 = "MD5"
    MD5_SESS = "MD5-sess"
    SHA256 = "SHA-256"
    SHA256_SESS = "SHA-256-sess"
    SHA512_256 = "SHA-512-256"
    SHA512_256_SESS = "SHA-512-256-sess"

    @classmethod
    def from_token(cls, token: str | None) -> Algorithm | None:
        """The algorithm that a client names, in any case; none named is MD5; ``None`` for one that is not supported."""
        return _BY_TOKEN.get((token or cls.MD5).lower())

    @property
    def base(self) -> Algorithm:
        """The algorithm without ``-sess``: the one whose HA1 is stored."""
        return Algorithm(self.removesuffix("-sess"))

    @property
    def is_session(self) -> bool:
        """Whether HA1 is hashed once more with the nonces."""
        return self != self.base

    @property
    def hex_digits(self) -> int:
        """How long a response is."""
        return 32 if self.base == Algorithm.MD5 else 64


_BY_TOKEN = {algorithm.lower(): algorithm for algorithm in Algorithm}


@dataclass(frozen=True, slots=True)
class HashSet:
    """The HA1 of one username, realm and password in each algorithm, in lower-case hex of 32, 64 and 64 characters."""

    md5: str = field(repr=False)
    sha256: str = field(repr=False)
    sha512_256: str = field(repr=False)

    def for_algorithm(self, algorithm: Algorithm) -> str:
        """The stored HA1 that ``algorithm`` starts from."""
        return {Algorithm.MD5: self.md5, Algorithm.SHA256: self.sha256}.get(algorithm.base, self.sha512_256)


@dataclass(frozen=True, slots=True)
class SecretHashes:
    """One password of a subscriber: its hashes for ``realm`` as documented, and for the realm in lower case."""

    realm: str
    exact: HashSet
    lowered: HashSet

    @classmethod
    def of(cls, username: str, realm: str, password: str) -> Self:
        """Hash a password both ways. Raises ``ValueError`` if a value is not encodable as UTF-8."""
        return cls(realm, hash_set(username, realm, password), hash_set(username, realm.lower(), password))

    def for_spelling(self, realm: str) -> HashSet | None:
        """The hashes for the realm as the digest spells it; ``None`` when there are none for that spelling."""
        if realm == self.realm:
            return self.exact
        return self.lowered if realm == self.realm.lower() else None


def ha1(algorithm: Algorithm, username: str, realm: str, password: str) -> str:
    """The HA1 to store, in hex; a ``-sess`` form has its base's. Raises ``ValueError`` if not encodable as UTF-8."""
    return digest_hex(algorithm, f"{username}:{realm}:{password}".encode())


def hash_set(username: str, realm: str, password: str) -> HashSet:
    """The HA1 in every algorithm. Raises ``ValueError`` if a value is not encodable as UTF-8."""
    return HashSet(
        md5=ha1(Algorithm.MD5, username, realm, password),
        sha256=ha1(Algorithm.SHA256, username, realm, password),
        sha512_256=ha1(Algorithm.SHA512_256, username, realm, password),
    )


def digest_hex(algorithm: Algorithm, data: bytes) -> str:
    """H of RFC 7616: the data hashed, in lower-case hex. A ``-sess`` form hashes as its base does."""
    if algorithm.base == Algorithm.MD5:
        return hashlib.md5(data, usedforsecurity=False).hexdigest()  # the protocol's choice; FIPS builds refuse it else
    if algorithm.base == Algorithm.SHA256:
        return hashlib.sha256(data).hexdigest()
    return _sha512_256(data)


def _sha512_256(data: bytes) -> str:
    """SHA-512/256 of FIPS 180-4, which starts from its own values and is not SHA-512 cut short.

    From ``cryptography``, which brings its own OpenSSL: ``hashlib`` has it only where the system's OpenSSL does.
    """
    hasher = hashes.Hash(hashes.SHA512_256())
    hasher.update(data)
    return hasher.finalize().hex()
