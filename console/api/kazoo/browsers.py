"""Cross-origin requests: the user interfaces written for Kazoo are served from elsewhere.

Anybody may ask, since nothing is granted to who has no token in a header, and no cookie is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse

REQUEST_HEADERS = "Content-Type, Authorization, X-Auth-Token, X-Request-ID, If-Match, If-None-Match"
SHOWN_HEADERS = "ETag, Location, Retry-After, X-Request-ID"
MAX_AGE_SECONDS = 86_400


def is_asking(request: HttpRequest) -> bool:
    """Whether an OPTIONS request is a browser's question before it sends another one."""
    return request.method == "OPTIONS" and any(
        name in request.headers
        for name in ("Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers")
    )


def permission(methods: Iterable[str]) -> HttpResponse:
    """The answer to the question: an empty 200 that names the methods."""
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": ", ".join(method.upper() for method in methods),
        "Access-Control-Allow-Headers": REQUEST_HEADERS,
        "Access-Control-Max-Age": str(MAX_AGE_SECONDS),
    }
    return HttpResponse(status=200, headers=headers, content_type="application/json")


def let_read(request: HttpRequest, response: HttpResponse) -> None:
    """Let a page from another origin read the response."""
    if "Origin" in request.headers:
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = SHOWN_HEADERS
