"""How request bodies are read: as one JSON object, bounded in size and depth."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.http import HttpRequest
from django.http.request import UnreadablePostError
from django.test import RequestFactory
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from console.api.negotiation import JSONNegotiation
from console.api.parsers import BodyTooLarge, JSONParser, is_deeper_than, json_object, settle_length
from console.api.renderers import JSONRenderer


@pytest.mark.parametrize("body", [b"", b"  \r\n", b"{}", b"\xef\xbb\xbf{}"])
def test_an_empty_body_is_an_empty_object(body: bytes) -> None:
    assert json_object(body) == {}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "invalid JSON"),
        (b"nonsense", "invalid JSON"),
        (b"\xff\xfe", "invalid JSON"),
        (b'{"a": NaN}', "invalid JSON"),
        (b'{"a": -Infinity}', "invalid JSON"),
        (b'{"a": 1e999}', "invalid JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "invalid JSON"),
        (b'{"a": "\x01"}', "invalid JSON"),
        (b"{'a': 1}", "invalid JSON"),
        (b'{"a": 1} {"b": 2}', "invalid JSON"),
        (b"[" * 100_000, "invalid JSON"),
        (b'{"a":' * 100_000, "invalid JSON"),
        (b"[]", "expected a JSON object"),
        (b"null", "expected a JSON object"),
        (b'"text"', "expected a JSON object"),
        (b"1", "expected a JSON object"),
        (b'{"a":' + b"[" * 70 + b"]" * 70 + b"}", "nested too deeply"),
    ],
)
def test_anything_else_is_refused(body: bytes, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        json_object(body)


@pytest.mark.parametrize(
    ("value", "levels", "is_deeper"),
    [({}, 1, False), ({"a": 1}, 1, False), ({"a": []}, 1, True), ({"a": [{}]}, 3, False), ({"a": [{}]}, 2, True)],
)
def test_depth_is_counted_in_containers(value: Any, levels: int, is_deeper: bool) -> None:
    assert is_deeper_than(value, levels) is is_deeper


def test_a_body_as_long_as_allowed_is_read(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 8
    assert JSONParser().parse(BytesIO(b'{"a": 1}')) == {"a": 1}


def test_a_longer_body_is_too_large(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 7
    with pytest.raises(BodyTooLarge):
        JSONParser().parse(BytesIO(b'{"a": 1}'))


def test_a_body_that_breaks_off_is_refused() -> None:
    class Broken(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise UnreadablePostError

    with pytest.raises(ParseError, match="ended early"):
        JSONParser().parse(Broken())


# --- content types ----------------------------------------------------------------------------------------------------


def declared(content_type: str) -> Request:
    request = RequestFactory().generic("POST", "/", b"{}", content_type=content_type)
    return Request(request, parsers=[JSONParser()], negotiator=JSONNegotiation())


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON", ""]
)
def test_json_is_read_and_so_is_what_is_not_declared(content_type: str) -> None:
    assert JSONNegotiation().select_parser(declared(content_type), [JSONParser()]) is not None


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", "application/xml", "json"])
def test_any_other_content_type_has_no_parser(content_type: str) -> None:
    assert JSONNegotiation().select_parser(declared(content_type), [JSONParser()]) is None


def test_every_client_gets_json() -> None:
    renderer, media_type = JSONNegotiation().select_renderer(declared(""), [JSONRenderer()])
    assert (renderer.render({"a": None}), media_type) == (b'{"a":null}', "application/json")


def test_text_that_is_no_unicode_is_escaped() -> None:
    assert JSONRenderer().render({"a": "\ud800"}) == b'{"a":"\\ud800"}'


# --- bodies without a length ------------------------------------------------------------------------------------------


def chunked(**environment: Any) -> HttpRequest:
    request = RequestFactory().generic("POST", "/", b"", content_type="application/json")
    request.META |= {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": BytesIO(b'{"a": 1}'), **environment}
    return request


def test_a_chunked_body_is_read() -> None:
    request = chunked(**{"CONTENT_LENGTH": "", "wsgi.input_terminated": True})
    settle_length(request)
    assert (request.META["CONTENT_LENGTH"], request.read()) == ("8", b'{"a": 1}')


@pytest.mark.parametrize(
    "environment",
    [
        {"CONTENT_LENGTH": "3", "wsgi.input_terminated": True},
        {"CONTENT_LENGTH": "", "wsgi.input_terminated": False},
        {"CONTENT_LENGTH": "", "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": ""},
    ],
)
def test_a_body_is_left_alone_that_has_a_length_or_no_end(environment: dict[str, Any]) -> None:
    request = chunked(**environment)
    settle_length(request)
    assert request.META["wsgi.input"].tell() == 0
