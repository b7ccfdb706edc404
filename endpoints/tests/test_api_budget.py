"""What a warm request may cost: statements on all databases, and Python function calls."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Account
from tests.tenants import make_application, make_endpoint
from tests.vobiz import Api, function_calls, statements

NEW: dict[str, Any] = {"password": "SecurePass123", "alias": "Phone", "allow_video": True}


@pytest.fixture
def warm(api: Api) -> Api:
    """A client whose account has 25 endpoints with applications, and whose queries are prepared."""
    application = make_application(api.account, "ivr", default_endpoint_app=True)
    for number in range(25):
        make_endpoint(api.account, f"user{number}", application=application)
    for _time in range(2):
        api.get("Endpoint/")
        api.get(f"Endpoint/{newest(api)}/")
    api.post("Endpoint/", {**NEW, "username": "warm"})
    return api


def newest(api: Api) -> str:
    endpoint_id: str = api.get("Endpoint/").json()["objects"][0]["endpoint_id"]
    return endpoint_id


def test_a_retrieve_asks_three_statements(warm: Api) -> None:
    path = f"Endpoint/{newest(warm)}/"
    assert len(statements(lambda: warm.get(path))) <= 3


@pytest.mark.parametrize(
    "query", ["", "?limit=100", "?offset=20", "?username__contains=user", "?application_id__isnull=false"]
)
def test_a_list_asks_four_statements_however_long_it_is(query: str, warm: Api) -> None:
    warm.get(f"Endpoint/{query}")
    assert len(statements(lambda: warm.get(f"Endpoint/{query}"))) <= 4


def test_a_create_asks_ten_statements_and_who_wants_to_hear_of_it(warm: Api) -> None:
    asked = statements(lambda: warm.post("Endpoint/", {**NEW, "username": "cold"}))
    assert len([each for each in asked if "events_" not in each]) <= 10
    assert len(asked) <= 11


def test_a_sub_accounts_address_costs_one_more(warm: Api, sub_account: Account) -> None:
    make_endpoint(warm.account, "subs", sub_account=sub_account)
    warm.get("Endpoint/", at=sub_account)
    assert len(statements(lambda: warm.get("Endpoint/", at=sub_account))) <= 5


@pytest.mark.parametrize("path", ["Application/", "credentials", "trunks/credentials"])
def test_other_lists_ask_four_statements_too(path: str, warm: Api) -> None:
    assert len(statements(lambda: warm.get(path))) <= 4


def test_a_list_of_applications_does_not_ask_for_each(warm: Api) -> None:
    before = len(statements(lambda: warm.get("Application/")))
    for number in range(5):
        make_application(warm.account, f"app{number}")
    assert len(statements(lambda: warm.get("Application/"))) == before


@pytest.mark.parametrize(("name", "most"), [("retrieve", 5_000), ("list", 12_000), ("create", 15_000)])
def test_a_request_calls_few_functions(name: str, most: int, warm: Api) -> None:
    requests: dict[str, tuple[str, str, Any]] = {
        "retrieve": ("GET", f"Endpoint/{newest(warm)}/", None),
        "list": ("GET", "Endpoint/", None),
        "create": ("POST", "Endpoint/", {**NEW, "username": "counted"}),
    }
    assert function_calls(warm, *requests[name]) <= most
