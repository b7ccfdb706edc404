"""The short sessions that a new sub-account is handed, and how one is exchanged for the next.

Both tokens are JWTs that name the sub-account's API token: revoking that, or disabling the account, ends them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings

from accounts.api_base import SESSION_AUDIENCE
from accounts.authentication import Caller, caller_for_session, session_token
from accounts.models import ApiToken

REFRESH_AUDIENCE = "vobiz-refresh"
REFRESH_SECONDS = int(timedelta(days=7).total_seconds())


def session_tokens(token: ApiToken) -> dict[str, Any]:
    """The documented ``tokens`` object: a Bearer session for 1800 s and what gets the next one within a week."""
    lifetime_seconds: int = settings.SESSION_TOKEN_SECONDS
    return {
        "access_token": session_token(token, lifetime_seconds=lifetime_seconds, audience=SESSION_AUDIENCE),
        "refresh_token": session_token(token, lifetime_seconds=REFRESH_SECONDS, audience=REFRESH_AUDIENCE),
        "token_type": "bearer",
        "expires_in": lifetime_seconds,
    }


def caller_for_refresh(refresh_token: str, *, source: str) -> Caller:
    """The caller that a refresh token stands for. Raises ``InvalidToken``."""
    return caller_for_session(refresh_token, audience=REFRESH_AUDIENCE, source=source)
