"""Sub-accounts through the API: list, create, retrieve, update, delete."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Account, ApiToken, User
from accounts.services import account_update
from tests.tenants import make_account
from tests.vobiz import SDK, Api

KEYS = set(
    """id auth_id auth_token api_id parent_account_id parent_auth_id name email phone description permissions
    rate_limit email_verified enabled is_active created modified created_at updated_at last_used account
    resource_uri""".split()
)
HOSTILE = [
    {"name": 5},
    {"name": None},
    {"name": ""},
    {"name": "x" * 129},
    {"name": "a\u0000b"},
    {"name": "\ud800"},
    {"name": "x", "email": "nonsense"},
    {"name": "x", "email": "a\u0000@b.example"},
    {"name": "x", "email": []},
    {"name": "x", "phone": "\u0000"},
    {"name": "x", "phone": "1" * 33},
    {"name": "x", "description": "\udfff"},
    {"name": "x", "description": "d" * 1001},
    {"name": "x", "rate_limit": 0},
    {"name": "x", "rate_limit": -1},
    {"name": "x", "rate_limit": 10**30},
    {"name": "x", "rate_limit": "1000"},
    {"name": "x", "rate_limit": 1.5},
    {"name": "x", "rate_limit": True},
    {"name": "x", "permissions": "all"},
    {"name": "x", "permissions": {"calls": "yes"}},
    {"name": "x", "permissions": {"fly": True}},
    {"name": "x", "permissions": []},
    {"name": "x", "enabled": "true"},
    {"name": "x", "enabled": None},
    {"name": "x", "kyc_mode": "other"},
    {"name": "x", "kyc_mode": "\u0000"},
    {"name": "x", "business_type": "circus"},
    {"name": "x", "kyc_mode": "customer_use"},
    {"name": "x", "password": 5},
]


def path(api: Api, *rest: str) -> str:
    return "/".join([f"/api/v1/accounts/{api.account.auth_id}/sub-accounts", *rest])


def create(api: Api, **body: Any) -> Any:
    return api.post(path(api), {"name": "Branch", **body})


# --- create -----------------------------------------------------------------------------------------------------------


def test_the_answer_is_the_documented_envelope(api: Api) -> None:
    response = create(api)
    assert response.status_code == 201
    assert set(response.json()) == {"message", "sub_account", "auth_credentials", "tokens"}
    assert response.json()["message"] == "Sub-account created successfully"
    assert set(response.json()["tokens"]) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert (response.json()["tokens"]["token_type"], response.json()["tokens"]["expires_in"]) == ("bearer", 1800)


def test_it_has_exactly_the_documented_keys(api: Api) -> None:
    assert set(create(api).json()["sub_account"]) == KEYS


def test_its_token_is_in_the_answer_and_works(api: Api) -> None:
    body = create(api).json()
    given = body["auth_credentials"]
    headers = {"X-Auth-ID": given["auth_id"], "X-Auth-Token": given["auth_token"]}
    assert body["sub_account"]["auth_token"] == given["auth_token"]
    assert Client().get("/api/v1/auth/me", headers=headers).json()["auth_id"] == body["sub_account"]["auth_id"]


def test_its_session_works(api: Api) -> None:
    body = create(api).json()
    headers = {"Authorization": f"Bearer {body['tokens']['access_token']}"}
    assert Client().get("/api/v1/auth/me", headers=headers).json()["auth_id"] == body["sub_account"]["auth_id"]


def test_its_token_is_kept_as_a_hash_only(api: Api) -> None:
    plain = create(api).json()["auth_credentials"]["auth_token"]
    kept = ApiToken.objects.order_by("-pk").values_list("digest", "prefix", "name").first()
    assert kept is not None
    assert plain not in kept


def test_only_the_name_must_be_there(api: Api) -> None:
    made = create(api).json()["sub_account"]
    defaults = {"email": None, "phone": None, "description": None, "permissions": None, "rate_limit": 1000}
    assert {**defaults, "enabled": True, "is_active": True, "last_used": None}.items() <= made.items()


def test_everything_documented_is_taken(api: Api) -> None:
    known = {
        "email": "branch@acme.example",
        "phone": "+15550100",
        "description": "The branch",
        "rate_limit": 50,
        "permissions": {"calls": True, "cdr": False},
        "enabled": False,
    }
    response = create(api, **known, kyc_mode="customer_use", business_type="llp", unknown="ignored")
    assert known.items() <= response.json()["sub_account"].items()
    kept = Account.objects.get(auth_id=response.json()["sub_account"]["auth_id"])
    assert (kept.kyc_mode, kept.business_type) == ("customer_use", "llp")


def test_it_names_its_main_account(api: Api) -> None:
    made, main = create(api).json()["sub_account"], api.account
    assert (made["parent_auth_id"], made["parent_account_id"]) == (main.auth_id, main.number)
    assert made["account"] == f"/v1/Account/{main.auth_id}/"
    assert made["resource_uri"] == f"/v1/Account/{main.auth_id}/Subaccount/{made['auth_id']}/"


def test_a_password_is_accepted_and_makes_nobody_an_operator(api: Api) -> None:
    assert create(api, email="someone@else.example", password="SecurePass123!").status_code == 201
    assert not User.objects.filter(email="someone@else.example").exists()


@pytest.mark.parametrize("body", HOSTILE)
def test_what_breaks_a_rule_is_a_400_that_names_the_field(body: dict[str, Any], api: Api) -> None:
    response = api.post(path(api), body)
    wrong = set(body) - {"name"} or {"name"}
    expected = {"email"} if "customer_use" in str(body) else wrong
    assert (response.status_code, set(response.json()["details"])) == (400, expected)
    assert response.json()["error"] == "invalid request parameters"


def test_the_name_is_required_in_the_documented_words(api: Api) -> None:
    assert api.post(path(api), {}).json()["details"] == {"name": "This field is required."}


# --- list -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def five(api: Api) -> list[str]:
    """Five sub-accounts, newest first; the second and fourth are disabled."""
    made = [make_account(f"Branch {number}", parent=api.account) for number in range(5)]
    for account in made[1::2]:
        account_update(account=account, enabled=False)
    return [account.auth_id for account in reversed(made)]


def ids(response: Any) -> list[str]:
    return [row["auth_id"] for row in response.json()["sub_accounts"]]


def test_the_list_is_newest_first_in_its_envelope(api: Api, five: list[str]) -> None:
    response = api.get(path(api))
    assert ids(response) == five
    assert {name: response.json()[name] for name in ("total", "page", "size")} == {"total": 5, "page": 1, "size": 25}
    assert {frozenset(row) for row in response.json()["sub_accounts"]} == {frozenset(KEYS)}


@pytest.mark.parametrize(
    ("query", "shown", "page", "size"),
    [
        ("?size=2", slice(0, 2), 1, 2),
        ("?size=2&page=2", slice(2, 4), 2, 2),
        ("?size=2&page=3", slice(4, 6), 3, 2),
        ("?size=2&page=4", slice(6, 8), 4, 2),
        ("?size=2&page=99999999999999999", slice(6, 8), 99999999999999999, 2),
        ("?size=0&page=0", slice(0, 1), 1, 1),
        ("?size=-1&page=-1", slice(0, 1), 1, 1),
        ("?size=1000", slice(0, 5), 1, 100),
        ("?size=x&page=y", slice(0, 5), 1, 25),
        ("?limit=1&offset=1", slice(0, 5), 1, 25),
    ],
)
def test_pages_are_clamped(query: str, shown: slice, page: int, size: int, api: Api, five: list[str]) -> None:
    response = api.get(path(api) + query)
    assert ids(response) == five[shown]
    assert (response.json()["total"], response.json()["page"], response.json()["size"]) == (5, page, size)


@pytest.mark.parametrize(
    ("word", "is_narrowed"),
    [("true", True), ("True", True), ("1", True), ("false", False), ("False", False), ("0", False), ("junk", False)],
)
def test_active_only_leaves_out_the_disabled(word: str, is_narrowed: bool, api: Api, five: list[str]) -> None:
    response = api.get(f"{path(api)}?active_only={word}")
    expected = five[::2] if is_narrowed else five
    assert (ids(response), response.json()["total"]) == (expected, len(expected))


def test_no_token_is_ever_listed(api: Api, sub_api: Api) -> None:
    response = api.get(path(api))
    assert {row["auth_token"] for row in response.json()["sub_accounts"]} == {"<redacted>"}
    assert sub_api.plain not in response.content.decode()


def test_the_list_tells_when_each_was_last_used(api: Api, sub_api: Api, five: list[str]) -> None:
    sub_api.get("/api/v1/auth/me")
    used = {row["auth_id"]: row["last_used"] for row in api.get(path(api)).json()["sub_accounts"]}
    assert [auth_id for auth_id, moment in used.items() if moment] == [sub_api.account.auth_id]


def test_sub_accounts_of_others_are_not_listed(api: Api, other_api: Api, five: list[str]) -> None:
    assert other_api.get(path(other_api)).json()["sub_accounts"] == []


# --- retrieve ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, SDK])
def test_one_is_a_bare_object(headers: dict[str, str], api: Api, sub_account: Account) -> None:
    response = api.get(path(api, sub_account.auth_id), **headers)
    assert (response.status_code, set(response.json())) == (200, KEYS)
    assert response.json()["auth_token"] == "<redacted>"


def test_one_is_found_by_its_number_too(api: Api, sub_account: Account) -> None:
    assert api.get(path(api, sub_account.number)).json()["auth_id"] == sub_account.auth_id


def test_created_and_modified_are_days(api: Api, sub_account: Account) -> None:
    body = api.get(path(api, sub_account.auth_id)).json()
    assert body["created_at"].startswith(body["created"] + "T")
    assert body["created_at"].endswith("Z")


def test_it_is_active_only_while_both_are_enabled(api: Api, sub_account: Account) -> None:
    account_update(account=sub_account, enabled=False)
    body = api.get(path(api, sub_account.auth_id)).json()
    assert (body["enabled"], body["is_active"]) == (False, False)


# --- update -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["PUT", "PATCH", "POST"])
def test_an_update_changes_what_it_names(method: str, api: Api, sub_account: Account) -> None:
    response = api.call(method, path(api, sub_account.auth_id), {"rate_limit": 5, "unknown": 1})
    assert (response.status_code, set(response.json())) == (200, KEYS)
    assert (response.json()["rate_limit"], response.json()["name"]) == (5, sub_account.name)


@pytest.mark.parametrize(
    ("before", "sent", "after"),
    [
        ({"email": "a@b.example"}, {"email": None}, {"email": None}),
        ({"email": "a@b.example"}, {"email": ""}, {"email": None}),
        ({"email": "a@b.example"}, {}, {"email": "a@b.example"}),
        (
            {"permissions": {"calls": True, "cdr": True}},
            {"permissions": {"cdr": False}},
            {"permissions": {"cdr": False}},
        ),
        ({"permissions": {"calls": True}}, {"permissions": None}, {"permissions": None}),
        ({"description": "x"}, {"description": None}, {"description": None}),
    ],
)
def test_null_clears_and_absence_keeps(
    before: dict[str, Any], sent: dict[str, Any], after: dict[str, Any], api: Api, sub_account: Account
) -> None:
    account_update(account=sub_account, **before)
    assert after.items() <= api.put(path(api, sub_account.auth_id), sent).json().items()


@pytest.mark.parametrize("body", [{"name": ""}, {"name": None}, {"rate_limit": 0}, {"kyc_mode": "customer_use"}])
def test_an_update_is_held_to_the_rules(body: dict[str, Any], api: Api, sub_account: Account) -> None:
    response = api.put(path(api, sub_account.auth_id), body)
    assert (response.status_code, "details" in response.json()) == (400, True)


def test_customer_use_may_come_with_its_address(api: Api, sub_account: Account) -> None:
    body = {"kyc_mode": "customer_use", "email": "customer@acme.example"}
    assert api.put(path(api, sub_account.auth_id), body).status_code == 200


@pytest.mark.parametrize("name", ["id", "auth_id", "parent_auth_id"])
def test_ids_may_be_sent_as_they_are_and_not_otherwise(name: str, api: Api, sub_account: Account) -> None:
    url = path(api, sub_account.auth_id)
    shown = api.get(url).json()
    assert api.put(url, {name: shown[name]}).status_code == 200
    assert set(api.put(url, {name: "SA_ZZZZZZZZ"}).json()["details"]) == {name}


# --- delete -----------------------------------------------------------------------------------------------------------


def test_a_deletion_says_so_and_ends_its_token(api: Api, sub_api: Api) -> None:
    response = api.delete(path(api, sub_api.account.auth_id))
    assert (response.status_code, response.json()) == (200, {"message": "Sub-account deleted successfully"})
    assert sub_api.get("/api/v1/auth/me").status_code == 401
    assert api.get(path(api, sub_api.account.auth_id)).status_code == 404


# --- whose they are ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "POST", "DELETE"])
def test_one_that_is_not_there_and_one_of_somebody_else_are_the_same_404(method: str, api: Api, other_api: Api) -> None:
    foreign = make_account("Foreign", parent=other_api.account)
    answers = []
    for wanted in (foreign.auth_id, "SA_ZZZZZZZZ"):
        response = api.call(method, path(api, wanted), {} if method != "GET" else None)
        answers.append((response.status_code, response.json()["error"], response.json()["message"]))
    assert answers == [(404, "Sub-account not found", "There is no such sub-account.")] * 2


@pytest.mark.parametrize("segment", ["0", "-1", "9" * 18, "9" * 40, "sa_aaaaaaaa", "x", "%00", "MA_ZZZZZZZZ", "é"])
def test_a_segment_that_names_nothing_is_a_404(segment: str, api: Api) -> None:
    assert api.get(path(api, segment)).status_code == 404


def test_a_main_account_is_not_among_its_own(api: Api) -> None:
    assert api.get(path(api, api.account.number)).status_code == 404


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_sub_account_has_none_and_does_not_reach_its_main_accounts(method: str, api: Api, sub_api: Api) -> None:
    body = {"name": "x"} if method == "POST" else None
    for url in (path(sub_api), path(api)):
        response = sub_api.call(method, url, body)
        assert (response.status_code, response.json()["error"]) == (404, "Account not found")


def test_a_stranger_gets_404(api: Api, other_api: Api, sub_account: Account) -> None:
    for url in (path(api), path(api, sub_account.auth_id)):
        assert other_api.get(url).status_code == 404


# --- spellings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "template",
    [
        "/api/v1/accounts/{}/sub-accounts",
        "/api/v1/accounts/{}/sub-accounts/",
        "/api/v1/account/{}/Sub-Accounts",
        "/api/v1/Account/{}/Subaccount/",
        "/api/v1/Account/{}/SubAccount",
        "/api/v1/accounts/{}/subaccount",
    ],
)
def test_the_list_has_these_addresses(template: str, api: Api, sub_account: Account) -> None:
    url = template.format(api.account.auth_id)
    assert ids(api.get(url)) == [sub_account.auth_id]
    assert api.get(f"{url.rstrip('/')}/{sub_account.auth_id}").status_code == 200
