"""The account's rate limit, and an outage, in the dialect's words."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import InterfaceError, OperationalError

from accounts import api_base
from accounts.models import Account
from accounts.services import account_update
from console import limiter
from tests.vobiz import Api

ME = "/api/v1/auth/me"
START = 1_800_000_000  # the first second of a window


@pytest.fixture
def limited(account: Account, monkeypatch: pytest.MonkeyPatch) -> Api:
    """A client of an account that may ask twice a minute, with the clock held."""
    account_update(account=account, rate_limit=2)
    monkeypatch.setattr(limiter, "clock", lambda: START + 20)
    return Api(account)


def rate_headers(response: Any) -> tuple[str, ...]:
    return tuple(response.headers[f"X-RateLimit-{name}"] for name in ("Limit", "Remaining", "Reset"))


def test_every_answer_says_what_is_left(limited: Api) -> None:
    assert [rate_headers(limited.get(ME)) for _time in range(2)] == [("2", "1", "40"), ("2", "0", "40")]


def test_what_is_above_the_limit_is_a_429(limited: Api) -> None:
    response = [limited.get(ME) for _time in range(3)][-1]
    assert response.status_code == 429
    assert response.json()["error"] == "rate limit exceeded"
    assert (response.headers["Retry-After"], rate_headers(response)) == ("40", ("2", "0", "40"))


def test_a_new_minute_is_a_new_count(limited: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    for _time in range(3):
        limited.get(ME)
    monkeypatch.setattr(limiter, "clock", lambda: START + 60)
    assert limited.get(ME).status_code == 200


def test_errors_count_and_say_what_is_left(limited: Api) -> None:
    response = limited.get("Endpoint/1/")
    assert (response.status_code, rate_headers(response)) == (404, ("2", "1", "40"))


def test_all_tokens_of_an_account_share_its_limit(limited: Api) -> None:
    limited.get(ME)
    limited.get(ME)
    assert Api(limited.account).get(ME).status_code == 429


def test_another_account_has_its_own(limited: Api, other_api: Api) -> None:
    for _time in range(3):
        limited.get(ME)
    assert other_api.get(ME).status_code == 200


def test_who_is_not_known_has_no_limit_to_use_up(limited: Api) -> None:
    response = limited.get(ME, X_Auth_Token="0" * 64)
    assert response.status_code == 401
    assert "X-RateLimit-Limit" not in response.headers


@pytest.mark.parametrize("outage", [OperationalError("no host"), InterfaceError("closed")])
def test_an_outage_is_a_503_in_the_dialect(outage: Exception, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise outage

    monkeypatch.setattr(api_base, "caller_for", fail)
    response = api.get(ME)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert {"error", "message", "code", "api_id"} == set(response.json())


def test_an_unforeseen_error_is_a_500_in_the_dialect(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("the house is on fire")

    monkeypatch.setattr(api_base, "caller_for", fail)
    api.client.raise_request_exception = False
    response = api.get(ME)
    assert (response.status_code, response.json()["error"]) == (500, "internal error")
    assert "fire" not in response.content.decode()
