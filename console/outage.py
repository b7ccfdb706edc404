"""The page of an error nobody foresaw, and of the database's absence: that is 503, and says when to try again."""

from __future__ import annotations

import sys
from typing import Any

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.backends.postgresql.base import DatabaseWrapper as PostgresConnection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token
from django.views.defaults import server_error

RETRY_SECONDS = 5


@requires_csrf_token
def unforeseen(request: HttpRequest) -> HttpResponse:
    """Django's ``handler500``, called while the exception is handled: 503 for a database that is away, else 500."""
    error = sys.exc_info()[1]
    if not isinstance(error, OperationalError | InterfaceError):
        return server_error(request)
    response = render(request, "503.html", status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def drop_dead_connections(**_kwargs: Any) -> None:
    """``request_finished``: where a request lost its connection, look at the pool's others, which died with it.

    Else each of them costs one more request an error, after the database is back. Connections that live are kept.
    """
    # Django has thrown away the request's own connection by now, and leaves this mark until it opens the next.
    used = connections[DEFAULT_DB_ALIAS]
    if used.errors_occurred and used.connection is None and isinstance(used, PostgresConnection):
        used.pool.check()  # type: ignore[attr-defined]  # the stubs lack it
