"""The console's side of Kamailio without one: a stand-in for its JSON-RPC, and for its table's rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pytest_django import Settings

from accounts.models import Account
from sip.kamailio import rpc
from sip.kamailio.models import Location
from sip.models import Subscriber
from tests.tenants import make_endpoint

SECRET = "rpc-secret-of-the-tests"


class FakeKamailio:
    """Answers JSON-RPC by method, from ``answers``: a result, an HTTP response, or an exception to raise."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {"core.uptime": {"uptime": 1}}
        self.calls: list[tuple[str, list[Any]]] = []
        self.posts: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/RPC":
            self.posts.append(request)
            return self._answer(self.answers.get(request.url.path, httpx.Response(202)))
        called = json.loads(request.content)
        self.calls.append((called["method"], called["params"]))
        return self._answer(self.answers[called["method"]])

    @staticmethod
    def _answer(answer: Any) -> httpx.Response:
        if callable(answer):
            answer = answer()
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return httpx.Response(answer.status_code, content=answer.content)
        return httpx.Response(200, json={"jsonrpc": "2.0", "result": answer, "id": 1})


def fault(code: int, message: str) -> httpx.Response:
    """How Kamailio refuses: the code as HTTP status too."""
    return httpx.Response(code, json={"jsonrpc": "2.0", "error": {"code": code, "message": message}, "id": 1})


@pytest.fixture
def kamailio(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> FakeKamailio:
    """One Kamailio, at the address of the settings."""
    settings.KAMAILIO_RPC_URL, settings.KAMAILIO_RPC_SECRET = "http://kamailio.test:5081", SECRET
    fake = FakeKamailio()
    client = httpx.Client(transport=httpx.MockTransport(fake))
    monkeypatch.setattr(rpc, "_client", lambda: client)
    return fake


@pytest.fixture
def subscriber(account: Account) -> Subscriber:
    """Acme's first endpoint, in the installation's own realm."""
    return make_endpoint(account, "Reception").subscriber


@pytest.fixture
def location() -> Callable[..., Location]:
    """Makes a row, unsaved, of a phone on UDP."""

    def make(**fields: Any) -> Location:
        defaults = {
            "username": "reception",
            "domain": "sip.vobiz.ai", "contact": "sip:reception@192.0.2.7:5060", "server_id": 1,
            "received": "sip:192.0.2.7:5060", "socket": "udp:198.51.100.1:5060", "expires": 4_000_000_000,
        }  # fmt: skip
        return Location(**(defaults | fields))

    return make
