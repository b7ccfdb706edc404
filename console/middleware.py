"""What surrounds every request: its id, its log line, and who acts."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable

import structlog
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse

from console import audit, metrics

type_of_handler = Callable[[HttpRequest], HttpResponse]
logger = structlog.get_logger("console.request")
UNUSED = (
    "accelerometer autoplay browsing-topics camera display-capture geolocation gyroscope hid magnetometer "
    "microphone midi payment serial usb xr-spatial-tracking"
)
PERMISSIONS_POLICY = ", ".join(f"{name}=()" for name in UNUSED.split())
# What stands behind these is a secret: the key of a password reset.
SECRET_PATH = re.compile(r"^(/user/(?:password/reset/key|confirm-email)/)[^/]+")
ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}\Z")


def request_id_of(request: HttpRequest) -> str:
    """Return the caller's ``X-Request-ID`` when it is short and plain, else 32 fresh hexadecimal digits."""
    given = request.headers.get("X-Request-ID", "")
    return given if ACCEPTABLE_ID.match(given) else uuid.uuid4().hex


def loggable(path: str) -> str:
    """The path without what opens something."""
    return SECRET_PATH.sub(r"\1<hidden>", path)


class RequestIdMiddleware:
    """Gives the request an id, echoes it, opens a clean audit context, and logs one line when it is over."""

    def __init__(self, get_response: type_of_handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request from its first to its last moment."""
        started = time.perf_counter()
        request_id = request.request_id = request_id_of(request)  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        source = source_address(request)
        with audit.acting(audit.Actor(door="page", request_id=request_id, source=source)):
            response = self.get_response(request)
            actor = actor_of(request)
        response["X-Request-ID"] = request_id
        elapsed = time.perf_counter() - started
        elapsed_ms = round(elapsed * 1000, 1)
        metrics.observe(request, response, elapsed)
        logger.info(
            "request",
            method=request.method,
            path=loggable(request.path),
            status=response.status_code,
            elapsed_ms=elapsed_ms,
            actor=actor,
            source=source,
        )
        return response


class PolicyMiddleware:
    """Says what the pages never use, so that nothing that gets into them can: camera, place, payment ..."""

    def __init__(self, get_response: type_of_handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the header."""
        response = self.get_response(request)
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        return response


class PersonMiddleware:
    """Names the signed-in operator as the actor of the request, without a query where nobody asks."""

    def __init__(self, get_response: type_of_handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Name the actor, then go on."""
        door = "admin" if request.path.startswith("/admin/") else "page"
        audit.identify(lambda: _person(request), door=door)
        return self.get_response(request)


def _person(request: HttpRequest) -> tuple[str, str, str]:
    user = request.user
    if isinstance(user, AnonymousUser):
        return ("anonymous", "", "")
    return ("user", str(user.pk), user.get_username())


def actor_of(request: HttpRequest) -> str:
    """Who asked, as far as the request came to know it: ``user:7``, ``token:3``, or empty. Never costs a query."""
    actor = audit.current()
    if actor.door in ("page", "admin") and not hasattr(request, "_cached_user"):
        return ""
    kind, identifier, _label = actor.person()
    return f"{kind}:{identifier}" if identifier else ""


def source_address(request: HttpRequest) -> str:
    """Return the address of the peer, as the server in front of Django reports it."""
    return str(request.META.get("REMOTE_ADDR") or "")
