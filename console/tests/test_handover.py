"""A secret travels from the POST to one page, once, for one person."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from console import handover, sealing

HERE = "/accounts/MA_X/endpoints/1/secret/"


def given(user_pk: int = 1, path: str = HERE) -> Any:
    response = HttpResponse()
    handover.give(response, path=path, user=SimpleNamespace(pk=user_pk), content={"password": "SecurePass123"})
    return response.cookies[handover.COOKIE]


def taken(cookie: str, user_pk: int = 1, path: str = HERE) -> Any:
    request = RequestFactory().get(path)
    request.COOKIES[handover.COOKIE] = cookie
    request.user = SimpleNamespace(pk=user_pk)  # type: ignore[assignment]
    return handover.take(request)


def test_it_arrives() -> None:
    assert taken(given().value) == {"password": "SecurePass123"}


def test_the_cookie_is_for_one_page_and_out_of_reach_of_scripts_and_other_sites() -> None:
    cookie = given()
    assert (cookie["path"], cookie["samesite"], cookie["httponly"], cookie["max-age"]) == (HERE, "Strict", True, 300)


def test_the_secret_cannot_be_read_from_the_cookie() -> None:
    assert "SecurePass123" not in given().value


def test_it_opens_for_nobody_else() -> None:
    assert taken(given().value, user_pk=2) is None


def test_it_opens_nowhere_else() -> None:
    assert taken(given().value, path="/accounts/MA_X/endpoints/2/secret/") is None


@pytest.mark.parametrize("cookie", ["", "x", "gAAAAAB", "é", given().value[:-4]])
def test_a_damaged_cookie_is_nothing(cookie: str) -> None:
    assert taken(cookie) is None


def test_it_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    cookie = given().value
    monkeypatch.setattr("time.time", lambda: __import__("datetime").datetime.now().timestamp() + 301)
    assert taken(cookie) is None


def test_something_else_that_was_sealed_is_nothing() -> None:
    assert taken(sealing.seal('{"user": 1}')) is None
    assert taken(sealing.seal("[]")) is None
