"""Who reaches what: every route of endpoints and applications, by its own account, a relative and a stranger."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Account
from accounts.permissions import Scope
from accounts.services import account_update
from tests.tenants import make_account, make_application, make_endpoint
from tests.vobiz import Api

BODIES: dict[str, Any] = {
    "Endpoint/": {"username": "newcomer", "password": "SecurePass123", "alias": "new"},
    "Endpoint/{endpoint}/": {"alias": "changed"},
    "Application/": {"app_name": "new", "answer_url": "https://example.com/"},
    "Application/{application}/": {"app_name": "changed"},
}
ROUTES = [
    ("GET", "Endpoint/", 200),
    ("POST", "Endpoint/", 201),
    ("GET", "Endpoint/{endpoint}/", 200),
    ("POST", "Endpoint/{endpoint}/", 202),
    ("PUT", "Endpoint/{endpoint}/", 202),
    ("PATCH", "Endpoint/{endpoint}/", 202),
    ("DELETE", "Endpoint/{endpoint}/", 204),
    ("GET", "Application/", 200),
    ("POST", "Application/", 201),
    ("GET", "Application/{application}/", 200),
    ("POST", "Application/{application}/", 200),
    ("PUT", "Application/{application}/", 200),
    ("PATCH", "Application/{application}/", 200),
    ("DELETE", "Application/{application}/", 204),
]


def act(client: Api, method: str, route: str, owner: Account, *, at: Account | None = None) -> Any:
    """One request about an endpoint and an application of ``owner``."""
    sub_account = owner if owner.is_sub_account else None
    endpoint = make_endpoint(owner.main, "phone", sub_account=sub_account)
    application = make_application(owner.main, "app", sub_account=sub_account)
    path = route.format(endpoint=endpoint.endpoint_id, application=application.app_id)
    return client.call(method, path, BODIES[route] if method in ("POST", "PUT", "PATCH") else None, at=at or owner)


@pytest.mark.parametrize(("method", "route", "status"), ROUTES)
def test_a_main_account_reaches_its_own(method: str, route: str, status: int, api: Api) -> None:
    assert act(api, method, route, api.account).status_code == status


@pytest.mark.parametrize(("method", "route", "status"), ROUTES)
def test_a_main_account_reaches_its_sub_accounts_by_both_addresses(
    method: str, route: str, status: int, api: Api, sub_account: Account
) -> None:
    assert act(api, method, route, sub_account).status_code == status


@pytest.mark.parametrize(("method", "route", "status"), ROUTES)
def test_a_sub_accounts_objects_are_its_main_accounts_too(
    method: str, route: str, status: int, api: Api, sub_account: Account
) -> None:
    assert act(api, method, route, sub_account, at=api.account).status_code == status


@pytest.mark.parametrize(("method", "route", "status"), ROUTES)
def test_a_sub_account_reaches_its_own(method: str, route: str, status: int, sub_api: Api) -> None:
    assert act(sub_api, method, route, sub_api.account).status_code == status


@pytest.mark.parametrize(("method", "route", "status"), ROUTES)
def test_a_sub_account_reaches_nothing_at_its_main_accounts_address(
    method: str, route: str, status: int, api: Api, sub_api: Api
) -> None:
    response = act(sub_api, method, route, api.account)
    assert (response.status_code, response.json()["error"]) == (404, "Account not found")


@pytest.mark.parametrize(("method", "route", "status"), [entry for entry in ROUTES if "{" in entry[1]])
def test_a_sub_account_does_not_reach_its_main_accounts_objects(
    method: str, route: str, status: int, api: Api, sub_api: Api
) -> None:
    response = act(sub_api, method, route, api.account, at=sub_api.account)
    assert (response.status_code, response.json()["error"].split()[-2:]) == (404, ["not", "found"])


@pytest.mark.parametrize(("method", "route", "status"), [entry for entry in ROUTES if "{" in entry[1]])
def test_a_sub_account_does_not_reach_its_siblings_objects(
    method: str, route: str, status: int, api: Api, sub_api: Api
) -> None:
    sibling = make_account("Sibling", parent=api.account)
    assert act(sub_api, method, route, sibling, at=sub_api.account).status_code == 404
    assert sub_api.get("Endpoint/", at=sibling).status_code == 404


@pytest.mark.parametrize(("method", "route", "status"), ROUTES)
def test_a_stranger_gets_404_alike_for_foreign_and_unknown_accounts(
    method: str, route: str, status: int, api: Api, other_api: Api
) -> None:
    foreign = act(other_api, method, route, api.account)
    unknown = other_api.call(method, f"/api/v1/Account/MA_ZZZZZZZZ/{route.format(endpoint=1, application=1)}", {})
    assert foreign.status_code == unknown.status_code == 404
    assert stripped(foreign) == stripped(unknown)


@pytest.mark.parametrize(("method", "route", "status"), [entry for entry in ROUTES if "{" in entry[1]])
def test_a_stranger_gets_404_alike_for_foreign_and_unknown_objects(
    method: str, route: str, status: int, api: Api, other_api: Api
) -> None:
    foreign = act(other_api, method, route, api.account, at=other_api.account)
    body = BODIES[route] if method in ("POST", "PUT", "PATCH") else None
    unknown = other_api.call(method, route.format(endpoint=99999999, application=99999999), body)
    assert foreign.status_code == unknown.status_code == 404
    assert stripped(foreign) == stripped(unknown)


def stripped(response: Any) -> dict[str, Any]:
    """A body without the id of the request and what the request itself named."""
    body = response.json()
    return {name: value for name, value in body.items() if name not in ("api_id", "endpoint_id", "app_id")}


@pytest.mark.parametrize(("method", "route", "status"), ROUTES)
def test_nobody_gets_401(method: str, route: str, status: int, api: Api) -> None:
    api.headers = {}
    assert act(api, method, route, api.account).status_code == 401


@pytest.mark.parametrize(("method", "route", "status"), ROUTES)
def test_a_disabled_account_gets_403(method: str, route: str, status: int, api: Api) -> None:
    account_update(account=api.account, enabled=False)
    assert act(api, method, route, api.account).status_code == 403


@pytest.mark.parametrize(("method", "route", "status"), ROUTES)
def test_a_read_only_token_reads(method: str, route: str, status: int, account: Account) -> None:
    expected = status if method == "GET" else 403
    assert act(Api(account, scope=Scope.READ_ONLY), method, route, account).status_code == expected


@pytest.mark.parametrize(("method", "route", "status"), ROUTES)
def test_a_token_for_endpoints_reads_applications_only(method: str, route: str, status: int, account: Account) -> None:
    expected = status if method == "GET" or route.startswith("Endpoint") else 403
    assert act(Api(account, scope=Scope.ENDPOINTS), method, route, account).status_code == expected


@pytest.mark.parametrize("auth_id", ["ma_zzzzzzzz", "x", "%00", "MA_" + "Z" * 500, "é", "MA_ZZZZZZZZ%0A", "' OR 1=1"])
def test_an_account_that_cannot_be_is_a_404(auth_id: str, api: Api) -> None:
    assert api.get(f"/api/v1/Account/{auth_id}/Endpoint/").status_code == 404
