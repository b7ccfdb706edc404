"""Thousands of bodies that nobody thought of: never an error, always the documented keys, never an admission."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from sip.models import Subscriber, WebhookAccess
from sip.tests.sbc import NONCE, REALM, Sbc, question

FAST, FULL = 300, 10_000
DOCUMENTED = {"status", "message", "application_sid", "expires", "blacklist"}
RIGHT = question()

# What the contract says that phones, and jambonz's parser, make of a request.
ODD_TEXTS = [
    "", " ", '"', "\\", ",", ";", "<", ">", "*", "\0", "\ud800", "sip:", "sip:@", '<sip:a@b>;x="', "a\\", "smith",
    "smith, john", "dom\\\\john", "sip:mycompany.com;x=1,2", 'InFriVGWVoKeCckYrTx7wg=="', "auth-int", "AUTH",
    "auth,auth-int", "MD5-sess", "sha-256", "SHA-512-256", "AKAv1-MD5", "0" * 32, "F" * 64, "x" * 3000, "REGISTER",
    "INVITE", "register", REALM, "daveh", NONCE, "203.0.113.9, 10.0.0.1", "::1", "1e400", "-0", "00000001",
    "+491234567", "tel:+49301", "<sip:daveh@mycompany.com>", "sip:daveh@mycompany.com;tag=1",
    'Digest username="daveh"', "Digest " + "a=b," * 500, RIGHT["headers"]["authorization"],
]  # fmt: skip
ODD_NUMBERS = [0, -1, 1, 300, 3600, 2**31, 2**63, -(2**63), 10**30, 0.5, -0.0, 299.5, 1e308]
texts = some.sampled_from(ODD_TEXTS) | some.text(max_size=40)
scalars = (
    some.none()
    | some.booleans()
    | some.sampled_from(ODD_NUMBERS)
    | some.integers()
    | texts
    | some.floats(allow_nan=False)
)
values = some.recursive(
    scalars,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
names = some.sampled_from([name for name in RIGHT if name != "headers"] + ["opaque", "unheard_of"])
header_names = some.sampled_from([*RIGHT["headers"], "X-Forwarded-For", "x-subspace-forwarded-for", "expires"])


@some.composite
def bodies(draw: Any) -> Any:
    """A right body with some fields and headers replaced or gone; sometimes something else altogether."""
    if draw(some.integers(0, 19)) == 0:
        return draw(values)
    body: dict[str, Any] = {**RIGHT, "headers": dict(RIGHT["headers"])}
    for name, value in draw(some.dictionaries(header_names, texts | values, max_size=3)).items():
        body["headers"][name] = value
    for name in draw(some.sets(some.sampled_from(list(body)), max_size=3)):
        del body[name]
    return body | draw(some.dictionaries(names, values, max_size=4))


@pytest.fixture
def patient(sbc: Sbc, daveh: Subscriber) -> Sbc:
    WebhookAccess.objects.update(block_after_failures=0)
    return sbc


def check(sbc: Sbc, body: Any) -> None:
    """Ask, and hold the answer to its form. An admission needs the right answer, untouched."""
    answered = sbc.post(json.dumps(body).encode("utf-8", "surrogatepass"))
    found = answered.json()
    assert (answered.status_code, found.keys() <= DOCUMENTED) == (200, True)
    assert found["status"] in {"ok", "fail"}
    if found["status"] == "ok":
        assert body["method"] in {"REGISTER", "INVITE"}
        assert str(RIGHT["response"]) in json.dumps(body)


def fuzz(sbc: Sbc, examples: int) -> None:
    """Ask that many times."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(bodies())
    def ask(body: Any) -> None:
        check(sbc, body)

    ask()


def test_no_body_is_an_error(patient: Sbc) -> None:
    fuzz(patient, FAST)


@pytest.mark.slow
def test_no_body_of_ten_thousand_is_an_error(patient: Sbc) -> None:
    fuzz(patient, FULL)


def test_no_bytes_are_an_error(patient: Sbc) -> None:
    @settings(max_examples=FAST // 3, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(some.binary(max_size=200))
    def ask(payload: bytes) -> None:
        answered = patient.post(payload)
        assert (answered.status_code, answered.json()["status"]) == (200, "fail")

    ask()


def test_no_query_is_an_error(patient: Sbc) -> None:
    @settings(max_examples=FAST // 3, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(some.dictionaries(names, texts.filter(lambda text: "\ud800" not in text), max_size=8))
    def ask(fields: dict[str, str]) -> None:
        answered = patient.get({**RIGHT, **fields})
        assert (answered.status_code, answered.json().keys() <= DOCUMENTED) == (200, True)

    ask()
