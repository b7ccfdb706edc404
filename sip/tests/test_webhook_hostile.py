"""Hostile input is refused, never an error: wrong kinds, wrong sizes, broken JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sip.models import Subscriber, WebhookAccess
from sip.tests.conftest import Logged
from sip.tests.sbc import NONCE, Sbc, question

FAIL = {"status": "fail", "message": "authentication denied"}
DOCUMENTED = {"status", "message", "application_sid", "expires", "blacklist"}
HOSTILE_VALUES: list[Any] = [
    None, 0, -1, 1.5, True, [], {}, [[]], {"a": {"b": 1}}, "", " ", "\0", "a\0b", "\ud800", "x" * 1_000_000, 10**400,
    "'", '"', "\\", "%00", "\u202e", "\U0001f680", "sip:" + "a" * 70_000, "1e309",
]  # fmt: skip
REQUIRED = ["method", "realm", "username", "nonce", "uri", "response"]


@pytest.fixture
def patient(sbc: Sbc, daveh: Subscriber) -> Sbc:
    """An SBC of an account that blocks nobody, however often they fail."""
    WebhookAccess.objects.update(block_after_failures=0)
    return sbc


@pytest.mark.parametrize("name", REQUIRED)
def test_a_required_field_of_any_other_kind_is_refused(patient: Sbc, name: str) -> None:
    answers = [patient.ask({**question(), "headers": {}, name: value}) for value in HOSTILE_VALUES]
    assert answers == [FAIL] * len(HOSTILE_VALUES)


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_field_is_refused(sbc: Sbc, daveh: Subscriber, name: str) -> None:
    body = {**question(), "headers": {}}
    del body[name]
    assert sbc.ask(body) == FAIL


@pytest.mark.parametrize(
    "name",
    ["source_address", "source_port", "headers", "expires", "qop", "cnonce", "nc", "algorithm", "opaque", "scheme"],
)
def test_any_other_field_of_any_kind_is_survived(patient: Sbc, name: str) -> None:
    answers = [patient.ask({**question(), "headers": {}, name: value}) for value in HOSTILE_VALUES]
    assert all(answer.keys() <= DOCUMENTED for answer in answers)


@pytest.mark.parametrize("name", ["to", "contact", "user-agent", "authorization", "from", "x-forwarded-for"])
def test_a_sip_header_of_any_kind_is_survived(patient: Sbc, name: str) -> None:
    answers = [patient.ask(question(headers={name: value})) for value in HOSTILE_VALUES]
    assert all(answer.keys() <= DOCUMENTED for answer in answers)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b'"ok"', b"1", b"{", b"{}", b"\xff\xfe", b"\xef\xbb\xbf{}", b"NaN", b'{"expires": NaN}',
        b'{"expires": 1e999, "method": "REGISTER"}', b"[" * 100_000, b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b"9" * 10_000, b'{"method": "REGISTER", "method": "INVITE"}', b"username=daveh&realm=mycompany.com",
    ],
    ids=lambda body: body[:20].decode("latin-1"),
)  # fmt: skip
def test_a_body_that_is_no_question_is_refused(sbc: Sbc, daveh: Subscriber, body: bytes) -> None:
    answered = sbc.post(body)
    assert (answered.status_code, answered.json()) == (200, FAIL)


def test_a_body_that_is_too_long_is_refused(sbc: Sbc, daveh: Subscriber, settings: Any) -> None:
    answered = sbc.post(b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1))
    assert (answered.status_code, answered.json()) == (200, FAIL)


def test_what_is_logged_holds_neither_response_nor_nonce_nor_password(
    sbc: Sbc, daveh: Subscriber, logged: Logged
) -> None:
    body = question()
    sbc.ask(body)
    row = json.dumps({field.name: str(getattr(logged.last, field.name)) for field in logged.last._meta.fields})
    assert not [secret for secret in (body["response"], NONCE, body["cnonce"], sbc.password) if secret in row]
