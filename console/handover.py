"""Hands a secret from the POST that made it to the page that shows it once.

The sealed text travels in a cookie of the browser that made it, bound to the person and to the address of the one page
that reads it, for five minutes; the key stays on the server. So the secret is in no URL, session, table, cache or log,
neither half opens without the other, and the page that shows it takes the cookie away.
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from console import compression, sealing

# Its path says which page reads it, so it is not "__Host-", which asks for the path "/".
COOKIE = "__Secure-console_once" if settings.IS_HTTPS else "console_once"
MAXIMUM_AGE_SECONDS = 300


def give(response: HttpResponse, *, path: str, user: Any, content: dict[str, Any]) -> None:
    """Let ``response`` carry ``content`` to the page at ``path``, for ``user`` only."""
    sealed = sealing.seal(json.dumps({"user": user.pk, "path": path, "content": content}))
    response.set_cookie(
        COOKIE,
        sealed,
        max_age=MAXIMUM_AGE_SECONDS,
        path=path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def take(request: HttpRequest) -> dict[str, Any] | None:
    """Return what was handed over to this page and person; None when there is nothing (any more)."""
    try:
        opened = json.loads(sealing.unseal(request.COOKIES.get(COOKIE, ""), maximum_age_seconds=MAXIMUM_AGE_SECONDS))
    except sealing.Unsealable:
        return None
    if not isinstance(opened, dict) or (opened.get("user"), opened.get("path")) != (request.user.pk, request.path):
        return None
    compression.shows_secret(request)
    content: dict[str, Any] = opened["content"]
    return content


def clear(response: HttpResponse, *, path: str) -> None:
    """Take the cookie away: it was shown."""
    response.delete_cookie(COOKIE, path=path, samesite="Strict")
