"""The one error body of the Vobiz dialect."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.signals import got_request_exception
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404
from rest_framework.exceptions import MethodNotAllowed, ParseError, UnsupportedMediaType

from console.api.parsers import BodyTooLarge
from console.api.vobiz.errors import REQUIRED, Refused, handle, is_taken, refusal
from console.api.vobiz.identity import api_id_of

CONTEXT = {"request": SimpleNamespace(request_id="0" * 32), "view": None}


@pytest.mark.parametrize(
    ("error", "status", "summary"),
    [
        (ParseError("invalid JSON"), 400, "invalid request"),
        (DataError("value too long"), 400, "invalid request"),
        (ValidationError("no"), 400, "invalid request parameters"),
        (Refused(401, "invalid credentials"), 401, "unauthorized"),
        (Http404(), 404, "not found"),
        (MethodNotAllowed("PATCH"), 405, "method not allowed"),
        (IntegrityError("UNIQUE constraint failed: secret_table.column"), 409, "conflict"),
        (BodyTooLarge(), 413, "request body too large"),
        (UnsupportedMediaType("text/plain"), 415, "unsupported media type"),
        (OperationalError("host db.internal refused"), 503, "service unavailable"),
        (InterfaceError("host db.internal gone"), 503, "service unavailable"),
        (RuntimeError("secret of the house"), 500, "internal error"),
    ],
)
def test_every_exception_becomes_one_flat_body(error: Exception, status: int, summary: str) -> None:
    response = handle(error, CONTEXT)
    assert response.status_code == response.data["code"] == status
    assert response.data["error"] == summary
    assert response.data["message"]
    assert response.data["api_id"] == str(uuid.UUID(int=0))


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("db.internal"),
        OperationalError("db.internal"),
        IntegrityError("db.internal"),
        DataError("db.internal"),
    ],
)
def test_our_own_failures_tell_nothing(error: Exception) -> None:
    assert "db.internal" not in str(handle(error, CONTEXT).data)


def test_an_outage_says_when_to_come_back() -> None:
    assert handle(OperationalError(), CONTEXT).headers["Retry-After"] == "5"


def test_an_unforeseen_error_is_announced() -> None:
    seen: list[Any] = []

    def listen(**signal: Any) -> None:
        seen.append(signal["request"])

    got_request_exception.connect(listen)
    handle(RuntimeError(), CONTEXT)
    handle(OperationalError(), CONTEXT)
    assert seen == [CONTEXT["request"]]


def test_the_first_message_of_each_field_is_shown() -> None:
    error = ValidationError({"username": ["First", "Second"], "alias": ["Third"]})
    assert refusal(error).details == {"username": "First", "alias": "Third"}


@pytest.mark.parametrize("code", ["required", "blank", "null"])
def test_all_ways_of_being_absent_say_the_documented_words(code: str) -> None:
    error = ValidationError({"alias": ValidationError("This field cannot be ...", code=code)})
    assert refusal(error).details == {"alias": REQUIRED}


def test_a_fault_of_no_single_field_is_the_message() -> None:
    refused = refusal(ValidationError({"__all__": ["Together they do not go"], "alias": ["Wrong"]}))
    assert (refused.message, refused.details) == ("Together they do not go", {"alias": "Wrong"})


def test_parameters_are_put_into_messages() -> None:
    error = ValidationError("The limit of %(limit)s is reached", code="limit", params={"limit": 5})
    assert refusal(error).message == "The limit of 5 is reached"


TAKEN = ValidationError("Taken", code="taken")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ValidationError({"username": TAKEN}), True),
        (ValidationError({"username": TAKEN, "alias": "Wrong"}), False),
        (ValidationError({"username": [TAKEN, "Wrong"]}), False),
        (ValidationError("Wrong"), False),
        (TAKEN, False),
    ],
)
def test_a_name_is_taken_only_if_nothing_else_is_wrong(error: ValidationError, expected: bool) -> None:
    assert is_taken(error) is expected


def test_details_and_extra_keys_are_there_only_if_there_is_something_to_say() -> None:
    assert set(Refused(404, "No").body("id")) == {"error", "message", "code", "api_id"}
    assert Refused(404, "No", details={"a": "b"}, app_id="7").body("id")["app_id"] == "7"


def test_an_api_id_is_the_request_id_as_a_uuid() -> None:
    request = SimpleNamespace(request_id="00112233445566778899aabbccddeeff")
    assert api_id_of(request) == "00112233-4455-6677-8899-aabbccddeeff"


@pytest.mark.parametrize("request_id", ["", "mine", "0" * 31, "G" * 32])
def test_an_api_id_is_fresh_for_a_caller_with_ids_of_its_own(request_id: str) -> None:
    request = SimpleNamespace(request_id=request_id)
    assert uuid.UUID(api_id_of(request)) != uuid.UUID(api_id_of(request))
