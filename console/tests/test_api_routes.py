"""API routes: any case, the trailing slash optional, never a redirect."""

from __future__ import annotations

import pytest

from console.api.routes import ApiRoutePattern

ENDPOINT = ApiRoutePattern("api/v1/Account/<auth_id>/Endpoint/<endpoint_id>/", is_endpoint=True)
SUB_ACCOUNTS = ApiRoutePattern("api/v1/accounts/<auth_id>/sub-accounts", is_endpoint=True)


@pytest.mark.parametrize(
    "path",
    [
        "api/v1/Account/MA_A/Endpoint/1/",
        "api/v1/Account/MA_A/Endpoint/1",
        "api/v1/account/MA_A/endpoint/1/",
        "api/v1/accounts/MA_A/Endpoint/1",
        "api/v1/ACCOUNTS/MA_A/ENDPOINT/1//",
        "API/V1/aCCount/MA_A/eNDPOINT/1/",
    ],
)
def test_a_route_matches_in_any_spelling(path: str) -> None:
    assert ENDPOINT.match(path) == ("", (), {"auth_id": "MA_A", "endpoint_id": "1"})


@pytest.mark.parametrize(
    "path",
    [
        "api/v1/Account/MA_A/Endpoint/",
        "api/v1/Account/MA_A/Endpoint/1/more",
        "api/v1/Account//Endpoint/1/",
        "api/v1/Accountss/MA_A/Endpoint/1/",
        "api/v1/Account/MA_A/x/Endpoint/1/",
        "v1/Account/MA_A/Endpoint/1/",
        "xapi/v1/Account/MA_A/Endpoint/1/",
    ],
)
def test_a_route_matches_nothing_else(path: str) -> None:
    assert ENDPOINT.match(path) is None


@pytest.mark.parametrize("word", ["account", "accounts", "Account", "ACCOUNTS"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_a_plural_route_takes_the_singular_too(word: str, slash: str) -> None:
    found = SUB_ACCOUNTS.match(f"api/v1/{word}/MA_A/sub-accounts{slash}")
    assert found == ("", (), {"auth_id": "MA_A"})


def test_the_case_of_what_a_route_captures_is_kept() -> None:
    found = ENDPOINT.match("api/v1/account/mA_x/endpoint/aB")
    assert found is not None
    assert found[2] == {"auth_id": "mA_x", "endpoint_id": "aB"}
