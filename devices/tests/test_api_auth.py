"""Who may call the Kazoo API, where a token may stand, and what becomes of one that is no longer good."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Account, ApiToken
from accounts.permissions import Role, Scope
from accounts.services import account_update, token_create, token_revoke
from console import limiter
from devices.tests.support import Kazoo, make_device, make_token, rules
from tests.tenants import make_person

UNKNOWN = "0123456789abcdef" * 4


def login(key: str, **headers: str) -> Any:
    return Client().put("/v2/api_auth", {"data": {"api_key": key}}, content_type="application/json", headers=headers)


def session(kazoo: Kazoo) -> str:
    token: str = login(kazoo.token).json()["auth_token"]
    return token


# Where a token may stand.


def test_a_token_is_taken_from_each_of_its_places(kazoo: Kazoo) -> None:
    url, client = kazoo.url("devices"), Client()
    body = f'{{"auth_token":"{kazoo.token}","data":{{"name":"x"}}}}'
    answers = [
        client.get(url, headers={"X-Auth-Token": kazoo.token}),
        client.get(url, headers={"Authorization": f"Bearer {kazoo.token}"}),
        client.get(url, {"auth_token": kazoo.token}),
        client.put(url, body, content_type="application/json"),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 201]
    assert {answer.json()["auth_token"] for answer in answers} == {kazoo.token}


@pytest.mark.parametrize("filler", ["undefined", "null", "", " "])
def test_what_user_interfaces_send_for_no_token_is_no_token(kazoo: Kazoo, filler: str) -> None:
    response = Client().get(kazoo.url("devices"), headers={"X-Auth-Token": filler, "Authorization": "Basic x"})
    assert (response.status_code, response.json()["message"]) == (401, "invalid_credentials")


@pytest.mark.parametrize(
    ("token", "message", "data"),
    [
        ("", "invalid_credentials", {"message": "invalid credentials"}),
        ("garbled!", "invalid_credentials", {"message": "invalid credentials"}),
        ("é" * 64, "invalid_credentials", {"message": "invalid credentials"}),
        (UNKNOWN, "invalid credentials", {}),
        ("a.b.c", "invalid credentials", {}),
    ],
)
def test_no_token_and_a_wrong_one_are_told_apart(kazoo: Kazoo, token: str, message: str, data: Any) -> None:
    response = Client().get(kazoo.url("devices"), {"auth_token": token})
    body = response.json()
    assert (response.status_code, body["error"], body["message"], body["data"]) == (401, "401", message, data)


def test_a_wrong_token_is_said_before_a_wrong_address(kazoo: Kazoo) -> None:
    kazoo.token = UNKNOWN
    assert kazoo.get("nothing/here").status_code == 401
    kazoo.token = ""
    assert kazoo.get("nothing/here").status_code == 404


@pytest.mark.parametrize("path", ["devices", f"devices/{'0' * 32}", "", "children", "users", "devices/status"])
def test_without_a_token_nobody_learns_which_accounts_there_are(kazoo: Kazoo, path: str) -> None:
    here, nowhere = kazoo.url(path), kazoo.url(path).replace(kazoo.account.kazoo_id, "0" * 32)
    assert [Client().get(url).status_code for url in (here, nowhere)] == [401, 401]


# Sessions.


def test_an_api_token_is_traded_for_a_session(kazoo: Kazoo) -> None:
    response = login(kazoo.token, **{"X-Auth-Token": "undefined"})
    body = response.json()
    assert response.status_code == 201
    assert (body["data"]["account_id"], body["data"]["account_name"]) == (kazoo.account.kazoo_id, "Acme")
    assert body["auth_token"] != kazoo.token
    kazoo.token = body["auth_token"]
    assert kazoo.get("devices").status_code == 200


def test_a_session_is_a_jwt_that_says_when_it_ends(kazoo: Kazoo) -> None:
    claims = jwt.decode(session(kazoo), options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 3600
    assert claims["account_id"] == kazoo.account.kazoo_id


def test_a_session_ends_with_the_token_it_was_traded_for(kazoo: Kazoo) -> None:
    token = session(kazoo)
    token_revoke(token=ApiToken.objects.get(prefix=kazoo.token[:8]))
    kazoo.token = token
    assert kazoo.get("devices").status_code == 401


def test_a_session_of_another_dialect_or_key_is_none(kazoo: Kazoo) -> None:
    claims = jwt.decode(session(kazoo), options={"verify_signature": False})
    for key, algorithm in (("another-key-of-thirty-two-bytes!!", "HS256"), ("", "none")):
        forged = jwt.encode(claims, key, algorithm=algorithm)
        kazoo.token = forged
        assert kazoo.get("devices").status_code == 401


@pytest.mark.parametrize("headers", [{}, {"X-Auth-Token": "undefined"}, {"X-Auth-Token": UNKNOWN}])
def test_a_stale_token_does_not_break_the_login(kazoo: Kazoo, headers: dict[str, str]) -> None:
    assert login(kazoo.token, **headers).status_code == 201


@pytest.mark.parametrize("make", ["unknown", "revoked", "expired"])
def test_a_key_that_is_not_good_is_not_there(account: Account, make: str) -> None:
    token, key = token_create(token=ApiToken(account=account, name="old"))
    if make == "revoked":
        token_revoke(token=token)
    elif make == "expired":
        ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    else:
        key = UNKNOWN
    response = login(key)
    assert (response.status_code, response.json()["message"]) == (404, "bad identifier")
    assert key not in response.content.decode()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, {"api_key": ["required"]}),
        ({"api_key": "short"}, {"api_key": ["minLength"]}),
        ({"api_key": 7}, {"api_key": ["type"]}),
        ({"api_key": UNKNOWN, "ui_metadata": {}}, {"ui_metadata": ["additionalProperties"]}),
        ([], {"data": ["type"]}),
    ],
)
def test_a_login_is_held_to_its_schema(account: Account, data: Any, expected: dict[str, list[str]]) -> None:
    response = Client().put("/v2/api_auth", {"data": data}, content_type="application/json")
    assert rules(response) == expected
    assert UNKNOWN not in response.content.decode()


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        ({"credentials": "0" * 32, "account_name": "Acme"}, 401, "X-Auth-Token"),
        ({"credentials": "0" * 32, "account_name": "Nobody", "ui_metadata": {}}, 401, "X-Auth-Token"),
        ({"account_name": "Acme"}, 400, "credentials"),
    ],
)
def test_signing_in_by_password_is_refused_and_says_what_to_do(
    account: Account, data: Any, status: int, words: str
) -> None:
    response = Client().put("/v2/user_auth", {"data": data}, content_type="application/json")
    assert response.status_code == status
    assert words in str(response.json()["data"])


# What a token may do.

ROUTES = [
    ("GET", "devices", "view"),
    ("PUT", "devices", "edit"),
    ("GET", "devices/status", "view"),
    ("GET", "devices/{id}", "view"),
    ("POST", "devices/{id}", "edit"),
    ("PATCH", "devices/{id}", "edit"),
    ("DELETE", "devices/{id}", "edit"),
    ("PUT", "devices/{id}", "operate"),
    ("GET", "devices/{id}/status", "view"),
    ("POST", "devices/{id}/sync", "operate"),
    ("POST", "devices/{id}/notify", "operate"),
    ("PUT", "devices/{id}/notify", "operate"),
    ("GET", "users", "view"),
    ("PUT", "users", "edit"),
    ("GET", "users/{id}", "view"),
    ("DELETE", "users/{id}", "edit"),
    ("GET", "users/{id}/devices", "view"),
    ("PUT", "users/{id}/devices", "edit"),
]
ALLOWED = {"owner": "view operate edit", "admin": "view operate edit", "support": "view operate", "viewer": "view"}
ACCOUNT_ROUTES = [("GET", ""), ("GET", "children"), ("GET", "descendants")]


def is_forbidden(kazoo: Kazoo, method: str, path: str) -> bool:
    """A request for what is not there: only the role decides whether that is said."""
    response = kazoo.ask(method, path.format(id="0" * 32), {} if method != "GET" else None)
    if response.status_code == 403:
        assert (response.json()["message"], response.json()["data"]) == ("forbidden", {"message": "forbidden"})
    return bool(response.status_code == 403)


@pytest.mark.parametrize("role", list(Role))
def test_a_token_of_a_member_may_what_the_role_may(account: Account, role: Role) -> None:
    member = make_person("dora", account, role)
    kazoo = Kazoo(account, make_token(account, user=member))
    for method, path, action in ROUTES:
        assert is_forbidden(kazoo, method, path) == (action not in ALLOWED[role].split()), (method, path)


@pytest.mark.parametrize("scope", list(Scope))
def test_a_token_reaches_what_its_scope_reaches(account: Account, scope: Scope) -> None:
    kazoo = Kazoo(account, make_token(account, scope=scope))
    for method, path, action in ROUTES:
        allowed = scope in (Scope.FULL, Scope.DEVICES) or (scope == Scope.READ_ONLY and action == "view")
        assert is_forbidden(kazoo, method, path) != allowed, (method, path)
    for method, path in ACCOUNT_ROUTES:
        assert is_forbidden(kazoo, method, path) == (scope not in (Scope.FULL, Scope.READ_ONLY)), path


# Accounts.


def test_a_main_account_reaches_its_sub_accounts(account: Account, sub_account: Account, kazoo: Kazoo) -> None:
    device = make_device(sub_account)
    listed = kazoo.get(f"/v2/accounts/{sub_account.kazoo_id}/devices").json()["data"]
    assert [row["id"] for row in listed] == [device.device_id]
    assert kazoo.ids() == []


def test_a_sub_account_reaches_itself_only(account: Account, sub_account: Account) -> None:
    below = Kazoo(sub_account)
    assert below.get("devices").status_code == 200
    assert below.get(f"/v2/accounts/{account.kazoo_id}/devices").status_code == 404


@pytest.mark.parametrize("path", ["children", "descendants"])
def test_sub_accounts_are_listed_under_both_names(sub_account: Account, kazoo: Kazoo, path: str) -> None:
    data = kazoo.get(path).json()["data"]
    realm = f"{sub_account.auth_id}.sip.vobiz.ai"
    assert data == [{"id": sub_account.kazoo_id, "name": "Northwind", "realm": realm, "enabled": True}]


def test_an_account_is_shown_in_brief(kazoo: Kazoo) -> None:
    data = kazoo.get("").json()["data"]
    assert (data["id"], data["name"], data["realm"]) == (
        kazoo.account.kazoo_id,
        "Acme",
        f"{kazoo.account.auth_id}.sip.vobiz.ai",
    )


@pytest.mark.parametrize(
    ("account_id", "message", "data"),
    [
        ("0" * 32, "bad_identifier", {"message": "bad identifier", "cause": "0" * 32}),
        ("xyz", "bad identifier", {"message": "invalid account_id 'xyz'"}),
        ("G" * 32, "bad_identifier", {"message": "bad identifier", "cause": "G" * 32}),
        ("%00" * 32, "bad_identifier", {"message": "bad identifier", "cause": "\0" * 32}),
    ],
)
def test_an_account_that_is_not_there(kazoo: Kazoo, account_id: str, message: str, data: Any) -> None:
    response = kazoo.get(f"/v2/accounts/{account_id}/devices")
    assert (response.status_code, response.json()["message"], response.json()["data"]) == (404, message, data)


def test_an_account_of_another_tenant_is_not_there_either(kazoo: Kazoo, other_account: Account) -> None:
    foreign = kazoo.get(f"/v2/accounts/{other_account.kazoo_id}/devices")
    assert (foreign.status_code, foreign.json()["message"]) == (404, "bad_identifier")


def test_a_disabled_account_is_told_so(account: Account, sub_account: Account, kazoo: Kazoo) -> None:
    below = Kazoo(sub_account)
    account_update(account=account, enabled=False)
    assert rules(kazoo.get("devices")) == {"account": ["disabled"]}
    assert rules(below.get("devices")) == {"account": ["disabled"]}
    assert rules(login(kazoo.token)) == {"account": ["disabled"]}


def test_a_disabled_sub_account_is_closed_to_its_main_account_too(sub_account: Account, kazoo: Kazoo) -> None:
    account_update(account=sub_account, enabled=False)
    assert rules(kazoo.get(f"/v2/accounts/{sub_account.kazoo_id}/devices")) == {"account": ["disabled"]}


def test_requests_above_the_limit_are_too_many(account: Account, kazoo: Kazoo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "clock", lambda: 1_800_000_000.0)
    account_update(account=account, rate_limit=3)
    answers = [kazoo.get("devices") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[3].json()["message"] == "too_many_requests"
    assert 0 < int(answers[3]["Retry-After"]) <= 60
