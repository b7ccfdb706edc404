"""What Kamailio answers, and what comes of it when it does not."""

from __future__ import annotations

import httpx
import pytest
from pytest_django import Settings

from sip.kamailio import rpc
from sip.tests.registrar.conftest import SECRET, FakeKamailio, fault


@pytest.fixture
def only(kamailio: FakeKamailio) -> rpc.Rpc:
    return rpc.every()[0]


def test_a_call_returns_the_result(kamailio: FakeKamailio, only: rpc.Rpc) -> None:
    kamailio.answers["htable.get"] = {"item": {"value": 200}}
    assert only.call("htable.get", "notify", "id") == {"item": {"value": 200}}
    assert kamailio.calls == [("htable.get", ["notify", "id"])]


def test_a_fault_is_refused_with_its_code_and_words(kamailio: FakeKamailio, only: rpc.Rpc) -> None:
    kamailio.answers["ul.rm"] = fault(404, "AOR not found")
    with pytest.raises(rpc.Refused, match="AOR not found") as caught:
        only.call("ul.rm")
    assert caught.value.code == 404


@pytest.mark.parametrize("body", [b"wrong secret\n", b"", b"\xff\xfe", b"[1, 2]", b'"text"', b"{}"])
def test_an_answer_that_is_no_json_rpc_is_refused(kamailio: FakeKamailio, only: rpc.Rpc, body: bytes) -> None:
    kamailio.answers["core.uptime"] = httpx.Response(401, content=body)
    with pytest.raises(rpc.Refused):
        only.call("core.uptime")


@pytest.mark.parametrize(
    "error", [httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("x")]
)
def test_no_answer_is_unreachable(kamailio: FakeKamailio, only: rpc.Rpc, error: Exception) -> None:
    kamailio.answers["core.uptime"] = error
    with pytest.raises(rpc.Unreachable, match=r"http://kamailio.test:5081 does not answer"):
        only.call("core.uptime")


def test_a_route_of_our_own_that_refuses_is_refused(kamailio: FakeKamailio, only: rpc.Rpc) -> None:
    kamailio.answers["/notify"] = httpx.Response(502, content=b"not sent\n")
    with pytest.raises(rpc.Refused, match="not sent"):
        only.post("/notify", {}, b"")


def test_the_secret_goes_in_a_header_and_shows_nowhere_else(kamailio: FakeKamailio, only: rpc.Rpc) -> None:
    only.post("/notify", {"X-Id": "1"}, b"")
    assert kamailio.posts[0].headers["X-Console-Secret"] == SECRET
    assert SECRET not in f"{only!r} {kamailio.posts[0].url}"


@pytest.mark.parametrize(
    ("server_id", "url"),
    [(1, "http://one:5081"), (2, "http://two:5081"), (3, "http://one:5081"), (0, "http://one:5081")],
)
def test_the_one_that_holds_the_contact_is_asked(settings: Settings, server_id: int, url: str) -> None:
    settings.KAMAILIO_RPC_URL = "http://one:5081, http://two:5081/"
    assert rpc.of(server_id).url == url


def test_no_address_is_unreachable(settings: Settings) -> None:
    settings.KAMAILIO_RPC_URL = ""
    with pytest.raises(rpc.Unreachable):
        rpc.of(1)


def test_the_client_is_made_once_and_uses_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    rpc._client.cache_clear()
    assert rpc._client() is rpc._client()
    assert rpc._client()._mounts == {}
