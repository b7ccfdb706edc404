"""What answers below ``/api/`` where nothing is served."""

from __future__ import annotations

import pytest
from django.test import Client

UNSERVED = [
    "/api",
    "/api/",
    "/api/v1",
    "/api/v1/nothing",
    "/api/v2/",
    "/API/V1/",
    "/api/%0A",
    "/api/v1/%F0%9F%93%9E",
    "/api/v1/Account/MA_AAAAAAAA",
    "/api/v1/Account/MA_AAAAAAAA/Call/",
    "/api/v1/Account/MA_AAAAAAAA/trunks",
    "/api/v1/Account/MA_AAAAAAAA/trunks/ip-acl",
    "/api/v1/Account/MA_AAAAAAAA/ip-acl",
    "/api/v1/Account/MA_AAAAAAAA/balance/INR",
    "/api/v1/Account/MA_AAAAAAAA/cdr",
    "/api/v1/account/MA_AAAAAAAA/numbers/+15550100/assign-subaccount",
    "/api/v1/sub-accounts/SA_AAAAAAAA/kyc/status",
]


@pytest.mark.parametrize("path", UNSERVED)
def test_an_address_that_nothing_serves_is_a_404_in_the_dialect(path: str) -> None:
    response = Client().get(path)
    assert (response.status_code, response.headers["Content-Type"]) == (404, "application/json")
    assert set(response.json()) == {"error", "message", "code", "api_id"}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_it_is_one_for_every_method(method: str) -> None:
    response = Client(enforce_csrf_checks=True).generic(method, "/api/v1/nothing", b"{}")
    assert response.json()["error"] == "not found"


def test_the_api_id_is_the_request_id() -> None:
    response = Client().get("/api/v1/nothing")
    assert response.json()["api_id"].replace("-", "") == response.headers["X-Request-ID"]
