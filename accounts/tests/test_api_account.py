"""``GET /api/v1/auth/me``."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.services import account_update
from tests.vobiz import SDK, Api

ME = "/api/v1/auth/me"
KEYS = set(
    """type id api_id name email phone description auth_id auth_secret auth_token_expire_time country timezone city
    state address zip_code company account_type postpaid auto_recharge auto_recharge_config enabled carrier_type
    customer_type credit_limit cps_limit concurrent_calls_limit base_cps_limit base_concurrent_calls_limit
    purchased_cps purchased_concurrent_calls risk_rating risk_status features ip_auth_enabled ip_whitelist_rules
    allow_aws_ips role is_active is_verified is_trial_account created_at updated_at last_login pricing_tier_id
    pricing_tier""".split()
)
TIER = set(
    """id name description currency rate_per_minute billing_increment_seconds minimum_duration_seconds is_active
    is_default""".split()
)
TEXTS = """type id api_id name email phone description auth_id auth_secret country timezone city state address zip_code
    company account_type role created_at updated_at last_login pricing_tier_id""".split()
MAY_BE_NULL = {"auth_token_expire_time", "auto_recharge_config", "carrier_type", "customer_type", "risk_status"}


@pytest.mark.parametrize("headers", [{}, SDK])
def test_it_has_exactly_the_documented_keys(headers: dict[str, str], api: Api) -> None:
    body = api.get(ME, **headers).json()
    assert set(body) == KEYS
    assert set(body["pricing_tier"]) == TIER
    assert set(body["features"]) == {"call_queue"}


@pytest.mark.parametrize("name", TEXTS)
def test_what_the_sdk_reads_as_text_is_text(name: str, api: Api) -> None:
    assert isinstance(api.get(ME).json()[name], str)


def test_nothing_else_is_null(api: Api) -> None:
    body = api.get(ME).json()
    assert {name for name, value in body.items() if value is None} == MAY_BE_NULL
    assert None not in body["pricing_tier"].values()


def test_limits_are_the_sum_of_their_parts(api: Api) -> None:
    body = api.get(ME).json()
    assert body["cps_limit"] == body["base_cps_limit"] + body["purchased_cps"]
    calls = body["base_concurrent_calls_limit"] + body["purchased_concurrent_calls"]
    assert body["concurrent_calls_limit"] == calls


def test_it_is_the_account_of_the_credentials(api: Api, sub_api: Api) -> None:
    main, sub = api.get(ME).json(), sub_api.get(ME).json()
    assert (main["auth_id"], main["role"], main["id"]) == (api.account.auth_id, "admin", api.account.number)
    assert (sub["auth_id"], sub["role"], sub["id"]) == (sub_api.account.auth_id, "user", sub_api.account.number)


def test_it_shows_what_is_known_of_the_account(api: Api) -> None:
    known: dict[str, Any] = {"email": "ops@acme.example", "phone": "+15550100", "city": "Pune", "company": "Acme Ltd"}
    account_update(account=api.account, **known)
    assert known.items() <= api.get(ME).json().items()


def test_the_secret_is_never_shown(api: Api) -> None:
    response = api.get(ME)
    assert response.json()["auth_secret"] == "<redacted>"
    assert api.plain not in response.content.decode()


def test_it_can_only_be_read(api: Api) -> None:
    response = api.post(ME, {})
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")
    assert response.json()["error"] == "method not allowed"


@pytest.mark.parametrize("path", ["/api/v1/auth/me/", "/API/v1/Auth/ME"])
def test_it_is_found_in_any_spelling(path: str, api: Api) -> None:
    assert api.get(path).status_code == 200
