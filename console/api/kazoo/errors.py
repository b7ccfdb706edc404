"""Refusals in the Kazoo dialect: a status, a message, and details that programs read (docs/compatibility.md)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.db.models import ProtectedError
from django.http import Http404
from django.http.request import UnreadablePostError

from console.outage import RETRY_SECONDS

logger = structlog.get_logger("console.api")
INVALID = "validation error"


class Refused(Exception):
    """A refusal as it is sent. Some have no body at all (``is_empty``)."""

    def __init__(
        self,
        status: int,
        message: str,
        data: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        is_empty: bool = False,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.is_empty = status, message, is_empty
        self.data, self.headers = {} if data is None else data, headers or {}


def invalid(faults: Mapping[str, Any]) -> Refused:
    """A 400 for what is wrong with what was sent: ``{"dotted.key": {"rule": {"message": ...}}}``."""
    return Refused(400, INVALID, faults)


def bad_identifier(cause: str) -> Refused:
    """A 404 for an id that names nothing the caller may see, whether it is there or not."""
    return Refused(404, "bad_identifier", {"message": "bad identifier", "cause": cause})


def not_found() -> Refused:
    """A 404 for an address below which nothing is served."""
    return Refused(404, "not_found", {"message": "not found"})


def wrong_method() -> Refused:
    """A 405."""
    return Refused(405, "invalid_method", {"message": "method not allowed"})


def conflict() -> Refused:
    """A 409: the id is taken, or two writers met."""
    return Refused(409, "datastore_conflict", {"message": "conflicting documents"})


def failed_precondition() -> Refused:
    """A 412: the document is not the one that the client named. It has no body."""
    return Refused(412, "precondition failed", is_empty=True)


@singledispatch
def refusal(error: Exception) -> Refused:
    """What an exception is in this dialect; an unforeseen one is a 500 that tells nothing."""
    return Refused(500, "init failed", {"message": "unforeseen error: quote the request id when you report it"})


@refusal.register
def _(error: Refused) -> Refused:
    return error


@refusal.register
def _(error: Http404) -> Refused:
    return not_found()


@refusal.register(IntegrityError)
@refusal.register(ProtectedError)
def _(error: Exception) -> Refused:
    return conflict()


@refusal.register(OperationalError)
@refusal.register(InterfaceError)
def _(error: Exception) -> Refused:
    message = {"message": "the database does not answer, try again shortly"}
    return Refused(503, "datastore_unreachable", message, headers={"Retry-After": str(RETRY_SECONDS)})


@refusal.register(DataError)
@refusal.register(SuspiciousOperation)
@refusal.register(UnreadablePostError)
def _(error: Exception) -> Refused:
    return invalid({"data": {"invalid": {"message": "The request cannot be read"}}})


@refusal.register
def _(error: RequestDataTooBig) -> Refused:
    return invalid({"file": {"maxSize": {"message": "The body is too large"}}})
