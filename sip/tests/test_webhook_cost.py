"""What one authentication costs: one statement to read, at most one to write, few function calls."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from sip.models import Subscriber, WebhookAccess
from sip.services import webhook_secret_set
from sip.tests.sbc import URL, Sbc, invite, question, start_response
from sip.webhook import views

MOST_CALLS = 4000
QUESTIONS: dict[str, tuple[dict[str, Any], int, int]] = {  # the body, reads, writes
    "admitted": (question(), 1, 1),
    "taken back": (question(expires=0), 1, 1),
    "called": (invite(), 1, 0),
    "only asked": (question(headers={"contact": None}), 1, 0),
    "wrong password": (question(password="not-the-password"), 1, 1),
    "unknown user": (question("nobody"), 1, 1),
    "call with a wrong password": (invite(password="not-the-password"), 1, 0),
    "malformed": ({**question(), "headers": {}, "response": None}, 1, 0),
}


class Strict:
    """A logger in whose place a fault is one: it is answered as 200 otherwise, and was counted as a request once."""

    def error(self, *_arguments: object, **_named: object) -> None:
        """Fail."""
        raise AssertionError("the webhook did not do its work")

    exception = error


@pytest.fixture
def patient(sbc: Sbc, daveh: Subscriber, connections_stay: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sbc]:
    """An SBC whose failures block nobody."""
    monkeypatch.setattr(views, "logger", Strict())
    logging.disable(logging.INFO)  # the line of the log is written by whatever handlers the tests have
    WebhookAccess.objects.update(block_after_failures=1000)
    yield sbc
    logging.disable(logging.NOTSET)


def statements(sbc: Sbc, body: dict[str, Any]) -> list[str]:
    """The first word of each statement, on every database."""
    captured = [CaptureQueriesContext(connection) for connection in connections.all()]
    for each in captured:
        each.__enter__()
    try:
        sbc.ask(body)
    finally:
        for each in captured:
            each.__exit__(None, None, None)
    return [query["sql"].split()[0] for each in captured for query in each]


@pytest.mark.parametrize("name", QUESTIONS)
def test_one_authentication_reads_once_and_writes_at_most_once(patient: Sbc, name: str) -> None:
    body, reads, writes = QUESTIONS[name]
    words = statements(patient, body)
    assert (words.count("SELECT"), len(words) - words.count("SELECT")) == (reads, writes)


def calls(sbc: Sbc, body: dict[str, Any]) -> int:
    """How many function calls one warm request makes, from the server's call of the application to its last byte."""
    handler, payload, count = WSGIHandler(), json.dumps(body).encode(), 0

    def counted(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    for is_warm in (False, False, True):
        request = RequestFactory().post(URL, data=payload, content_type="application/json", headers=sbc.proof(payload))
        sys.setprofile(counted if is_warm else None)
        try:
            response = handler(request.environ, start_response)
            b"".join(response)
        finally:
            sys.setprofile(None)
        response.close()
    assert response.status_code == 200
    return count


@pytest.mark.parametrize("name", QUESTIONS)
def test_one_authentication_makes_few_function_calls(patient: Sbc, name: str) -> None:
    assert calls(patient, QUESTIONS[name][0]) <= MOST_CALLS


def test_a_signature_costs_little_more(patient: Sbc, daveh: Subscriber) -> None:
    webhook_secret_set(account=daveh.account, secret="wh_secret")
    signed = Sbc(patient.username, patient.password, "wh_secret")
    assert calls(signed, question()) <= MOST_CALLS
