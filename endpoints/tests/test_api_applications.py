"""Applications through the API."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Account
from endpoints.models import Application
from tests.tenants import make_account, make_application, make_endpoint
from tests.vobiz import SDK, Api

NEW = {"app_name": "ivr", "answer_url": "https://example.com/answer"}
FOR_SDK = set(
    """answer_method answer_url app_id app_name application_type created_at default_app default_endpoint_app enabled
    fallback_answer_url fallback_method hangup_method hangup_url log_incoming_message message_method message_url
    public_uri resource_uri sip_transfer_method sip_transfer_url sip_uri sub_account updated_at""".split()
)
NARRATIVE = FOR_SDK | {"default_number_app"}


def create(api: Api, **body: Any) -> Any:
    return api.post("Application/", {**NEW, **body})


def stored(response: Any) -> Application:
    application: Application = Application.objects.get(app_id=int(response.json()["app_id"]))
    return application


@pytest.fixture
def application(account: Account) -> Application:
    """An application."""
    return make_application(account, "ivr")


def one(api: Api, application: Application, **headers: str) -> dict[str, Any]:
    body: dict[str, Any] = api.get(f"Application/{application.app_id}/", **headers).json()
    return body


# --- create -----------------------------------------------------------------------------------------------------------


def test_the_answer_names_the_new_application(api: Api) -> None:
    response = create(api)
    assert (response.status_code, set(response.json())) == (201, {"api_id", "app_id", "message"})
    assert response.json()["message"] == "created"
    assert len(response.json()["app_id"]) <= 15


def test_what_is_not_said_has_the_documented_default(api: Api) -> None:
    made = one(api, stored(create(api)))
    defaults = {
        "answer_method": "POST",
        "hangup_url": NEW["answer_url"],
        "hangup_method": "POST",
        "fallback_answer_url": None,
        "message_url": None,
        "sip_transfer_url": None,
        "application_type": "XML",
        "enabled": True,
        "default_app": False,
        "default_endpoint_app": False,
        "default_number_app": False,
        "log_incoming_message": True,
        "public_uri": False,
        "sub_account": None,
    }
    assert defaults.items() <= made.items()


def test_everything_documented_is_taken(api: Api) -> None:
    known = {
        "answer_method": "GET",
        "hangup_url": "https://example.com/hangup",
        "hangup_method": "GET",
        "fallback_answer_url": "https://example.com/fallback",
        "fallback_method": "GET",
        "message_url": "http://example.com/message",
        "message_method": "GET",
        "sip_transfer_url": "https://example.com/transfer",
        "sip_transfer_method": "GET",
        "application_type": "XML",
        "enabled": False,
        "default_app": True,
        "default_endpoint_app": True,
        "default_number_app": True,
        "log_incoming_message": False,
        "public_uri": True,
    }
    assert known.items() <= one(api, stored(create(api, **known, unknown=1))).items()


@pytest.mark.parametrize(
    ("alias", "name", "value"),
    [
        ("name", "app_name", "other"),
        ("log_incoming_messages", "log_incoming_message", False),
    ],
)
def test_old_names_of_fields_are_taken(alias: str, name: str, value: Any, api: Api) -> None:
    body = {key: kept for key, kept in NEW.items() if key != name}
    assert getattr(stored(api.post("Application/", {**body, alias: value})), name) == value


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"app_name": ""}, "app_name"),
        ({"app_name": "my app"}, "app_name"),
        ({"app_name": None}, "app_name"),
        ({"app_name": "x" * 129}, "app_name"),
        ({"app_name": "\u0000"}, "app_name"),
        ({"answer_url": ""}, "answer_url"),
        ({"answer_url": "example.com"}, "answer_url"),
        ({"answer_url": "ftp://example.com/"}, "answer_url"),
        ({"answer_url": "javascript:alert(1)"}, "answer_url"),
        ({"answer_url": "https://example.com/\u0000"}, "answer_url"),
        ({"answer_url": "https://example.com/" + "x" * 500}, "answer_url"),
        ({"answer_url": ["https://example.com"]}, "answer_url"),
        ({"answer_method": "DELETE"}, "answer_method"),
        ({"answer_method": None}, "answer_method"),
        ({"message_url": "nowhere"}, "message_url"),
        ({"application_type": "\ud800"}, "application_type"),
        ({"default_endpoint_app": "yes"}, "default_endpoint_app"),
        ({"sub_account": "SA_ZZZZZZZZ"}, "sub_account"),
        ({"sub_account": 5}, "sub_account"),
    ],
)
def test_what_breaks_a_rule_is_a_400_that_names_the_field(body: dict[str, Any], field: str, api: Api) -> None:
    response = create(api, **body)
    assert (response.status_code, set(response.json()["details"])) == (400, {field})
    assert response.json()["error"] == "invalid request parameters"


def test_what_must_be_there_is_said_in_the_documented_words(api: Api) -> None:
    details = api.post("Application/", {}).json()["details"]
    assert {name: details[name] for name in NEW} == dict.fromkeys(NEW, "This field is required.")


# --- the default for endpoints ----------------------------------------------------------------------------------------


def test_one_default_takes_over_from_the_former(api: Api) -> None:
    former, latter = (stored(create(api, app_name=name, default_endpoint_app=True)) for name in ("a", "b"))
    assert one(api, former)["default_endpoint_app"] is False
    assert one(api, latter)["default_endpoint_app"] is True


def test_a_default_reaches_later_endpoints_only(api: Api) -> None:
    before = make_endpoint(api.account, "before")
    default = stored(create(api, default_endpoint_app=True))
    after = make_endpoint(api.account, "after")
    before.refresh_from_db()
    assert (before.application, after.application) == (None, default)


# --- read -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("headers", "keys"), [({}, NARRATIVE), (SDK, FOR_SDK)])
def test_one_has_exactly_the_documented_keys(
    headers: dict[str, str], keys: set[str], api: Api, application: Application
) -> None:
    assert set(one(api, application, **headers)) == keys | {"api_id"}


@pytest.mark.parametrize(("headers", "keys", "following"), [({}, NARRATIVE, None), (SDK, FOR_SDK, "")])
def test_the_list_has_exactly_the_documented_keys(
    headers: dict[str, str], keys: set[str], following: str | None, api: Api, application: Application
) -> None:
    body = api.get("Application/", **headers).json()
    assert set(body) == {"api_id", "meta", "objects"}
    assert set(body["objects"][0]) == keys
    assert body["meta"] == {"limit": 20, "offset": 0, "total_count": 1, "next": following, "previous": None}


def test_the_values_are_spelled_as_documented(api: Api, application: Application) -> None:
    body = one(api, application)
    assert body["sip_uri"] == f"sip:{application.app_id}@sip.vobiz.ai"
    assert body["resource_uri"] == f"/v1/Account/{api.account.auth_id}/Application/{application.app_id}/"
    assert body["created_at"] == application.created_at.isoformat(" ")


def test_pages_are_newest_first(api: Api) -> None:
    names = [f"app{number}" for number in range(5)]
    for name in names:
        make_application(api.account, name)
    body = api.get("Application/?limit=2&offset=3").json()
    assert [row["app_name"] for row in body["objects"]] == ["app1", "app0"]
    assert (body["meta"]["next"], body["meta"]["total_count"]) == (None, 5)
    assert api.get("Application/?offset=5").json()["objects"] == []


def test_a_main_account_sees_all_and_a_sub_account_its_own(api: Api, sub_api: Api) -> None:
    make_application(api.account, "shared")
    make_application(api.account, "own", sub_account=sub_api.account)

    def names(client: Api, **options: Any) -> list[str]:
        return [row["app_name"] for row in client.get("Application/", **options).json()["objects"]]

    assert names(api) == ["own", "shared"]
    assert names(sub_api) == names(api, at=sub_api.account) == ["own"]


# --- update -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_an_update_says_changed_and_changes_what_it_names(method: str, api: Api, application: Application) -> None:
    response = api.call(method, f"Application/{application.app_id}/", {"answer_url": "https://example.com/new"})
    assert (response.status_code, set(response.json())) == (200, {"api_id", "message"})
    assert response.json()["message"] == "changed"
    application.refresh_from_db()
    assert (application.answer_url, application.app_name) == ("https://example.com/new", "ivr")


@pytest.mark.parametrize("key", ["sub_account", "subaccount", "app_id"])
def test_what_is_locked_is_refused(key: str, api: Api, application: Application) -> None:
    response = api.post(f"Application/{application.app_id}/", {key: "SA_ZZZZZZZZ"})
    assert response.json()["details"] == {key: "This cannot be changed after creation."}


def test_what_is_locked_may_be_sent_as_it_is(api: Api, application: Application) -> None:
    body = {"sub_account": None, "app_id": application.app_id}
    assert api.post(f"Application/{application.app_id}/", body).status_code == 200


def test_disabling_one_reaches_its_endpoints_phones(api: Api, application: Application) -> None:
    endpoint = make_endpoint(api.account, "alice", application=application)
    api.post(f"Application/{application.app_id}/", {"enabled": False})
    endpoint.subscriber.refresh_from_db()
    assert endpoint.subscriber.application_sid is None


# --- delete -----------------------------------------------------------------------------------------------------------


def test_a_deletion_is_a_204_without_a_body(api: Api, application: Application) -> None:
    response = api.delete(f"Application/{application.app_id}/")
    assert (response.status_code, response.content) == (204, b"")


@pytest.mark.parametrize("count", [1, 2])
def test_one_in_use_is_the_documented_409(count: int, api: Api, application: Application) -> None:
    for number in range(count):
        make_endpoint(api.account, f"user{number}", application=application)
    response = api.delete(f"Application/{application.app_id}/")
    assert response.status_code == 409
    assert response.json()["error"] == "Cannot delete application"
    assert response.json()["message"].startswith(f"Application is currently in use by {count} endpoint")
    assert response.json()["app_id"] == str(application.app_id)


# --- not there --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("segment", ["12345678", "x", "9" * 60, "%00"])
def test_one_that_is_not_there_is_the_documented_404(method: str, segment: str, api: Api) -> None:
    response = api.call(method, f"Application/{segment}/", {} if method == "POST" else None)
    assert (response.status_code, response.json()["error"]) == (404, "Application not found")
    assert "app_id" in response.json()


def test_an_application_of_a_sub_account_returns_when_that_goes(api: Api, sub_api: Api) -> None:
    application = stored(create(sub_api))
    url = f"/api/v1/accounts/{api.account.auth_id}/sub-accounts/{sub_api.account.auth_id}"
    assert api.delete(url).status_code == 200
    assert one(api, application)["sub_account"] is None


def test_a_main_account_creates_one_for_a_sub_account(api: Api, sub_account: Account) -> None:
    assert stored(create(api, subaccount=sub_account.auth_id)).sub_account == sub_account
    sibling = make_account("Sibling", parent=api.account)
    assert stored(api.post("Application/", NEW, at=sibling)).sub_account == sibling
