"""The tokens that a new sub-account is handed: they work, for a while, and one gets the next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.api_sessions import REFRESH_SECONDS, session_tokens
from accounts.services import account_update, token_revoke
from console import limiter
from tests.vobiz import Api

REFRESH = "/api/v1/auth/refresh"


def refresh(body: Any) -> Any:
    return Client().post(REFRESH, body, content_type="application/json")


def test_a_refresh_token_gets_fresh_tokens(api: Api) -> None:
    given = session_tokens(api.token)
    response = refresh({"refresh_token": given["refresh_token"]})
    assert (response.status_code, set(response.json())) == (200, set(given))
    assert response.json()["expires_in"] == 1800


def test_the_fresh_session_works(api: Api) -> None:
    fresh = refresh({"refresh_token": session_tokens(api.token)["refresh_token"]}).json()
    response = Client().get("/api/v1/auth/me", headers={"Authorization": f"Bearer {fresh['access_token']}"})
    assert response.json()["auth_id"] == api.account.auth_id


@pytest.mark.parametrize("wrong", ["", "junk", "a.b.c", "\ud800", "x" * 10_000])
def test_a_token_that_is_none_is_a_401(wrong: str, db: None) -> None:
    assert refresh({"refresh_token": wrong}).status_code == 401


def test_a_session_is_no_refresh_token(api: Api) -> None:
    assert refresh({"refresh_token": session_tokens(api.token)["access_token"]}).status_code == 401


@pytest.mark.parametrize("body", [{"refresh_token": 5}, {"refresh_token": None}])
def test_a_wrong_type_is_a_400(body: dict[str, Any], db: None) -> None:
    response = refresh(body)
    assert (response.status_code, set(response.json()["details"])) == (400, {"refresh_token"})


def test_a_body_without_one_is_a_401(db: None) -> None:
    assert refresh({}).status_code == 401


def test_a_revoked_token_gets_nothing(api: Api) -> None:
    given = session_tokens(api.token)
    token_revoke(token=api.token)
    assert refresh({"refresh_token": given["refresh_token"]}).status_code == 401


def test_a_disabled_account_gets_nothing(api: Api) -> None:
    account_update(account=api.account, enabled=False)
    assert refresh({"refresh_token": session_tokens(api.token)["refresh_token"]}).status_code == 403


def test_a_refresh_counts_against_the_rate_limit(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "clock", lambda: 1_800_000_000)
    account_update(account=api.account, rate_limit=1)
    given = {"refresh_token": session_tokens(api.token)["refresh_token"]}
    assert [refresh(given).status_code for _time in range(2)] == [200, 429]


def test_it_ends_within_a_week() -> None:
    assert timedelta(seconds=REFRESH_SECONDS) == timedelta(days=7)
