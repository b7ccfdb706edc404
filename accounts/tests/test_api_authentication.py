"""Who may call the API: the pair of headers, or a session; anything else is a 401 in the dialect."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.api_base import bearer
from accounts.api_sessions import session_tokens
from accounts.authentication import session_token
from accounts.models import Account, ApiToken, User
from accounts.permissions import Role, Scope
from accounts.services import account_update, member_remove, token_create, token_revoke
from console import limiter
from console.models import AuditEntry, LastUse
from tests.vobiz import Api

ME = "/api/v1/auth/me"
JUNK = "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl"


def ask(**headers: str) -> Any:
    return Client().get(ME, headers={name.replace("_", "-"): value for name, value in headers.items()})


def test_the_pair_of_headers_names_the_account(api: Api) -> None:
    assert api.get(ME).json()["auth_id"] == api.account.auth_id


def test_header_names_have_no_case(api: Api) -> None:
    assert ask(x_auth_id=api.account.auth_id, X_AUTH_TOKEN=api.plain).status_code == 200


def test_a_meaningless_bearer_beside_the_pair_is_ignored(api: Api) -> None:
    assert api.get(ME, Authorization=f"Bearer {JUNK}").status_code == 200


def test_a_session_counts_alone(api: Api) -> None:
    access = session_tokens(api.token)["access_token"]
    assert ask(Authorization=f"bearer {access}").json()["auth_id"] == api.account.auth_id


def test_a_session_does_not_count_beside_a_wrong_pair(api: Api) -> None:
    access = session_tokens(api.token)["access_token"]
    assert ask(Authorization=f"Bearer {access}", X_Auth_ID=api.account.auth_id).status_code == 401


WRONG = [
    {},
    {"X_Auth_ID": "{auth_id}"},
    {"X_Auth_Token": "{token}"},
    {"X_Auth_ID": "", "X_Auth_Token": "{token}"},
    {"X_Auth_ID": "{auth_id}", "X_Auth_Token": ""},
    {"X_Auth_ID": "{auth_id}", "X_Auth_Token": "0" * 64},
    {"X_Auth_ID": "{auth_id}", "X_Auth_Token": "{token}0"},
    {"X_Auth_ID": "{auth_id}", "X_Auth_Token": " {token} x"},
    {"X_Auth_ID": "{auth_id}", "X_Auth_Token": "'; DROP TABLE accounts_apitoken; --"},
    {"X_Auth_ID": "{auth_id}", "X_Auth_Token": "\xff\xfe"},
    {"X_Auth_ID": "{auth_id}", "X_Auth_Token": "a" * 5000},
    {"X_Auth_ID": "MA_ZZZZZZZZ", "X_Auth_Token": "{token}"},
    {"X_Auth_ID": "{other}", "X_Auth_Token": "{token}"},
    {"Authorization": "Bearer {token}"},
    {"Authorization": f"Bearer {JUNK}"},
    {"Authorization": "Bearer"},
    {"Authorization": "Basic dXNlcjpwYXNz"},
]


@pytest.mark.parametrize("headers", WRONG)
def test_anything_else_is_a_401_that_tells_nothing(headers: dict[str, str], api: Api, other_account: Account) -> None:
    known = {"auth_id": api.account.auth_id, "token": api.plain, "other": other_account.auth_id}
    response = ask(**{name: value.format(**known) for name, value in headers.items()})
    assert response.status_code == 401
    assert {"error": "unauthorized", "message": "invalid credentials", "code": 401}.items() <= response.json().items()
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize(
    ("header", "token"),
    [("Bearer abc", "abc"), ("bearer  abc ", "abc"), ("Token abc", ""), ("Bearer", ""), ("", "")],
)
def test_a_bearer_token_is_what_follows_the_word(header: str, token: str) -> None:
    assert bearer(header) == token


def test_a_revoked_token_is_refused_at_once(api: Api) -> None:
    assert api.get(ME).status_code == 200
    token_revoke(token=api.token)
    assert api.get(ME).status_code == 401


def test_an_expired_token_is_refused(account: Account) -> None:
    assert Api(account, expires_at=timezone.now() - timedelta(seconds=1)).get(ME).status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"audience": "vobiz", "lifetime_seconds": -1},
        {"audience": "vobiz-refresh", "lifetime_seconds": 60},
        {"audience": "kazoo", "lifetime_seconds": 60},
        {"audience": "vobiz", "lifetime_seconds": 60, "jti": "none"},
        {"audience": "vobiz", "lifetime_seconds": 60, "jti": "987654321"},
    ],
)
def test_a_session_of_another_kind_or_time_is_refused(claims: dict[str, Any], api: Api) -> None:
    assert ask(Authorization=f"Bearer {session_token(api.token, **claims)}").status_code == 401


def test_a_session_signed_with_a_former_key_counts(api: Api, settings: Any) -> None:
    access = session_tokens(api.token)["access_token"]
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of at least fifty characters, for a while"
    assert ask(Authorization=f"Bearer {access}").status_code == 200


def test_a_session_signed_with_an_unknown_key_is_refused(api: Api, settings: Any) -> None:
    access = session_tokens(api.token)["access_token"]
    settings.SECRET_KEY = "another key of at least fifty characters, for a while"
    assert ask(Authorization=f"Bearer {access}").status_code == 401


def test_revoking_the_token_ends_its_sessions(api: Api) -> None:
    access = session_tokens(api.token)["access_token"]
    token_revoke(token=api.token)
    assert ask(Authorization=f"Bearer {access}").status_code == 401


# --- disabled accounts ------------------------------------------------------------------------------------------------


def test_a_disabled_account_is_a_403(api: Api) -> None:
    account_update(account=api.account, enabled=False)
    response = api.get(ME)
    assert (response.status_code, response.json()["error"]) == (403, "forbidden")


def test_disabling_the_main_account_refuses_its_sub_accounts(api: Api, sub_api: Api) -> None:
    account_update(account=api.account, enabled=False)
    assert sub_api.get(ME).status_code == 403


def test_a_main_account_still_manages_a_disabled_sub_account(api: Api, sub_api: Api) -> None:
    account_update(account=sub_api.account, enabled=False)
    path = f"/api/v1/accounts/{api.account.auth_id}/sub-accounts/{sub_api.account.auth_id}"
    assert api.put(path, {"enabled": True}).status_code == 200
    assert sub_api.get(ME).status_code == 200


# --- scopes and roles -------------------------------------------------------------------------------------------------


SUB_ACCOUNTS = "/api/v1/accounts/{}/sub-accounts/"


@pytest.mark.parametrize(
    ("scope", "read", "write"),
    [
        (Scope.FULL, 200, 201),
        (Scope.READ_ONLY, 200, 403),
        (Scope.ENDPOINTS, 403, 403),
        (Scope.CREDENTIALS, 403, 403),
        (Scope.DEVICES, 403, 403),
        (Scope.WEBHOOK, 403, 403),
    ],
)
def test_a_token_does_what_its_scope_allows(scope: Scope, read: int, write: int, account: Account) -> None:
    client, path = Api(account, scope=scope), SUB_ACCOUNTS.format(account.auth_id)
    assert (client.get(path).status_code, client.post(path, {"name": "Branch"}).status_code) == (read, write)


@pytest.mark.parametrize(
    ("role", "change", "make"),
    [(Role.OWNER, 200, 201), (Role.ADMIN, 200, 403), (Role.SUPPORT, 403, 403), (Role.VIEWER, 403, 403)],
)
def test_a_persons_token_does_what_the_role_allows(
    role: Role, change: int, make: int, account: Account, sub_account: Account, alice: User
) -> None:
    account.memberships.filter(user=alice).update(role=role)
    client, path = Api(account, user=alice), SUB_ACCOUNTS.format(account.auth_id)
    changed = client.put(path + sub_account.auth_id, {"phone": "1"})
    assert client.get(path).status_code == 200
    assert (changed.status_code, client.post(path, {"name": "Branch"}).status_code) == (change, make)


def test_a_token_of_somebody_who_left_is_refused(account: Account, alice: User, bob: User) -> None:
    client = Api(account, user=bob)
    member_remove(membership=bob.memberships.get())
    assert client.get(ME).status_code == 401


def test_a_token_of_somebody_who_may_not_sign_in_is_refused(account: Account, bob: User) -> None:
    client = Api(account, user=bob)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert client.get(ME).status_code == 401


# --- traces -----------------------------------------------------------------------------------------------------------


def test_writes_are_recorded_in_the_name_of_the_token(api: Api) -> None:
    api.post(SUB_ACCOUNTS.format(api.account.auth_id), {"name": "Branch"})
    entry = AuditEntry.objects.filter(object_type="account").latest("pk")
    assert (entry.door, entry.actor_kind, entry.actor_id) == ("api", "token", str(api.token.pk))
    assert api.plain not in entry.actor_label


def test_a_tokens_use_is_remembered_once_a_minute(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[str] = []
    monkeypatch.setattr(limiter, "note_use", lambda key, **_source: noted.append(key))
    now = limiter.clock()
    for seconds in (0, 1, 59, 61, 90):
        monkeypatch.setattr(limiter, "clock", lambda seconds=seconds: now + seconds)
        api.get(ME)
    assert noted == [f"token:{api.token.pk}"] * 2


def test_where_a_token_was_used_from_is_remembered(api: Api) -> None:
    api.get(ME)
    assert LastUse.objects.get(key=f"token:{api.token.pk}").source == "127.0.0.1"


def test_what_is_remembered_of_uses_does_not_grow_for_ever(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.authentication.MAXIMUM_NOTED", 1)
    monkeypatch.setattr("accounts.authentication._noted", noted := {"another": 0.0})
    client = Api(account)
    client.get(ME)
    assert list(noted) == [client.token.digest]


def test_a_token_is_looked_up_whatever_account_it_is_of(sub_account: Account) -> None:
    _token, plain = token_create(token=ApiToken(account=sub_account, name="tests"))
    response = ask(X_Auth_ID=sub_account.auth_id, X_Auth_Token=plain)
    assert response.json()["role"] == "user"
