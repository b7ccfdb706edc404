"""What a hostile or broken client sends: always an answer in the dialect, never a 500."""

from __future__ import annotations

import json
from typing import Any

import pytest

from endpoints.models import Endpoint
from tests.tenants import make_endpoint
from tests.vobiz import Api

NEW: dict[str, Any] = {"username": "johndoe", "password": "SecurePassword123!", "alias": "Phone"}
JUNK: list[Any] = [
    None, True, False, 0, -1, 1.5, 10**400, 1e300, "", " ", "\u0000", "a\u0000b", "\ud800", "\u202e", "\r\nX: y",
    "'; DROP TABLE endpoints_endpoint; --", "{{ 7*7 }}", "<script>", "../../etc/passwd", "x" * 100_000, [], {}, [[]],
    {"$ne": 1},
]  # fmt: skip
TEXTS = ["username", "password", "alias", "sub_account"]
FLAGS = (
    """allow_voice allow_message allow_video allow_same_domain allow_other_domains allow_phones allow_apps""".split()
)
BODY_KEYS = {"error", "message", "code", "api_id"}


@pytest.mark.parametrize("name", [*TEXTS, *FLAGS, "application"])
def test_junk_in_a_field_is_a_400_that_names_it_or_harmless(name: str, api: Api) -> None:
    for number, junk in enumerate(JUNK):
        response = api.post("Endpoint/", {**NEW, "username": f"user{number}", name: junk})
        assert response.status_code in (201, 400), (junk, response.content)
        assert set(response.json().get("details", {name})) == {name}, junk


@pytest.mark.parametrize("name", [*TEXTS, *FLAGS, "application", "endpoint_id", "domain"])
def test_junk_in_an_update_is_a_400_or_harmless(name: str, api: Api) -> None:
    endpoint = make_endpoint(api.account, "alice")
    for junk in JUNK:
        response = api.post(f"Endpoint/{endpoint.endpoint_id}/", {name: junk})
        assert response.status_code in (202, 400), (junk, response.content)


def test_control_characters_are_refused_in_every_text(api: Api) -> None:
    refused = [api.post("Endpoint/", {**NEW, name: "abcdefgh\u0000"}).status_code for name in TEXTS]
    assert refused == [400] * len(TEXTS)


def test_junk_under_unknown_keys_is_ignored(api: Api) -> None:
    for number, junk in enumerate(JUNK):
        body = {**NEW, "username": f"user{number}", "unknown": junk, "": junk, "\u0000": junk}
        assert api.post("Endpoint/", body).status_code == 201, junk


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"nonsense", 400),
        (b"[]", 400),
        (b"null", 400),
        (b'"x"', 400),
        (b"\xff\xfe\x00", 400),
        (b'{"username": NaN}', 400),
        (b'{"username": Infinity}', 400),
        (b'{"application": 1e999}', 400),
        (b'{"application": ' + b"9" * 5000 + b"}", 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 1000 + b"1" + b"}" * 1000, 400),
        (b'{"username": "\x00"}', 400),
        (b'{"username": "\\ud800"}', 400),
        (b" " * 2_500_001, 413),
        (b'{"alias": "' + b"x" * 2_500_000 + b'"}', 413),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_a_body_that_is_none_is_refused(body: bytes, status: int, api: Api) -> None:
    response = api.post("Endpoint/", body)
    assert response.status_code == status
    assert set(response.json()) >= BODY_KEYS


@pytest.mark.parametrize(
    "content_type",
    ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", "application/xml"],
)
def test_another_content_type_is_a_415(content_type: str, api: Api) -> None:
    response = api.client.generic(
        "POST", api.url("Endpoint/"), json.dumps(NEW).encode(), content_type=content_type, headers=api.headers
    )
    assert (response.status_code, response.json()["error"]) == (415, "unsupported media type")


def test_a_body_without_a_content_type_is_read_as_json(api: Api) -> None:
    response = api.client.generic(
        "POST", api.url("Endpoint/"), json.dumps(NEW).encode(), content_type="", headers=api.headers
    )
    assert response.status_code == 201


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*;q=0.1", "nonsense"])
def test_the_answer_is_json_whatever_is_accepted(accept: str, api: Api) -> None:
    for query in ("", "?format=xml", "?format=api"):
        response = api.get(f"Endpoint/{query}", Accept=accept)
        assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "Endpoint/", "GET, HEAD, POST"),
        ("DELETE", "Endpoint/", "GET, HEAD, POST"),
        ("OPTIONS", "Endpoint/", "GET, HEAD, POST"),
        ("TRACE", "Endpoint/", "GET, HEAD, POST"),
        ("BREW", "Endpoint/", "GET, HEAD, POST"),
        ("OPTIONS", "Endpoint/1/", "GET, HEAD, POST, PUT, PATCH, DELETE"),
    ],
)
def test_a_wrong_method_is_a_405_that_says_which_are_right(method: str, path: str, allowed: str, api: Api) -> None:
    response = api.call(method, path)
    assert (response.status_code, response.headers["Allow"]) == (405, allowed)
    assert response.json()["error"] == "method not allowed"


def test_head_is_get_without_a_body(api: Api) -> None:
    response = api.call("HEAD", "Endpoint/")
    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize(
    "query",
    [
        "?limit=%00",
        "?offset=%FF",
        "?limit[]=1",
        "?limit=1&limit=2",
        "?" + "&".join(f"a{n}=1" for n in range(900)),
        "?%",
    ],
)
def test_a_junk_query_is_answered(query: str, api: Api) -> None:
    assert api.get(f"Endpoint/{query}").status_code == 200


def test_nothing_of_a_refused_body_is_stored(api: Api) -> None:
    api.post("Endpoint/", {**NEW, "alias": "no good"})
    assert not Endpoint.objects.exists()
