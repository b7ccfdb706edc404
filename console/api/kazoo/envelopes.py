"""What goes out: every answer and every refusal in one envelope."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from console.api.kazoo.errors import Refused
from console.api.renderers import encoder
from console.version import VERSION

CONTENT_TYPE = "application/json"  # to the letter: a client's error handling depends on it
NO_REVISION = "undefined"


@dataclass(slots=True)
class Answer:
    """What a view answers: ``data``, its revision where it has one, and members of the envelope (``page_size``)."""

    data: Any
    status: int = 200
    revision: str = NO_REVISION
    members: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    auth_token: str | None = None  # another one than the client sent

    def etag(self) -> str:
        """The entity tag of what is answered; empty where it has no revision."""
        return "" if self.revision == NO_REVISION else f'"{self.revision}"'


def revision_of(data: Any) -> str:
    """The revision of what has none of its own, such as a list: a hash of what is in it."""
    return hashlib.md5(encoder.encode(data).encode("utf-8", "backslashreplace"), usedforsecurity=False).hexdigest()


def succeeded(answer: Answer, request: HttpRequest, *, auth_token: str, is_known: bool) -> HttpResponse:
    """An answer in its envelope; who did not say who they are is not told our version."""
    body = {
        "data": answer.data,
        **answer.members,
        "revision": answer.revision,
        "status": "success",
        **_common(request, answer.auth_token or auth_token, is_known=is_known),
    }
    response = _response(body, answer.status, answer.headers)
    if etag := answer.etag():
        response["ETag"] = etag
    return response


def failed(refused: Refused, request: HttpRequest, *, auth_token: str, is_known: bool) -> HttpResponse:
    """A refusal in its envelope; the code is a text in it."""
    if refused.is_empty:
        return HttpResponse(status=refused.status, headers=dict(refused.headers), content_type=CONTENT_TYPE)
    body = {
        "data": refused.data,
        "error": str(refused.status),
        "message": refused.message,
        "status": "error",
        **_common(request, auth_token, is_known=is_known),
    }
    return _response(body, refused.status, refused.headers)


def _common(request: HttpRequest, auth_token: str, *, is_known: bool) -> dict[str, Any]:
    common = {
        "request_id": getattr(request, "request_id", ""),
        "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "node": _node(),
    }
    if is_known:
        common["version"] = VERSION
    return {**common, "auth_token": auth_token} if auth_token else common


def _response(body: dict[str, Any], status: int, headers: Mapping[str, str]) -> HttpResponse:
    content = encoder.encode(body).encode("utf-8", "backslashreplace")
    return HttpResponse(content, status=status, content_type=CONTENT_TYPE, headers=dict(headers))


@cache
def _node() -> str:
    """What tells the machines behind a balancer apart without naming them."""
    return hashlib.sha256(f"{settings.SECRET_KEY}:{socket.gethostname()}".encode()).hexdigest()[:8]
