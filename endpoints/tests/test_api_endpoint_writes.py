"""Endpoints through the API: create, update, delete."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Account
from accounts.services import account_delete, account_update
from endpoints.models import Endpoint
from sip.hashing import Algorithm, ha1
from sip.models import Secret, Subscriber
from tests.tenants import make_account, make_application, make_credential, make_endpoint
from tests.vobiz import SDK, Api

NEW = {"username": "johndoe", "password": "SecurePassword123!", "alias": "Johns-Desktop-Phone"}
FLAGS = {
    "allow_voice": True,
    "allow_message": True,
    "allow_video": False,
    "allow_same_domain": True,
    "allow_other_domains": False,
    "allow_phones": True,
    "allow_apps": True,
}


def create(api: Api, **body: Any) -> Any:
    return api.post("Endpoint/", {**NEW, **body})


def stored(response: Any) -> Endpoint:
    endpoint: Endpoint = Endpoint.objects.get(endpoint_id=int(response.json()["endpoint_id"]))
    return endpoint


# --- create -----------------------------------------------------------------------------------------------------------


def test_the_answer_is_the_union_of_the_documented_bodies(api: Api) -> None:
    response = create(api)
    body, auth_id = response.json(), api.account.auth_id
    assert response.status_code == 201
    assert set(body) == {"api_id", "message", "endpoint_id", "sip_uri", "resource_uri", "alias", "username"}
    assert {"message": "created", "username": "johndoe", "alias": "Johns-Desktop-Phone"}.items() <= body.items()
    assert body["resource_uri"] == f"/v1/Account/{auth_id}/Endpoint/{body['endpoint_id']}/"


def test_an_official_sdk_gets_the_three_keys_that_it_knows(api: Api) -> None:
    response = api.post("Endpoint/", NEW, **SDK)
    assert (response.status_code, set(response.json())) == (201, {"alias", "endpoint_id", "username"})


def test_an_endpoint_id_is_a_string_of_at_most_15_digits(api: Api) -> None:
    endpoint_id = create(api).json()["endpoint_id"]
    assert endpoint_id.isdigit()
    assert len(endpoint_id) <= 15


def test_the_first_account_gets_the_printed_uri(api: Api) -> None:
    assert create(api).json()["sip_uri"] == "sip:johndoe@sip.vobiz.ai"


def test_two_accounts_may_have_one_username_and_get_two_uris(api: Api, other_api: Api) -> None:
    answers = [create(each) for each in (api, other_api)]
    other = f"sip:johndoe@{other_api.account.auth_id}.sip.vobiz.ai"
    assert [answer.status_code for answer in answers] == [201, 201]
    assert [answer.json()["sip_uri"] for answer in answers] == ["sip:johndoe@sip.vobiz.ai", other]


def test_what_is_not_said_has_the_documented_default(api: Api) -> None:
    endpoint = stored(create(api))
    assert {name: getattr(endpoint, name) for name in FLAGS} == FLAGS
    assert (endpoint.application, endpoint.sub_account) == (None, None)


def test_every_permission_is_taken(api: Api) -> None:
    opposite = {name: not value for name, value in FLAGS.items()}
    endpoint = stored(create(api, **opposite))
    assert {name: getattr(endpoint, name) for name in FLAGS} == opposite
    assert {name: getattr(endpoint.subscriber, name) for name in FLAGS} == opposite


def test_the_password_becomes_a_hash(api: Api) -> None:
    endpoint = stored(create(api))
    secret = Secret.objects.get(subscriber=endpoint.subscriber)
    assert secret.md5 == ha1(Algorithm.MD5, "johndoe", "sip.vobiz.ai", NEW["password"])


def test_unknown_keys_are_ignored(api: Api) -> None:
    assert create(api, nonsense={"deep": [1]}, endpoint_id="7", sip_registered="true").status_code == 201


def test_a_missing_field_is_named_in_the_documented_words(api: Api) -> None:
    response = api.post("Endpoint/", {})
    assert response.status_code == 400
    assert response.json()["error"] == "invalid request parameters"
    assert response.json()["details"] == dict.fromkeys(("username", "password", "alias"), "This field is required.")


def test_all_that_is_wrong_is_said_at_once_word_for_word(api: Api) -> None:
    response = create(api, username="john_doe", password="short")
    assert response.json()["details"] == {
        "username": "Only alphanumeric characters are allowed",
        "password": "Password must be at least 8 characters",
    }


def test_relaxed_names_take_the_examples_of_the_pages(api: Api, settings: Any) -> None:
    settings.ENDPOINT_NAMES = "relaxed"
    assert create(api, username="sales_desk", alias="John's Desktop Phone").status_code == 201


# --- taken names ------------------------------------------------------------------------------------------------------


def test_a_taken_username_is_the_documented_409(api: Api) -> None:
    create(api)
    response = create(api)
    assert response.status_code == 409
    expected = {"error": "username already exists", "username": "johndoe", "code": 409}
    assert expected.items() <= response.json().items()


def test_a_username_is_taken_in_any_case(api: Api) -> None:
    create(api)
    response = create(api, username="JohnDoe")
    assert (response.status_code, response.json()["username"]) == (409, "JohnDoe")


def test_a_username_that_a_credential_holds_is_a_409_that_says_so(api: Api, settings: Any) -> None:
    account = api.account
    account.realms.filter(serves_endpoints=True).delete()
    account.realms.update(serves_endpoints=True)
    make_credential(account, "johndoe")
    response = create(api)
    assert (response.status_code, response.json()["username"]) == (409, "johndoe")
    assert response.json()["error"] == "username already held by a credential"


def test_a_taken_username_beside_another_fault_is_a_400(api: Api) -> None:
    create(api)
    response = create(api, password="short")
    assert (response.status_code, set(response.json()["details"])) == (400, {"username", "password"})


def test_a_username_is_free_again_after_a_deletion(api: Api) -> None:
    api.delete(f"Endpoint/{create(api).json()['endpoint_id']}/")
    assert create(api).status_code == 201


def test_an_account_at_its_limit_is_told_so(api: Api) -> None:
    account_update(account=api.account, endpoint_limit=1)
    create(api)
    response = create(api, username="another")
    assert (response.status_code, response.json()["error"]) == (400, "invalid request parameters")
    assert response.json()["message"] == "The account's limit of 1 endpoints is reached"


# --- applications -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["application", "app_id"])
@pytest.mark.parametrize("as_type", [int, str])
def test_an_application_is_named_by_its_id_as_number_or_text(key: str, as_type: Any, api: Api) -> None:
    application = make_application(api.account, "ivr")
    assert stored(create(api, **{key: as_type(application.app_id)})).application == application


def test_without_one_the_accounts_default_is_taken(api: Api) -> None:
    application = make_application(api.account, "ivr", default_endpoint_app=True)
    endpoint = stored(create(api))
    assert endpoint.application == application
    assert endpoint.subscriber.application_sid == application.application_sid


def test_null_takes_none_although_there_is_a_default(api: Api) -> None:
    make_application(api.account, "ivr", default_endpoint_app=True)
    assert stored(create(api, application=None)).application is None


def test_an_application_of_somebody_else_and_an_unknown_one_are_the_same(api: Api, other_api: Api) -> None:
    foreign = make_application(other_api.account, "ivr")
    answers = [create(api, application=app_id) for app_id in (foreign.app_id, 123456789012345, 10**30)]
    assert [answer.status_code for answer in answers] == [400] * 3
    assert {answer.json()["details"]["application"] for answer in answers} == {"Application not found"}


# --- sub-accounts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["sub_account", "subaccount"])
def test_a_main_account_creates_for_a_sub_account(key: str, api: Api, sub_account: Account) -> None:
    endpoint = stored(create(api, **{key: sub_account.auth_id}))
    assert (endpoint.account, endpoint.sub_account) == (api.account, sub_account)
    assert endpoint.subscriber.account == sub_account


def test_a_main_account_creates_at_a_sub_accounts_address(api: Api, sub_account: Account) -> None:
    response = api.post("Endpoint/", NEW, at=sub_account)
    assert stored(response).sub_account == sub_account
    assert response.json()["resource_uri"].startswith(f"/v1/Account/{sub_account.auth_id}/")


def test_what_a_sub_account_creates_is_its_own_in_its_main_accounts_realm(api: Api, sub_api: Api) -> None:
    response = create(sub_api)
    assert (stored(response).account, stored(response).sub_account) == (api.account, sub_api.account)
    assert response.json()["sip_uri"] == "sip:johndoe@sip.vobiz.ai"


def test_a_sub_account_may_name_itself(sub_api: Api) -> None:
    assert create(sub_api, sub_account=sub_api.account.auth_id).status_code == 201


@pytest.mark.parametrize("named", ["SA_ZZZZZZZZ", "", "x", "{main}", "{foreign}", "\u0000"])
def test_no_other_sub_account_is_found(named: str, api: Api, other_account: Account) -> None:
    foreign = make_account("Foreign", parent=other_account)
    sent = named.format(main=api.account.auth_id, foreign=foreign.auth_id)
    response = create(api, sub_account=sent)
    expected = (201, None) if not named else (400, {"sub_account": "Sub-account not found"})
    assert (response.status_code, response.json().get("details")) == expected


def test_a_sub_account_does_not_create_for_a_sibling(api: Api, sub_api: Api) -> None:
    sibling = make_account("Sibling", parent=api.account)
    assert create(sub_api, sub_account=sibling.auth_id).json()["details"] == {"sub_account": "Sub-account not found"}


def test_a_sub_account_uses_its_own_and_shared_applications_only(api: Api, sub_api: Api) -> None:
    sibling = make_account("Sibling", parent=api.account)
    shared = make_application(api.account, "shared")
    own = make_application(api.account, "own", sub_account=sub_api.account)
    siblings = make_application(api.account, "siblings", sub_account=sibling)
    answers = [
        create(sub_api, username=f"user{number}", application=application.app_id).status_code
        for number, application in enumerate((shared, own, siblings))
    ]
    assert answers == [201, 201, 400]


def test_a_sub_accounts_endpoints_return_to_its_main_account(api: Api, sub_api: Api) -> None:
    endpoint_id = create(sub_api).json()["endpoint_id"]
    account_delete(account=sub_api.account)
    assert api.get(f"Endpoint/{endpoint_id}/").json()["sub_account"] is None


# --- update -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def endpoint(api: Api) -> Endpoint:
    """An endpoint with an application."""
    return make_endpoint(api.account, "alice", application=make_application(api.account, "ivr"))


def update(api: Api, endpoint: Endpoint, body: dict[str, Any], method: str = "POST") -> Any:
    return api.call(method, f"Endpoint/{endpoint.endpoint_id}/", body)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_an_update_answers_202_with_an_empty_text(method: str, api: Api, endpoint: Endpoint) -> None:
    response = update(api, endpoint, {"alias": "Reception"}, method)
    assert (response.status_code, response.content, response.headers["Content-Type"]) == (
        202,
        b'""',
        "application/json",
    )
    endpoint.refresh_from_db()
    assert endpoint.alias == "Reception"


@pytest.mark.parametrize("name", ["allow_voice", "allow_message", "allow_video"])
def test_these_permissions_can_be_changed(name: str, api: Api, endpoint: Endpoint) -> None:
    wanted = not getattr(endpoint, name)
    assert update(api, endpoint, {name: wanted}).status_code == 202
    endpoint.refresh_from_db()
    assert (getattr(endpoint, name), getattr(endpoint.subscriber, name)) == (wanted, wanted)


def test_an_update_without_anything_changes_nothing(api: Api, endpoint: Endpoint) -> None:
    assert update(api, endpoint, {}).status_code == 202


def test_null_detaches_the_application(api: Api, endpoint: Endpoint) -> None:
    update(api, endpoint, {"application": None})
    endpoint.refresh_from_db()
    assert (endpoint.application, endpoint.subscriber.application_sid) == (None, None)


def test_another_application_can_be_attached(api: Api, endpoint: Endpoint) -> None:
    other = make_application(api.account, "other")
    assert update(api, endpoint, {"app_id": str(other.app_id)}).status_code == 202
    endpoint.refresh_from_db()
    assert endpoint.application == other


def test_an_unknown_application_cannot(api: Api, endpoint: Endpoint) -> None:
    response = update(api, endpoint, {"application": 1})
    assert (response.status_code, response.json()["details"]) == (400, {"application": "Application not found"})


def test_a_password_replaces_the_former_at_once(api: Api, endpoint: Endpoint) -> None:
    before = Secret.objects.get(subscriber=endpoint.subscriber_id).md5
    assert update(api, endpoint, {"password": "AnotherPass456"}).status_code == 202
    assert Secret.objects.get(subscriber=endpoint.subscriber_id).md5 != before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"password": "short"}, "password"),
        ({"password": ""}, "password"),
        ({"password": None}, "password"),
        ({"alias": ""}, "alias"),
        ({"alias": "a b"}, "alias"),
        ({"allow_voice": "true"}, "allow_voice"),
        ({"application": "x"}, "application"),
    ],
)
def test_an_update_is_held_to_the_rules(body: dict[str, Any], field: str, api: Api, endpoint: Endpoint) -> None:
    response = update(api, endpoint, body)
    assert (response.status_code, set(response.json()["details"])) == (400, {field})


LOCKED = {
    "username": "bob",
    "endpoint_id": "1",
    "domain": "elsewhere.example",
    "sub_account": "SA_ZZZZZZZZ",
    "allow_same_domain": False,
    "allow_other_domains": True,
    "allow_phones": False,
    "allow_apps": False,
}


@pytest.mark.parametrize("name", LOCKED)
def test_what_is_locked_is_refused(name: str, api: Api, endpoint: Endpoint) -> None:
    response = update(api, endpoint, {name: LOCKED[name]})
    assert response.status_code == 400
    assert response.json()["details"] == {name: "This cannot be changed after creation."}


def test_what_is_locked_may_be_sent_as_it_is(api: Api, endpoint: Endpoint) -> None:
    body = {"username": "alice", "endpoint_id": endpoint.endpoint_id, "domain": "sip.vobiz.ai", "sub_account": None}
    assert update(api, endpoint, {**body, **{name: FLAGS[name] for name in FLAGS}}).status_code == 202


# --- delete -----------------------------------------------------------------------------------------------------------


def test_a_deletion_is_a_204_without_a_body(api: Api, endpoint: Endpoint) -> None:
    response = api.delete(f"Endpoint/{endpoint.endpoint_id}/")
    assert (response.status_code, response.content) == (204, b"")
    assert not Subscriber.objects.filter(pk=endpoint.subscriber_id).exists()


def test_a_second_deletion_is_a_404_with_a_body(api: Api, endpoint: Endpoint) -> None:
    url = f"Endpoint/{endpoint.endpoint_id}/"
    api.delete(url)
    response = api.delete(url)
    assert (response.status_code, response.json()["error"]) == (404, "Endpoint not found")


# --- not there --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("segment", ["99999999", "0", "x", "-1", "1.0", "9" * 18, "9" * 60, "%00", "é", "null"])
def test_an_endpoint_that_is_not_there_is_the_documented_404(method: str, segment: str, api: Api) -> None:
    response = api.call(method, f"Endpoint/{segment}/", {"alias": "x"} if method != "GET" else None)
    assert (response.status_code, response.json()["error"]) == (404, "Endpoint not found")
    assert "endpoint_id" in response.json()


def test_the_404_names_what_was_asked_for(api: Api) -> None:
    assert api.get("Endpoint/99999999/").json()["endpoint_id"] == "99999999"
