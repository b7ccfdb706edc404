"""The one error body of the Vobiz dialect (docs/compatibility.md): all refusals and failures become it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.core.signals import got_request_exception
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.db.models import ProtectedError
from django.http import Http404
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from console.api.vobiz.identity import api_id_of
from console.outage import RETRY_SECONDS

logger = structlog.get_logger("console.api")
INVALID = "invalid request parameters"
REQUIRED = "This field is required."
MISSING_CODES = frozenset({"required", "blank", "null"})
TITLES = {
    400: "invalid request",
    401: "unauthorized",
    403: "forbidden",
    404: "not found",
    405: "method not allowed",
    409: "conflict",
    410: "gone",
    413: "request body too large",
    415: "unsupported media type",
    422: "request cannot be processed",
    429: "rate limit exceeded",
    500: "internal error",
    503: "service unavailable",
}


class Refused(Exception):
    """A refusal as it is sent: status, ``error``, ``message``, ``details`` by field, and the resource's own key."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        error: str = "",
        details: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **extra: str,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.error = status, message, error or TITLES[status]
        self.details, self.headers, self.extra = details, headers or {}, extra

    def body(self, api_id: str) -> dict[str, Any]:
        """The flat error body."""
        body: dict[str, Any] = {"error": self.error, "message": self.message, "code": self.status}
        if self.details:
            body["details"] = dict(self.details)
        return {**body, "api_id": api_id, **self.extra}


def handle(error: Exception, context: Mapping[str, Any]) -> Response:
    """Answer ``error``, whatever it is; see ``VobizView.get_exception_handler``."""
    refused = refusal(error)
    if refused.status >= 500:
        report(error, context, refused)
    return Response(refused.body(api_id_of(context["request"])), refused.status, headers=dict(refused.headers))


def report(error: Exception, context: Mapping[str, Any], refused: Refused) -> None:
    """Log a failure that is ours, and tell Django of an unforeseen one (its test client then raises it)."""
    if refused.status == 503:
        logger.error("database unavailable", error=type(error).__name__)
        return
    logger.error("unforeseen error", exc_info=error)
    got_request_exception.send(sender=type(context["view"]), request=context["request"])


@singledispatch
def refusal(error: Exception) -> Refused:
    """What an exception is in this dialect; an unforeseen one is a 500 that tells nothing."""
    return Refused(500, "Something went wrong on our side. Quote the api_id when you report it.")


@refusal.register
def _(error: Refused) -> Refused:
    return error


@refusal.register
def _(error: Http404) -> Refused:
    return Refused(404, "There is nothing at this address.")


@refusal.register
def _(error: APIException) -> Refused:
    headers: dict[str, str] = getattr(error, "headers", {})
    return Refused(error.status_code, str(error.detail), headers=headers)


@refusal.register(IntegrityError)
@refusal.register(ProtectedError)
def _(error: Exception) -> Refused:
    return Refused(409, "Something else changed at the same time, or still depends on this.")


@refusal.register(OperationalError)
@refusal.register(InterfaceError)
def _(error: Exception) -> Refused:
    message = "The database does not answer at the moment. Try again shortly."
    return Refused(503, message, headers={"Retry-After": str(RETRY_SECONDS)})


@refusal.register
def _(error: DataError) -> Refused:
    return Refused(400, "A value cannot be stored.")


@refusal.register
def _(error: ValidationError) -> Refused:
    if not hasattr(error, "error_dict"):
        return Refused(400, error.messages[0], error=INVALID)
    details = {field: words(faults[0]) for field, faults in error.error_dict.items()}
    general = details.pop("__all__", "")
    return Refused(400, general or "See details.", error=INVALID, details=details)


def words(fault: ValidationError) -> str:
    """The first message of a fault; all ways of being absent say the documented sentence."""
    return REQUIRED if fault.code in MISSING_CODES else str(fault.messages[0])


def is_taken(error: ValidationError) -> bool:
    """Whether all that is wrong is a name that somebody has already."""
    faults = [fault for found in getattr(error, "error_dict", {}).values() for fault in found]
    return bool(faults) and all(fault.code == "taken" for fault in faults)
