"""Token authentication of the APIs: who calls, and with what reach."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import jwt
from django.conf import settings
from django.utils import timezone

from accounts.models import Account, ApiToken
from accounts.permissions import Action, Resource, Role, role_may, scope_may
from accounts.services import token_digest
from accounts.tenancy import role_of
from accounts.token_lookup import token_by
from console import audit, limiter

PLAIN_TOKEN = re.compile(r"[0-9A-Za-z]{20,128}\Z")
JWT_ALGORITHM = "HS256"
MAXIMUM_NOTED = 10_000
_noted: dict[str, float] = {}  # token digest: when this process last noted its use


class InvalidToken(Exception):
    """The token is unknown, malformed, revoked or expired; which of them is not told."""


def count_failure(source: str) -> int | None:
    """Count a token that was refused, from ``source``: the seconds to wait once there were too many, else None.

    Tokens that are good are never held up by others' failures behind the same address.
    """
    decision = limiter.take(f"token-failures:{source}", limit=settings.TOKEN_FAILURES_PER_MINUTE)
    return None if decision.is_allowed else decision.reset_seconds


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls an API: the token, the account it acts for, and, where it acts as a member, the member's role."""

    token: ApiToken
    account: Account
    role: Role | None

    def may(self, resource: Resource, action: Action) -> bool:
        """Whether scope and role allow ``action`` on ``resource``."""
        return scope_may(self.token.scope, resource, action) and role_may(self.role, action)

    def within_rate(self) -> limiter.Decision:
        """Count one request of the caller's account against its ``rate_limit``, whatever the dialect and the token."""
        return limiter.take(f"api:{self.account.pk}", limit=self.account.rate_limit)

    def account_in_reach(self, **lookup: Any) -> Account | None:
        """The account that matches ``lookup`` if it is the caller's own or one of its sub-accounts."""
        if all(getattr(self.account, name) == value for name, value in lookup.items()):
            return self.account
        if self.account.is_sub_account:
            return None
        found: Account | None = Account.objects.filter(parent=self.account, **lookup).first()
        if found is not None:
            found.parent = self.account
        return found


def caller_for(plain: str, *, source: str = "", auth_id: str | None = None) -> Caller:
    """Return the caller that a plain API token stands for; it must be of ``auth_id``, if that is given.

    Raises ``InvalidToken``.
    """
    if not PLAIN_TOKEN.match(plain):
        raise InvalidToken
    token = token_by(digest=token_digest(plain))
    if token is None or auth_id not in (None, token.account.auth_id):
        raise InvalidToken
    return _caller(token, source)


def _caller(token: ApiToken | None, source: str) -> Caller:
    if token is None or not token.is_usable:
        raise InvalidToken
    role = Role.OWNER if token.user_id is None or token.user is None else role_of(token.user, token.account)
    if role is None:
        raise InvalidToken
    _note_use(token, source)
    audit.identify(lambda: ("token", str(token.pk), f"{token.name} ({token.prefix}…)"), door="api")
    return Caller(token=token, account=token.account, role=role)


def _note_use(token: ApiToken, source: str) -> None:
    """Remember the use at most once a minute; what this process noted within it costs no look-up."""
    now = limiter.clock()
    if now - _noted.get(token.digest, -math.inf) < limiter.USE_INTERVAL.total_seconds():
        return
    if len(_noted) >= MAXIMUM_NOTED:
        _noted.clear()
    _noted[token.digest] = now
    limiter.note_use(f"token:{token.pk}", source=source)


def session_token(token: ApiToken, *, lifetime_seconds: int, audience: str, **claims: Any) -> str:
    """Return a JWT that acts as ``token`` for a while; it names the token, so revoking that ends it."""
    now = int(timezone.now().timestamp())
    payload = {"jti": str(token.pk), "iat": now, "exp": now + lifetime_seconds, "aud": audience, **claims}
    return jwt.encode(payload, settings.SECRET_KEY, algorithm=JWT_ALGORITHM)


def caller_for_session(encoded: str, *, audience: str, source: str = "") -> Caller:
    """Return the caller that a session token stands for. Raises ``InvalidToken``."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            claims = jwt.decode(encoded, key, algorithms=[JWT_ALGORITHM], audience=audience)
        except jwt.InvalidSignatureError:
            continue
        except (jwt.InvalidTokenError, ValueError) as error:
            raise InvalidToken from error
        return _caller(token_by(pk=_token_id(claims)), source)
    raise InvalidToken


def _token_id(claims: dict[str, Any]) -> int:
    identifier = str(claims.get("jti", ""))
    if not identifier.isdigit():
        raise InvalidToken
    return int(identifier)
