"""Who calls the Kazoo API: the places where a token may stand, and the sessions it is traded for."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from accounts.authentication import (
    PLAIN_TOKEN,
    Caller,
    InvalidToken,
    caller_for,
    caller_for_session,
    count_failure,
    session_token,
)
from console.api.kazoo.bodies import Body
from console.api.kazoo.errors import Refused
from console.middleware import source_address

AUDIENCE = "kazoo"
NOT_A_TOKEN = frozenset({"", "undefined", "null"})  # what user interfaces send while they have none


def token_of(request: HttpRequest, body: Body) -> str:
    """The token that the client sent: as a header, in the query string or in the envelope; empty for none."""
    scheme, _blank, credentials = request.headers.get("Authorization", "").strip().partition(" ")
    places = (
        request.headers.get("X-Auth-Token", ""),
        credentials if scheme.lower() == "bearer" else "",
        request.GET.get("auth_token", ""),
        body.text("auth_token"),
    )
    return next((token for token in map(str.strip, places) if token not in NOT_A_TOKEN), "")


def caller_of(request: HttpRequest, token: str) -> Caller | None:
    """The caller that a token stands for, an API token or a session; None without one. Raises ``Refused`` 401."""
    if not token:
        return None
    source = source_address(request)
    try:
        if token.count(".") == 2:
            return caller_for_session(token, audience=AUDIENCE, source=source)
        return caller_for(token, source=source)
    except InvalidToken as error:
        refuse_guessing(source)
        is_token = token.count(".") == 2 or PLAIN_TOKEN.match(token)
        raise (Refused(401, "invalid credentials") if is_token else unauthorized()) from error


def refuse_guessing(source: str) -> None:
    """Count a wrong token; a source that has sent too many lately waits. Raises ``Refused`` 429."""
    retry_seconds = count_failure(source)
    if retry_seconds is not None:
        retry = {"Retry-After": str(retry_seconds)}
        raise Refused(429, "too_many_requests", {"message": "too many requests"}, headers=retry)


def unauthorized(message: str = "invalid credentials") -> Refused:
    """The 401 for no token, or for what is none."""
    return Refused(401, "invalid_credentials", {"message": message})


def session_for(caller: Caller) -> str:
    """A session of an hour that ends with the token it was traded for."""
    lifetime_seconds: int = settings.KAZOO_TOKEN_SECONDS
    return session_token(
        caller.token,
        lifetime_seconds=lifetime_seconds,
        audience=AUDIENCE,
        account_id=caller.account.kazoo_id,
        method="api_auth",
    )
