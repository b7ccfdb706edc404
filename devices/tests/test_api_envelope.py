"""What surrounds every answer: envelope, headers, methods, bodies."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from console.version import VERSION
from devices.tests.support import Kazoo, rules

JSON_TYPES = [
    "application/json",
    "application/json; charset=utf-8",
    "application/x-json",
    "application/vnd.api+json",
    "text/plain",
    "application/x-www-form-urlencoded",
    "",
]
CROSS_ORIGIN = {"Origin": "https://ui.example.test"}


def test_a_success_says_who_when_and_which(kazoo: Kazoo) -> None:
    response = kazoo.get("devices", headers={"X-Request-ID": "my-own-id"})
    body = response.json()
    assert (body["status"], body["request_id"], response["X-Request-ID"]) == ("success", "my-own-id", "my-own-id")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", body["timestamp"])
    assert (body["auth_token"], body["version"]) == (kazoo.token, VERSION)
    assert re.fullmatch("[0-9a-f]{8}", body["node"])
    assert "error" not in body


def test_an_error_has_its_code_as_text_and_no_revision(kazoo: Kazoo) -> None:
    body = kazoo.get(f"devices/{'0' * 32}").json()
    assert {key: body[key] for key in ("status", "error", "message", "auth_token")} == {
        "status": "error",
        "error": "404",
        "message": "bad_identifier",
        "auth_token": kazoo.token,
    }
    assert "revision" not in body


def test_without_an_id_from_the_client_a_request_gets_one(kazoo: Kazoo) -> None:
    assert re.fullmatch("[0-9a-f]{32}", kazoo.get("devices").json()["request_id"])


def test_who_did_not_say_who_they_are_is_not_told_the_version() -> None:
    body = Client().get("/v2/schemas").json()
    assert (body["status"], "version" in body, "auth_token" in body) == ("success", False, False)


@pytest.mark.parametrize("path", ["devices", "devices/", "devices///"])
def test_the_content_type_is_json_to_the_letter_and_nothing_redirects(kazoo: Kazoo, path: str) -> None:
    response = kazoo.client.get(kazoo.url("") + "/" + path, headers={"X-Auth-Token": kazoo.token})
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")


@pytest.mark.parametrize("accept", ["application/json", "text/html", "text/csv", "*/*", "nonsense"])
def test_json_is_answered_whatever_is_accepted(kazoo: Kazoo, accept: str) -> None:
    response = kazoo.get("devices", headers={"Accept": accept})
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")


# Bodies.


@pytest.mark.parametrize("content_type", JSON_TYPES)
def test_a_body_is_read_as_json_whatever_it_may_be_called(kazoo: Kazoo, content_type: str) -> None:
    response = kazoo.put("devices", {"name": "x"}, content_type=content_type)
    assert response.status_code == 201


@pytest.mark.parametrize("content_type", ["multipart/form-data; boundary=x", "application/xml", "image/png"])
def test_a_body_that_is_no_json_by_its_type_is_a_415_without_a_body(kazoo: Kazoo, content_type: str) -> None:
    response = kazoo.put("devices", None, body=b"--x\r\n", content_type=content_type)
    assert (response.status_code, response.content) == (415, b"")


def test_a_byte_order_mark_does_no_harm(kazoo: Kazoo) -> None:
    assert kazoo.put("devices", None, body='\ufeff{"data":{"name":"x"}}').status_code == 201


def test_no_body_is_an_empty_document(kazoo: Kazoo) -> None:
    assert rules(kazoo.put("devices", None)) == {"name": ["required"]}


BROKEN = [
    "x",
    "{",
    '{"data":{"name":"x"}',
    "[]",
    '"data"',
    "7",
    '{"data": NaN}',
    '{"data":{"name":1e999}}',
    '{"data": ' + "9" * 5000 + "}",
    '{"data":' + "[" * 100_000 + "]" * 100_000 + "}",
    b'{"data":"\xff\xfe"}',
]


@pytest.mark.parametrize("body", BROKEN)
@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH", "DELETE"])
def test_what_is_no_json_object_is_said_first_of_all_without_a_token_too(
    kazoo: Kazoo, method: str, body: str | bytes
) -> None:
    response = kazoo.ask(method, "devices/nothing", body=body, headers={"X-Auth-Token": ""})
    assert rules(response) == {"json": ["invalid"]}
    assert response.json()["data"]["json"]["invalid"]["target"] == "body"


def test_the_parser_says_where_it_stopped(kazoo: Kazoo) -> None:
    told = kazoo.put("devices", None, body='{"data":}').json()["data"]["json"]["invalid"]
    assert told["message"].endswith(" around 8")


@pytest.mark.parametrize("body", ['{"name":"x"}', '{"data":null}', "{}"])
def test_an_envelope_without_data_is_named(kazoo: Kazoo, body: str) -> None:
    assert rules(kazoo.put("devices", None, body=body, headers={"X-Auth-Token": ""})) == {"data": ["required"]}


def test_the_envelope_is_given_back_without_its_secret(kazoo: Kazoo) -> None:
    response = kazoo.put("devices", None, body='{"name":"x","auth_token":"secret","deep":{}}')
    assert response.json()["data"]["data"]["required"]["value"] == {"name": "x"}


@pytest.mark.parametrize(("body", "found"), [('{"data":"x"}', "type"), ('{"data":7}', "type"), ('{"data":[]}', "type")])
def test_data_that_is_no_object_is_named(kazoo: Kazoo, body: str, found: str) -> None:
    assert rules(kazoo.put("devices", None, body=body)) == {"data": [found]}


def test_a_body_that_is_too_large_is_a_400_that_says_the_limit(kazoo: Kazoo, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    response = kazoo.put("devices", {"name": "x", "custom": "y" * 1000})
    assert rules(response) == {"file": ["maxSize"]}
    assert response.json()["data"]["file"]["maxSize"]["target"] == 1000


@pytest.mark.parametrize(
    "data",
    [
        {"name": "a\0b"},
        {"name": "\ud800"},
        {"name": "x", "custom": {"a\0": 1}},
        {"name": "x", "custom": 2**80},
        {"name": "x", "sip": {"username": "a\0b", "password": "long-enough"}},
        {"name": "x", "mac_address": "\udfff"},
    ],
)
def test_what_no_database_can_hold_is_a_400(kazoo: Kazoo, data: Any) -> None:
    assert "invalid" in {rule for found in rules(kazoo.put("devices", data)).values() for rule in found}


@pytest.mark.parametrize("body", [b"", b"{}", b'{"data":{"ui_metadata":{"ui":"monster"}}}', b'{"data":"x"}'])
@pytest.mark.parametrize(("method", "path"), [("DELETE", ""), ("POST", "/sync")])
def test_deleting_and_rebooting_take_any_body(kazoo: Kazoo, method: str, path: str, body: bytes) -> None:
    device = kazoo.created()
    assert kazoo.ask(method, f"devices/{device['id']}{path}", body=body).status_code == 200


# Methods.


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "devices"),
        ("PATCH", "devices"),
        ("DELETE", "devices"),
        ("HEAD", "devices"),
        ("OPTIONS", "devices"),
        ("TRACE", "devices"),
        ("BREW", "devices"),
        ("HEAD", "devices/{id}"),
        ("OPTIONS", "devices/{id}"),
        ("PUT", "devices/status"),
        ("POST", "devices/status"),
        ("DELETE", "devices/status"),
        ("GET", "devices/{id}/sync"),
        ("PUT", "devices/{id}/sync"),
        ("GET", "devices/{id}/notify"),
        ("POST", "devices/{id}/status"),
        ("POST", "users"),
        ("PUT", ""),
        ("POST", "children"),
        ("GET", "/v2/api_auth"),
        ("POST", "/v2/user_auth"),
        ("DELETE", "/v2/schemas"),
    ],
)
@pytest.mark.parametrize("token", [True, False])
def test_a_method_that_an_address_does_not_know_is_a_405(kazoo: Kazoo, method: str, path: str, token: bool) -> None:
    headers = {} if token else {"X-Auth-Token": ""}
    response = kazoo.ask(method, path.format(id="0" * 32), headers=headers)
    assert response.status_code == 405
    if method != "HEAD":
        assert response.json()["message"] == "invalid_method"


def test_a_post_may_name_another_method_in_the_query_string(kazoo: Kazoo) -> None:
    assert kazoo.post("devices?verb=PUT", {"name": "x"}).status_code == 201
    assert kazoo.post(f"devices/{kazoo.ids()[0]}?verb=delete", {}).status_code == 200
    assert kazoo.ids() == []


def test_a_post_may_name_another_method_in_the_envelope(kazoo: Kazoo) -> None:
    body = '{"verb":"PUT","data":{"name":"x"}}'
    assert kazoo.ask("POST", "devices", body=body).status_code == 201


def test_only_a_post_may(kazoo: Kazoo) -> None:
    device = kazoo.created()
    assert kazoo.get(f"devices/{device['id']}?verb=DELETE").status_code == 200
    assert kazoo.ids() == [device["id"]]


@pytest.mark.parametrize("headers", [CROSS_ORIGIN, {"Access-Control-Request-Method": "PUT"}])
def test_a_browser_that_asks_first_is_told_the_methods(kazoo: Kazoo, headers: dict[str, str]) -> None:
    response = kazoo.ask("OPTIONS", "devices", headers={"X-Auth-Token": "", **headers})
    assert (response.status_code, response.content) == (200, b"")
    assert response["Access-Control-Allow-Methods"] == "GET, PUT, OPTIONS"
    assert "X-Auth-Token" in response["Access-Control-Allow-Headers"]


def test_a_page_from_another_origin_may_read_answers_and_errors(kazoo: Kazoo) -> None:
    for path in ("devices", "nothing"):
        assert kazoo.get(path, headers=CROSS_ORIGIN)["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in kazoo.get("devices")
