"""The page of an error nobody foresaw, and of the database's absence: that is 503, and says when to try again."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
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
