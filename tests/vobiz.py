"""A client of the Vobiz API for tests, with what a test wants to know of a request; loaded by ``conftest.py``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from types import FrameType
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, ApiToken
from accounts.services import token_create

SDK = {"X-Fern-Language": "Python"}
JSON = "application/json"
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


class Api:
    """Calls the API as one account. Addresses without a leading slash are below ``/api/v1/Account/{auth_id}/``."""

    def __init__(self, account: Account, **token: Any) -> None:
        self.account = account
        self.token, self.plain = token_create(token=ApiToken(account=account, name="tests", **token))
        self.headers = {"X-Auth-ID": account.auth_id, "X-Auth-Token": self.plain}
        self.client = Client()

    def url(self, path: str, account: Account | None = None) -> str:
        """The address of ``path``, in another account's name if wanted."""
        return path if path.startswith("/") else f"/api/v1/Account/{(account or self.account).auth_id}/{path}"

    def call(self, method: str, path: str, body: Any = None, *, at: Account | None = None, **headers: str) -> Any:
        """Send ``body`` as JSON, or as it is when it is bytes; ``headers`` are extra ones, underscores for hyphens."""
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        extra = {name.replace("_", "-"): value for name, value in headers.items()}
        url = self.url(path, at)
        return self.client.generic(method, url, content, content_type=JSON, headers={**self.headers, **extra})

    def get(self, path: str, **options: Any) -> Any:
        """GET."""
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any, **options: Any) -> Any:
        """POST."""
        return self.call("POST", path, body, **options)

    def put(self, path: str, body: Any, **options: Any) -> Any:
        """PUT."""
        return self.call("PUT", path, body, **options)

    def delete(self, path: str, **options: Any) -> Any:
        """DELETE."""
        return self.call("DELETE", path, **options)


def statements(act: Callable[[], Any]) -> list[str]:
    """What ``act`` asks of all databases, without what opens and closes transactions."""
    with ExitStack() as stack:
        captured = [stack.enter_context(CaptureQueriesContext(connection)) for connection in connections.all()]
        act()
    asked = [query["sql"] for each in captured for query in each.captured_queries]
    return [sql for sql in asked if not sql.startswith(CONTROL)]


def _start(_status: str, _headers: list[tuple[str, str]], _error: Any = None, /) -> Callable[[bytes], object]:
    """What a server would do with the status and headers."""
    return bytes


def function_calls(api: Api, method: str, path: str, body: Any = None) -> int:
    """How many Python functions a request calls, from the server's entry point to the last byte."""
    content = b"" if body is None else json.dumps(body).encode()
    request = RequestFactory(headers=api.headers).generic(method, api.url(path), content, content_type=JSON)
    handler = WSGIHandler()
    count = 0

    def profile(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        b"".join(handler(request.environ, _start))
    finally:
        sys.setprofile(before)
    return count


@pytest.fixture
def api(account: Account) -> Api:
    """Acme's client."""
    return Api(account)


@pytest.fixture
def sub_api(sub_account: Account) -> Api:
    """The client of Acme's sub-account."""
    return Api(sub_account)


@pytest.fixture
def other_api(other_account: Account) -> Api:
    """Another tenant's client."""
    return Api(other_account)
