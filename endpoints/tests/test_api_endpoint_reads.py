"""Endpoints through the API: exact key sets of both profiles, registrations, pages, filters."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account
from console.prepared import Prepared
from console.sqlite3 import trigrams
from endpoints import api_queries
from endpoints.api_representation import host_and_port
from endpoints.models import Application, Endpoint
from sip.models import Registration
from tests.tenants import make_account, make_application, make_endpoint
from tests.vobiz import SDK, Api

FOR_SDK = set("alias application endpoint_id resource_uri sip_registered sip_uri sub_account username".split())
FLAGS = set(
    """allow_voice allow_message allow_video allow_same_domain allow_other_domains allow_phones allow_apps""".split()
)
LISTED = FOR_SDK | FLAGS | {"sip_contact", "sip_expires", "sip_user_agent", "created_at", "updated_at"}
REGISTRATION = {"contact", "expires", "user_agent", "received", "path"}


@pytest.fixture
def application(account: Account) -> Application:
    """Where the endpoint's calls go."""
    return make_application(account, "ivr")


@pytest.fixture
def endpoint(account: Account, application: Application) -> Endpoint:
    """An endpoint with an application."""
    return make_endpoint(account, "alice", application=application)


def register(endpoint: Endpoint, *, seconds: int = 300, **fields: Any) -> Registration:
    now = timezone.now()
    known = {
        "contact": "sip:alice@192.168.1.100:5060;transport=udp",
        "user_agent": "Yealink SIP-T46S",
        "source": "203.0.113.42:5060",
        "expires_at": now + timedelta(seconds=seconds),
        **fields,
    }
    return Registration.objects.create(
        subscriber=endpoint.subscriber,
        account_id=endpoint.account_id,
        main_account_id=endpoint.account_id,
        aor=endpoint.subscriber.aor,
        contact_key=known["contact"],
        since=now,
        **known,
    )


def one(api: Api, endpoint: Endpoint, **headers: str) -> dict[str, Any]:
    body: dict[str, Any] = api.get(f"Endpoint/{endpoint.endpoint_id}/", **headers).json()
    return body


def first(api: Api, query: str = "", **headers: str) -> dict[str, Any]:
    body: dict[str, Any] = api.get(f"Endpoint/{query}", **headers).json()["objects"][0]
    return body


# --- keys -------------------------------------------------------------------------------------------------------------


def test_a_retrieved_one_has_exactly_the_documented_keys(api: Api, endpoint: Endpoint) -> None:
    assert set(one(api, endpoint)) == LISTED | {"api_id"}


def test_a_registered_one_has_its_registration_too(api: Api, endpoint: Endpoint) -> None:
    register(endpoint)
    body = one(api, endpoint)
    assert set(body) == LISTED | {"api_id", "sip_registration"}
    assert set(body["sip_registration"]) == REGISTRATION


@pytest.mark.parametrize("is_registered", [False, True])
def test_a_listed_one_has_exactly_the_documented_keys(is_registered: bool, api: Api, endpoint: Endpoint) -> None:
    if is_registered:
        register(endpoint)
    assert set(first(api)) == LISTED


@pytest.mark.parametrize("is_registered", [False, True])
def test_an_official_sdk_gets_eight_keys_alone_and_in_lists(is_registered: bool, api: Api, endpoint: Endpoint) -> None:
    if is_registered:
        register(endpoint)
    assert set(one(api, endpoint, **SDK)) == set(first(api, **SDK)) == FOR_SDK


@pytest.mark.parametrize("headers", [{}, SDK])
def test_the_envelope_has_the_documented_keys(headers: dict[str, str], api: Api, endpoint: Endpoint) -> None:
    body = api.get("Endpoint/", **headers).json()
    assert set(body) == {"api_id", "meta", "objects"}
    assert body["meta"] == {"limit": 20, "offset": 0, "total_count": 1, "next": None, "previous": None}


def test_the_values_are_those_of_the_endpoint(api: Api, endpoint: Endpoint) -> None:
    expected = {
        "endpoint_id": str(endpoint.endpoint_id),
        "username": "alice",
        "alias": "Alias-alice",
        "resource_uri": f"/v1/Account/{api.account.auth_id}/Endpoint/{endpoint.endpoint_id}/",
        "sip_uri": "sip:alice@sip.vobiz.ai",
        "sub_account": None,
        "allow_voice": True,
        "allow_video": False,
    }
    assert expected.items() <= one(api, endpoint).items()


@pytest.mark.parametrize("headers", [{}, SDK])
def test_no_answer_holds_a_password_or_a_hash(headers: dict[str, str], api: Api, endpoint: Endpoint) -> None:
    body = api.get(f"Endpoint/{endpoint.endpoint_id}/", **headers).content.decode()
    secret = endpoint.subscriber.secrets.get()
    assert not any(word in body for word in ("password", "SecurePass123", secret.md5, secret.sha256))


# --- the application --------------------------------------------------------------------------------------------------


def test_a_retrieved_one_shows_its_application(api: Api, endpoint: Endpoint, application: Application) -> None:
    assert one(api, endpoint)["application"] == {
        "app_id": str(application.app_id),
        "app_name": "ivr",
        "answer_url": application.answer_url,
        "answer_method": "POST",
    }


def test_a_listed_one_shows_it_in_brief(api: Api, endpoint: Endpoint, application: Application) -> None:
    assert first(api)["application"] == {"app_id": str(application.app_id), "app_name": "ivr"}


def test_an_official_sdk_gets_its_address(api: Api, endpoint: Endpoint, application: Application) -> None:
    address = f"/v1/Account/{api.account.auth_id}/Application/{application.app_id}/"
    assert one(api, endpoint, **SDK)["application"] == first(api, **SDK)["application"] == address


def test_no_application_is_null_but_for_an_sdk_that_takes_none(api: Api, account: Account) -> None:
    endpoint = make_endpoint(account, "bob")
    assert (one(api, endpoint)["application"], first(api)["application"]) == (None, None)
    assert (one(api, endpoint, **SDK)["application"], first(api, **SDK)["application"]) == ("", None)


# --- registrations ----------------------------------------------------------------------------------------------------


def test_a_registered_one_says_so(api: Api, endpoint: Endpoint) -> None:
    registered = register(endpoint)
    expires = registered.expires_at.isoformat().replace("+00:00", "Z")
    expected = {
        "sip_registered": "true",
        "sip_contact": "192.168.1.100:5060",
        "sip_expires": expires,
        "sip_user_agent": "Yealink SIP-T46S",
    }
    assert expected.items() <= one(api, endpoint).items()
    assert expected.items() <= first(api).items()


def test_its_registration_is_told_in_full(api: Api, endpoint: Endpoint) -> None:
    registered = register(endpoint)
    assert one(api, endpoint)["sip_registration"] == {
        "contact": "sip:alice@192.168.1.100:5060;transport=udp",
        "expires": registered.expires_at.isoformat().replace("+00:00", "Z"),
        "user_agent": "Yealink SIP-T46S",
        "received": "203.0.113.42:5060",
        "path": None,
    }


@pytest.mark.parametrize("fields", [{"seconds": -1}, {"cut_off_at": timezone.now()}])
def test_a_registration_that_is_over_is_none(fields: dict[str, Any], api: Api, endpoint: Endpoint) -> None:
    register(endpoint, **fields)
    expected = {"sip_registered": "false", "sip_contact": None, "sip_expires": None, "sip_user_agent": None}
    assert expected.items() <= one(api, endpoint).items()
    assert "sip_registration" not in one(api, endpoint)


def test_a_registration_ends_while_the_query_stays_prepared(
    api: Api, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(endpoint, seconds=60)
    assert one(api, endpoint)["sip_registered"] == "true"
    later = timezone.now() + timedelta(seconds=120)
    monkeypatch.setattr("endpoints.api_queries.timezone.now", lambda: later)
    assert one(api, endpoint)["sip_registered"] == "false"


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("sip:alice@192.168.1.100:5060;transport=udp", "192.168.1.100:5060"),
        ("sips:alice@phone.example", "phone.example"),
        ("SIP:alice@phone.example?x=y", "phone.example"),
        ("sip:192.168.1.100:5060", "192.168.1.100:5060"),
        ("sip:alice@[2001:db8::1]:5060;ob", "[2001:db8::1]:5060"),
        ("(not given)", None),
        (None, None),
    ],
)
def test_a_contact_is_shown_as_host_and_port(contact: str | None, shown: str | None) -> None:
    assert host_and_port(contact) == shown


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def seven(account: Account) -> list[str]:
    """Seven endpoints' usernames, newest first."""
    names = [f"user{number}" for number in range(7)]
    for name in names:
        make_endpoint(account, name)
    return names[::-1]


def usernames(response: Any) -> list[str]:
    return [row["username"] for row in response.json()["objects"]]


@pytest.mark.parametrize(
    ("query", "shown", "limit", "offset"),
    [
        ("", slice(0, 7), 20, 0),
        ("?limit=3", slice(0, 3), 3, 0),
        ("?limit=3&offset=2", slice(2, 5), 3, 2),
        ("?limit=3&offset=5", slice(5, 7), 3, 5),
        ("?limit=3&offset=6", slice(6, 7), 3, 6),
        ("?limit=3&offset=7", slice(7, 7), 3, 7),
        ("?offset=999999999999999999", slice(7, 7), 20, 999999999999999999),
        ("?limit=0&offset=-3", slice(0, 1), 1, 0),
        ("?limit=1000", slice(0, 7), 100, 0),
        ("?limit=junk&offset=junk", slice(0, 7), 20, 0),
        ("?limit=&offset=", slice(0, 7), 20, 0),
    ],
)
def test_a_page_is_newest_first_and_clamped(
    query: str, shown: slice, limit: int, offset: int, api: Api, seven: list[str]
) -> None:
    response = api.get(f"Endpoint/{query}")
    meta = response.json()["meta"]
    assert usernames(response) == seven[shown]
    assert (meta["limit"], meta["offset"], meta["total_count"]) == (limit, offset, 7)


def test_following_next_leads_through_the_list_and_back(api: Api, seven: list[str]) -> None:
    seen, address = [], f"/v1/Account/{api.account.auth_id}/Endpoint/?limit=3"
    while address:
        response = api.get(f"/api{address}")
        seen += usernames(response)
        address, previous = response.json()["meta"]["next"], response.json()["meta"]["previous"]
    assert seen == seven
    assert previous == f"/v1/Account/{api.account.auth_id}/Endpoint/?limit=3&offset=3"


def test_the_next_page_keeps_the_filters(api: Api, seven: list[str]) -> None:
    following = api.get("Endpoint/?username__startswith=USER&limit=3").json()["meta"]["next"]
    assert usernames(api.get(f"/api{following}")) == seven[3:6]


# --- filters ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def mixed(account: Account, application: Application, sub_account: Account) -> None:
    """Endpoints that the filters tell apart."""
    make_endpoint(account, "SalesDesk", alias="Front-Desk", application=application)
    make_endpoint(account, "salesfloor", alias="front_floor")
    make_endpoint(account, "presales", alias="Back-Office", sub_account=sub_account)


FILTERS = [
    ("username__contains=SALES", {"SalesDesk", "salesfloor", "presales"}),
    ("username__contains=desk", {"SalesDesk"}),
    ("username__contains=%25", set()),
    ("username__contains=_", set()),
    ("username__startswith=sales", {"SalesDesk", "salesfloor"}),
    ("username__startswith=Pre", {"presales"}),
    ("username__exact=SalesDesk", {"SalesDesk"}),
    ("username__exact=salesdesk", set()),
    ("alias__contains=FRONT", {"SalesDesk", "salesfloor"}),
    ("alias__contains=t_f", {"salesfloor"}),
    ("alias__exact=Front-Desk", {"SalesDesk"}),
    ("alias__exact=front-desk", set()),
    ("application_id__exact={app_id}", {"SalesDesk"}),
    ("application_id__exact=1", set()),
    ("application_id__isnull=true", {"salesfloor", "presales"}),
    ("application_id__isnull=True", {"salesfloor", "presales"}),
    ("application_id__isnull=0", {"SalesDesk"}),
    ("sub_account={sub_auth_id}", {"presales"}),
    ("sub_account=SA_ZZZZZZZZ", set()),
    ("username__contains=sales&alias__contains=desk", {"SalesDesk"}),
    ("username__contains=", {"SalesDesk", "salesfloor", "presales"}),
    ("unknown__filter=x", {"SalesDesk", "salesfloor", "presales"}),
    ("username__contains=" + "x" * 60_000, set()),
]


@pytest.mark.parametrize(("query", "expected"), FILTERS)
def test_a_filter_narrows_the_list_and_its_total(
    query: str, expected: set[str], api: Api, mixed: None, application: Application, sub_account: Account
) -> None:
    response = api.get(f"Endpoint/?{query.format(app_id=application.app_id, sub_auth_id=sub_account.auth_id)}")
    assert set(usernames(response)) == expected
    assert response.json()["meta"]["total_count"] == len(expected)


def test_parts_that_many_have_are_found_as_well(api: Api, mixed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """On SQLite: no trigrams then, which know nothing of accounts."""
    make_endpoint(make_account("Another"), "saleswoman", alias="Front")
    monkeypatch.setattr(trigrams, "MANY", 2)
    for name in ("_candidates", "_narrowed_page"):  # statements with that limit in them must not outlive the test
        kept: Prepared = getattr(api_queries, name)
        monkeypatch.setattr(api_queries, name, Prepared(kept.columns, kept.build))
    for query, expected in FILTERS:
        if "contains" in query:
            response = api.get(f"Endpoint/?{query}")
            assert (set(usernames(response)), response.json()["meta"]["total_count"]) == (expected, len(expected))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("application_id__exact=x", "application_id__exact"),
        ("application_id__exact=" + "9" * 40, "application_id__exact"),
        ("application_id__isnull=perhaps", "application_id__isnull"),
        ("username__contains=%00", "username__contains"),
        ("alias__exact=a%00b", "alias__exact"),
        ("sub_account=%00", "sub_account"),
    ],
)
def test_a_filter_that_cannot_be_understood_is_a_400(query: str, field: str, api: Api, mixed: None) -> None:
    response = api.get(f"Endpoint/?{query}")
    assert (response.status_code, set(response.json()["details"])) == (400, {field})


# --- two views of the same rows ---------------------------------------------------------------------------------------


def test_a_main_account_sees_all_and_a_sub_account_its_own(api: Api, sub_api: Api) -> None:
    sibling = make_account("Sibling", parent=api.account)
    make_endpoint(api.account, "main")
    make_endpoint(api.account, "subs", sub_account=sub_api.account)
    make_endpoint(api.account, "siblings", sub_account=sibling)
    assert usernames(api.get("Endpoint/")) == ["siblings", "subs", "main"]
    assert usernames(api.get("Endpoint/", at=sub_api.account)) == usernames(sub_api.get("Endpoint/")) == ["subs"]
    assert sub_api.get("Endpoint/").json()["meta"]["total_count"] == 1


def test_addresses_are_those_of_the_account_that_was_asked(api: Api, sub_api: Api) -> None:
    endpoint = make_endpoint(api.account, "subs", sub_account=sub_api.account)
    main, sub = one(api, endpoint), one(sub_api, endpoint)
    assert main["resource_uri"] == f"/v1/Account/{api.account.auth_id}/Endpoint/{endpoint.endpoint_id}/"
    assert sub["resource_uri"] == f"/v1/Account/{sub_api.account.auth_id}/Endpoint/{endpoint.endpoint_id}/"
    assert main["sub_account"] == sub["sub_account"] == sub_api.account.auth_id


# --- spellings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("template", ["Account/{}/Endpoint/", "account/{}/endpoint", "accounts/{}/ENDPOINT//"])
def test_list_and_detail_are_found_in_any_spelling(template: str, api: Api, endpoint: Endpoint) -> None:
    url = f"/api/v1/{template.format(api.account.auth_id)}"
    assert usernames(api.get(url)) == ["alice"]
    assert api.get(f"{url.rstrip('/')}/{endpoint.endpoint_id}").json()["username"] == "alice"
