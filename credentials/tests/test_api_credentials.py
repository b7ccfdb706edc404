"""Credentials through the API."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from accounts.models import Account
from accounts.permissions import Scope
from accounts.services import account_update
from credentials.models import Credential
from sip.hashing import Algorithm, ha1
from sip.models import Secret, Subscriber
from tests.tenants import make_account, make_credential
from tests.vobiz import SDK, Api

NEW: dict[str, Any] = {"username": "office_phone_01", "password": "SecurePassword123!"}
KEYS = {"id", "account_id", "username", "password", "realm", "enabled", "created_at", "updated_at"}


def create(api: Api, **body: Any) -> Any:
    return api.post("credentials", {**NEW, **body})


def stored(response: Any) -> Credential:
    credential: Credential = Credential.objects.get(credential_id=response.json()["id"])
    return credential


@pytest.fixture
def credential(account: Account) -> Credential:
    """A credential."""
    return make_credential(account, "office_phone_01")


# --- create -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, SDK])
def test_the_answer_has_exactly_the_documented_keys(headers: dict[str, str], api: Api) -> None:
    response = api.post("credentials", {**NEW, "description": "Main office desk phone"}, **headers)
    assert (response.status_code, set(response.json())) == (201, KEYS)


def test_the_answer_is_as_printed(api: Api) -> None:
    body, auth_id = create(api).json(), api.account.auth_id
    expected = {
        "account_id": auth_id,
        "username": "office_phone_01",
        "password": "<redacted>",
        "realm": f"{auth_id}.sip.vobiz.ai",
        "enabled": True,
    }
    assert expected.items() <= body.items()
    assert str(uuid.UUID(body["id"])) == body["id"]
    assert body["created_at"].endswith("Z")


def test_the_password_becomes_a_hash_for_the_printed_realm(api: Api) -> None:
    response = create(api)
    secret = Secret.objects.get(subscriber=stored(response).subscriber)
    assert secret.md5 == ha1(Algorithm.MD5, "office_phone_01", response.json()["realm"], NEW["password"])


def test_enabled_and_description_are_taken(api: Api) -> None:
    response = create(api, enabled=False, description="Main office desk phone")
    assert (response.json()["enabled"], stored(response).description) == (False, "Main office desk phone")
    assert stored(response).subscriber.enabled is False


def test_networks_are_taken_and_not_shown(api: Api) -> None:
    response = create(api, allowed_networks=["203.0.113.0/24"])
    assert stored(response).subscriber.allowed_networks == ["203.0.113.0/24"]
    assert set(response.json()) == KEYS


def test_unknown_keys_are_ignored(api: Api) -> None:
    assert create(api, trunk_id="x", nonsense=[1]).status_code == 201


@pytest.mark.parametrize(
    ("body", "details"),
    [
        ({"username": ""}, {"username": "This field is required."}),
        ({"username": None}, {"username": "This field is required."}),
        ({"username": "a b"}, {"username": "Only letters, numbers, hyphens and underscores are allowed"}),
        ({"username": "a@b"}, {"username": "Only letters, numbers, hyphens and underscores are allowed"}),
        ({"username": "a\u0000"}, {"username": "Only letters, numbers, hyphens and underscores are allowed"}),
        ({"username": 5}, {"username": "Not a valid string."}),
        ({"password": "short"}, {"password": "Password must be at least 8 characters"}),
        ({"password": "x" * 129}, {"password": "Password must be at most 128 characters"}),
        ({"password": "12345678\u0000"}, {"password": "Control characters are not allowed"}),
        ({"password": "12345678\ud800"}, {"password": "Control characters are not allowed"}),
        ({"password": 12345678}, {"password": "Not a valid string."}),
        ({"enabled": "true"}, {"enabled": "Must be a valid boolean."}),
        ({"description": ["x"]}, {"description": "Not a valid string."}),
        ({"description": "\u0000"}, {"description": "Control characters are not allowed"}),
        ({"allowed_networks": "203.0.113.0/24"}, {"allowed_networks": "Not a valid value."}),
        ({"allowed_networks": ["x"]}, {"allowed_networks": "x is not a network such as 203.0.113.0/24"}),
        ({"allowed_networks": [{}]}, {"allowed_networks": "{} is not a network such as 203.0.113.0/24"}),
    ],
)
def test_what_breaks_a_rule_is_a_400(body: dict[str, Any], details: dict[str, str], api: Api) -> None:
    response = create(api, **body)
    assert (response.status_code, response.json()["error"]) == (400, "invalid request parameters")
    assert response.json()["details"] == details


def test_what_must_be_there_is_said_in_the_documented_words(api: Api) -> None:
    details = api.post("credentials", {}).json()["details"]
    assert details == dict.fromkeys(("username", "password"), "This field is required.")


def test_a_taken_username_is_the_documented_409(api: Api) -> None:
    create(api)
    response = create(api, username="Office_Phone_01")
    assert response.status_code == 409
    assert {"error": "Username already exists for this trunk", "code": 409}.items() <= response.json().items()


def test_two_accounts_may_have_one_username(api: Api, other_api: Api) -> None:
    answers = [create(each) for each in (api, other_api)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert len({answer.json()["realm"] for answer in answers}) == 2


def test_an_account_at_its_limit_is_told_so(api: Api) -> None:
    account_update(account=api.account, credential_limit=0)
    response = create(api)
    assert (response.status_code, response.json()["message"]) == (
        400,
        "The account's limit of 0 credentials is reached",
    )


# --- list -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["trunks/credentials", "credentials", "Trunks/Credentials/", "credentials/"])
@pytest.mark.parametrize("headers", [{}, SDK])
def test_the_list_is_the_documented_envelope_at_both_addresses(
    path: str, headers: dict[str, str], api: Api, credential: Credential
) -> None:
    body = api.get(path, **headers).json()
    assert set(body) == {"meta", "objects"}
    assert body["meta"] == {"limit": 20, "offset": 0, "total": 1}
    assert set(body["objects"][0]) == KEYS


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", [4, 3, 2, 1, 0]),
        ("?limit=2", [4, 3]),
        ("?limit=2&offset=2", [2, 1]),
        ("?limit=2&offset=4", [0]),
        ("?limit=2&offset=5", []),
        ("?limit=-1&offset=x", [4]),
    ],
)
def test_pages_are_newest_first(query: str, shown: list[int], api: Api) -> None:
    for number in range(5):
        make_credential(api.account, f"user{number}")
    body = api.get(f"trunks/credentials{query}").json()
    assert [row["username"] for row in body["objects"]] == [f"user{number}" for number in shown]
    assert body["meta"]["total"] == 5


def test_an_account_lists_its_own_only(api: Api, sub_api: Api, credential: Credential) -> None:
    make_credential(sub_api.account, "subs")

    def names(client: Api, **options: Any) -> list[str]:
        return [row["username"] for row in client.get("credentials", **options).json()["objects"]]

    assert names(api) == ["office_phone_01"]
    assert names(sub_api) == names(api, at=sub_api.account) == ["subs"]


# --- one --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["credentials/{}", "trunks/credentials/{}", "Credentials/{}/"])
def test_one_can_be_retrieved(path: str, api: Api, credential: Credential) -> None:
    response = api.get(path.format(credential.credential_id))
    assert (response.status_code, set(response.json())) == (200, KEYS)


def test_one_is_found_by_its_id_in_any_case(api: Api, credential: Credential) -> None:
    assert api.get(f"credentials/{str(credential.credential_id).upper()}").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "POST"])
def test_an_update_answers_with_the_object(method: str, api: Api, credential: Credential) -> None:
    response = api.call(method, f"credentials/{credential.credential_id}", {"enabled": False, "description": "x"})
    assert (response.status_code, set(response.json()), response.json()["enabled"]) == (200, KEYS, False)
    credential.refresh_from_db()
    assert (credential.enabled, credential.description) == (False, "x")
    assert response.json()["updated_at"] > response.json()["created_at"]


def hash_of(credential: Credential) -> str:
    return Secret.objects.get(subscriber=credential.subscriber_id).md5


def test_a_password_replaces_the_former(api: Api, credential: Credential) -> None:
    before = hash_of(credential)
    assert api.put(f"credentials/{credential.credential_id}", {"password": "AnotherPass456"}).status_code == 200
    assert hash_of(credential) != before


def test_an_object_sent_back_as_it_was_shown_changes_nothing(api: Api, credential: Credential) -> None:
    url = f"credentials/{credential.credential_id}"
    before = hash_of(credential)
    assert api.put(url, api.get(url).json()).status_code == 200
    assert hash_of(credential) == before


@pytest.mark.parametrize("name", ["id", "account_id", "username", "realm"])
def test_what_is_locked_is_refused(name: str, api: Api, credential: Credential) -> None:
    response = api.put(f"credentials/{credential.credential_id}", {name: "another"})
    assert response.status_code == 400
    assert response.json()["details"] == {name: "This cannot be changed after creation."}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"password": "short"}, "password"),
        ({"password": ""}, "password"),
        ({"password": None}, "password"),
        ({"enabled": 1}, "enabled"),
        ({"description": None}, "description"),
        ({"description": "x" * 501}, "description"),
        ({"allowed_networks": [""] * 65}, "allowed_networks"),
    ],
)
def test_an_update_is_held_to_the_rules(body: dict[str, Any], field: str, api: Api, credential: Credential) -> None:
    response = api.put(f"credentials/{credential.credential_id}", body)
    assert (response.status_code, set(response.json()["details"])) == (400, {field})


def test_a_deletion_is_a_204_without_a_body(api: Api, credential: Credential) -> None:
    response = api.delete(f"credentials/{credential.credential_id}")
    assert (response.status_code, response.content) == (204, b"")
    assert not Subscriber.objects.filter(pk=credential.subscriber_id).exists()


# --- whose they are ---------------------------------------------------------------------------------------------------

METHODS = [("GET", 200), ("PUT", 200), ("PATCH", 200), ("POST", 200), ("DELETE", 204)]


def act(client: Api, method: str, credential: Credential, at: Account) -> Any:
    body = None if method in ("GET", "DELETE") else {"enabled": False}
    return client.call(method, f"credentials/{credential.credential_id}", body, at=at)


@pytest.mark.parametrize(("method", "status"), METHODS)
@pytest.mark.parametrize("address", ["main", "sub"])
def test_a_main_account_reaches_its_sub_accounts_by_both_addresses(
    address: str, method: str, status: int, api: Api, sub_account: Account
) -> None:
    at = api.account if address == "main" else sub_account
    assert act(api, method, make_credential(sub_account, "subs"), at).status_code == status


@pytest.mark.parametrize(("method", "status"), METHODS)
def test_a_sub_account_reaches_its_own(method: str, status: int, sub_api: Api) -> None:
    assert act(sub_api, method, make_credential(sub_api.account, "subs"), sub_api.account).status_code == status


@pytest.mark.parametrize(("method", "status"), METHODS)
def test_a_sub_account_reaches_neither_its_main_accounts_nor_its_siblings(
    method: str, status: int, api: Api, sub_api: Api, credential: Credential
) -> None:
    siblings = make_credential(make_account("Sibling", parent=api.account), "siblings")
    assert act(sub_api, method, credential, sub_api.account).status_code == 404
    assert act(sub_api, method, credential, api.account).status_code == 404
    assert act(sub_api, method, siblings, sub_api.account).status_code == 404


@pytest.mark.parametrize(("method", "status"), METHODS)
def test_a_stranger_gets_404_alike_for_foreign_and_unknown(
    method: str, status: int, other_api: Api, credential: Credential
) -> None:
    unknown = Credential(credential_id=uuid.uuid4())
    answers = [act(other_api, method, each, other_api.account) for each in (credential, unknown)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert {answer.json()["error"] for answer in answers} == {"Credential not found"}


@pytest.mark.parametrize(
    "segment", ["1", "x", "%00", "é", "aabbccdd12345678-90ab-cdef12345678", "{aabbccdd}", "x" * 500]
)
def test_an_id_that_cannot_be_is_a_404(segment: str, api: Api) -> None:
    response = api.get(f"credentials/{segment}")
    assert (response.status_code, response.json()["error"]) == (404, "Credential not found")


@pytest.mark.parametrize(
    ("scope", "read", "write"),
    [(Scope.FULL, 200, 201), (Scope.READ_ONLY, 200, 403), (Scope.CREDENTIALS, 200, 201), (Scope.ENDPOINTS, 403, 403)],
)
def test_a_token_does_what_its_scope_allows(scope: Scope, read: int, write: int, account: Account) -> None:
    client = Api(account, scope=scope)
    assert (client.get("credentials").status_code, create(client).status_code) == (read, write)


def test_a_disabled_account_gets_403(api: Api) -> None:
    account_update(account=api.account, enabled=False)
    assert create(api).status_code == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS"])
def test_a_wrong_method_is_a_405(method: str, api: Api) -> None:
    response = api.call(method, "credentials")
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD, POST")
