"""Time tells nothing: an unknown user, a wrong password and a right one of somebody disabled take equally long."""

from __future__ import annotations

import gc
import json
import time
from random import Random
from statistics import median
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

from accounts.models import Account
from sip.attempt_log import attempts
from sip.models import WebhookAccess
from sip.tests.sbc import URL, Sbc, make_subscriber, question, start_response

ROUNDS = 2000
TOLERANCE = 0.05


def seconds_of(handler: WSGIHandler, sbc: Sbc, payload: bytes) -> float:
    """How long one request takes inside the application."""
    request = RequestFactory().post(URL, data=payload, content_type="application/json", headers=sbc.proof(payload))
    started = time.perf_counter()
    response = handler(request.environ, start_response)
    taken = time.perf_counter() - started
    response.close()
    return taken


def medians(sbc: Sbc, bodies: list[dict[str, Any]], rounds: int) -> list[float]:
    """The median of each body's times, asked in turn so that the machine's moods reach all of them."""
    handler, payloads, order = WSGIHandler(), [json.dumps(body).encode() for body in bodies], Random(1)
    taken: list[list[float]] = [[] for _body in bodies]
    for number in range(rounds + 20):
        for turn in order.sample(range(len(payloads)), len(payloads)):  # nobody always comes after the same one
            taken[turn].append(seconds_of(handler, sbc, payloads[turn]))
        if number % 100 == 0:
            attempts.forget()
            gc.collect()
    return [median(times[20:]) for times in taken]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)  # a bare handler opens and closes its connections, as the server does
def test_unknown_users_wrong_passwords_and_disabled_users_take_equally_long(sbc: Sbc, company: Account) -> None:
    WebhookAccess.objects.update(block_after_failures=30_000)
    make_subscriber(company, "aaaaa")
    make_subscriber(company, "bbbbb", enabled=False)
    bodies = [question("zzzzz"), question("aaaaa", "not-the-password-at-all"), question("bbbbb")]
    unknown, wrong, disabled = medians(sbc, bodies, ROUNDS)
    assert unknown == pytest.approx(wrong, rel=TOLERANCE)
    assert disabled == pytest.approx(wrong, rel=TOLERANCE)
