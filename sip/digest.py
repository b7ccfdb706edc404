"""Verifying digest authentication, as pure functions: RFC 2069, RFC 2617, RFC 7616; RFC 3261 section 22.4 for SIP.

Everything is hashed exactly as it was sent, as UTF-8. Nothing here raises for what a client sent: ``verify`` answers
with a reason of a closed list.
"""

from __future__ import annotations

import hmac
import secrets as random
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

from sip.hashing import Algorithm, HashSet, SecretHashes, digest_hex, ha1, hash_set
from sip.text import is_plain_text

__all__ = [
    "Algorithm", "DigestRequest", "HashSet", "Reason", "SecretHashes", "Verdict",
    "ha1", "hash_set", "objection", "response", "verify",
]  # fmt: skip

MAX_SECRETS = 2  # the current password and the previous one during an overlap
MAX_VALUE_CHARACTERS = 2048
HEX_DIGITS = frozenset(string.hexdigits)
REQUIRED = ("method", "username", "realm", "nonce", "uri", "response")
OPTIONAL = ("algorithm", "qop", "cnonce", "nc")

# Stands in for a secret that is not there. Random, so that nobody can answer for it.
NOBODY = HashSet(random.token_hex(16), random.token_hex(32), random.token_hex(32))
STAND_INS = [SecretHashes("", NOBODY, NOBODY)] * MAX_SECRETS


class Reason(StrEnum):
    """Why a digest was refused."""

    MALFORMED = "malformed"
    ALGORITHM = "algorithm"  # one we do not compute
    QOP = "qop"  # an unknown one, or auth-int over a body that we have not seen
    REALM_SPELLING = "realm_spelling"  # neither as documented nor in lower case: no HA1 is stored for it
    WRONG_PASSWORD = "wrong_password"  # noqa: S105  (a word of the log; of a user that is not known, too)


@dataclass(frozen=True, slots=True)
class DigestRequest:
    """What a client answered to a challenge, each value as sent with its quotes removed; ``None`` was not sent.

    ``entity_body`` matters for auth-int only; ``None`` says that the body is not known here.
    """

    method: str
    username: str
    realm: str
    nonce: str = field(repr=False)
    uri: str
    response: str = field(repr=False)
    algorithm: str | None = None
    qop: str | None = None
    cnonce: str | None = field(default=None, repr=False)
    nc: str | None = None
    entity_body: bytes | None = field(default=None, repr=False)

    @classmethod
    def from_fields(cls, fields: Mapping[str, object]) -> Self | None:
        """Read the fields of the webhook's body, unknown keys ignored; ``None`` if one is missing or not a string.

        A REGISTER has no body, so its auth-int can be verified; the body of an INVITE never reaches the webhook.
        """
        values: dict[str, Any] = {name: fields.get(name) for name in (*REQUIRED, *OPTIONAL)}
        if not all(isinstance(value, str) or (value is None and name in OPTIONAL) for name, value in values.items()):
            return None
        return cls(**values, entity_body=b"" if values["method"] == "REGISTER" else None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of it: which secret and which algorithm matched, or the reason for refusing."""

    secret_index: int | None = None
    algorithm: Algorithm | None = None
    reason: Reason | None = None

    @property
    def is_ok(self) -> bool:
        """Whether a secret matched."""
        return self.secret_index is not None


def response(algorithm: Algorithm, stored_ha1: str, request: DigestRequest) -> str:
    """The response, in hex, of a client who knows ``stored_ha1`` to ``request`` (RFC 7616 section 3.4).

    ``algorithm`` decides, not ``request.algorithm``. Only for a request that ``objection`` finds nothing against.
    """
    return _responses(algorithm, [stored_ha1], request)[0]


def objection(request: DigestRequest) -> Reason | None:
    """What is wrong with the request whoever sent it; ``None`` if it can be verified. No secret is looked at."""
    algorithm = Algorithm.from_token(request.algorithm)
    if not _is_readable(request):
        return Reason.MALFORMED
    if algorithm is None:
        return Reason.ALGORITHM
    qop = (request.qop or "").lower()
    if qop not in {"", "auth", "auth-int"} or (qop == "auth-int" and request.entity_body is None):
        return Reason.QOP
    needs_cnonce = bool(qop) or algorithm.is_session
    if (needs_cnonce and request.cnonce is None) or (qop and request.nc is None):
        return Reason.MALFORMED
    return None if _algorithms(algorithm, request.response) else Reason.MALFORMED


def verify(request: DigestRequest, secrets: Sequence[SecretHashes]) -> Verdict:
    """Tell which of the subscriber's secrets the response was made with. An unknown user is an empty sequence.

    How much is hashed depends on the request alone, never on whether the user exists, how many of the at most two
    secrets there are, or which of them matches; so the time tells nothing. Secrets after the second are ignored.
    """
    refused = objection(request)
    if refused is not None:
        return Verdict(reason=refused)
    hash_sets = _candidates(secrets, request.realm)
    matches = [
        (index, algorithm)
        for algorithm in _algorithms(Algorithm.from_token(request.algorithm), request.response)
        for attempt in _attempts(request)
        for index in _matching(algorithm, hash_sets, attempt)
    ]
    if matches:
        return Verdict(*min(matches))
    misspelt = bool(secrets) and all(hashes is NOBODY for hashes in hash_sets)
    return Verdict(reason=Reason.REALM_SPELLING if misspelt else Reason.WRONG_PASSWORD)


def _candidates(secrets: Sequence[SecretHashes], realm: str) -> list[HashSet]:
    padded = [*secrets[:MAX_SECRETS], *STAND_INS][:MAX_SECRETS]
    return [secret.for_spelling(realm) or NOBODY for secret in padded]


def _algorithms(algorithm: Algorithm | None, given: str) -> Sequence[Algorithm]:
    """Which algorithms a response of this length can be of; none if it cannot be.

    jambonz reports MD5 for an algorithm that is unquoted and last in the client's header; the length gives it away.
    """
    if algorithm is None or not HEX_DIGITS.issuperset(given):
        return ()
    if algorithm == Algorithm.MD5 and len(given) == Algorithm.SHA256.hex_digits:
        return (Algorithm.SHA256, Algorithm.SHA512_256)
    return (algorithm,) if len(given) == algorithm.hex_digits else ()


def _attempts(request: DigestRequest) -> Sequence[DigestRequest]:
    """The request as sent, and without the stray quote that jambonz's documentation prints at the end of a nonce."""
    if not request.nonce.endswith('"'):
        return (request,)
    return (request, replace(request, nonce=request.nonce[:-1]))


def _matching(algorithm: Algorithm, hash_sets: Sequence[HashSet], request: DigestRequest) -> list[int]:
    """Indices of the hash sets that give the request's response. Each is computed and compared, in constant time."""
    given = request.response.lower()
    expected = _responses(algorithm, [hashes.for_algorithm(algorithm) for hashes in hash_sets], request)
    equal = [hmac.compare_digest(given, one) for one in expected]
    return [index for index, hashes in enumerate(hash_sets) if equal[index] and hashes is not NOBODY]


def _responses(algorithm: Algorithm, stored_ha1s: Sequence[str], request: DigestRequest) -> list[str]:
    middle = request.nonce
    if request.qop:
        middle = f"{request.nonce}:{request.nc}:{request.cnonce}:{request.qop}"
    ha2 = digest_hex(algorithm, _a2(algorithm, request))
    if algorithm.is_session:
        stored_ha1s = [digest_hex(algorithm, f"{one}:{request.nonce}:{request.cnonce}".encode()) for one in stored_ha1s]
    return [digest_hex(algorithm, f"{one}:{middle}:{ha2}".encode()) for one in stored_ha1s]


def _a2(algorithm: Algorithm, request: DigestRequest) -> bytes:
    a2 = f"{request.method}:{request.uri}"
    if (request.qop or "").lower() == "auth-int":
        a2 += ":" + digest_hex(algorithm, request.entity_body or b"")
    return a2.encode()


def _is_readable(request: DigestRequest) -> bool:
    values: Sequence[str | None] = [getattr(request, name) for name in (*REQUIRED, *OPTIONAL)]
    return all(is_plain_text(value, MAX_VALUE_CHARACTERS) for value in values if value is not None)
