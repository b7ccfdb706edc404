"""What people are told of a NOTIFY, and what cannot be one."""

from __future__ import annotations

from typing import Any

import pytest

from sip.notify import notify_faults
from sip.phones import is_received, notify, spoken
from sip.registrar import Delivery, DeliveryOutcome
from sip.tests.fake_registrar import PHONE

ANSWERED = DeliveryOutcome.ANSWERED


@pytest.mark.parametrize(
    ("delivery", "words"),
    [
        (Delivery(PHONE, ANSWERED, 200, "OK"), "the phone answered 200 OK."),
        (Delivery(PHONE, ANSWERED, 603, "Decline"), "the phone answered 603 Decline."),
        (Delivery(PHONE, ANSWERED, 481, "None"), "the phone received it, and does not know this event (481 None)."),
        (Delivery(PHONE, ANSWERED, 489, ""), "the phone received it, and does not know this event (489)."),
        (
            Delivery(PHONE, ANSWERED, 200, "", is_authenticated=True),
            "the phone asked who is calling, was told, and answered 200.",
        ),
        (
            Delivery(PHONE, ANSWERED, 401, "", is_authenticated=True),
            "the phone asked who is calling, and did not accept its own password (401).",
        ),
        (
            Delivery(PHONE, ANSWERED, 407, "Who"),
            "the phone asks for a password that is not known here (407 Who).",
        ),
        (Delivery(PHONE, DeliveryOutcome.TIMED_OUT), "no answer within a few seconds."),
        (Delivery(PHONE, DeliveryOutcome.NOT_SENT, None, "No socket"), "it could not be sent. No socket"),
    ],
)
def test_what_became_of_it_is_said_in_plain_words(delivery: Delivery, words: str) -> None:
    assert spoken(delivery) == f"192.0.2.5:5060: {words}"
    assert is_received(delivery) is (delivery.status == 200)


def test_nothing_is_sent_to_what_cannot_register() -> None:
    assert notify(None, event="check-sync").obstacle == (
        "There is no SIP username and password here, so no phone can be registered."
    )


@pytest.mark.parametrize(
    ("parts", "faulty"),
    [
        ({"event": "check-sync;reboot=true"}, set()),
        ({"event": "message-summary", "content_type": 'text/plain; charset="utf-8"', "body": "é" * 8192}, set()),
        ({"event": "x", "content_type": "text/plain"}, set()),
        ({"event": ""}, {"event"}),
        ({"event": "a\r\nVia: b"}, {"event"}),
        ({"event": "x\n"}, {"event"}),
        ({"event": "x" * 129}, {"event"}),
        ({"event": "x", "body": "y"}, {"content_type"}),
        ({"event": "x", "content_type": "text"}, {"content_type"}),
        ({"event": "x", "content_type": 'text/plain; a="\r\nVia: b"'}, {"content_type"}),
        ({"event": "x", "content_type": "a/b", "body": "é" * 8193}, {"body"}),
        ({"event": "x", "content_type": "a/b", "body": "\0"}, {"body"}),
        ({"event": "x", "content_type": "a/b", "body": "\ud800"}, {"body"}),
        ({"event": " ", "content_type": "", "body": "\0"}, {"event", "content_type", "body"}),
    ],
)
def test_nothing_in_it_can_forge_a_header(parts: dict[str, Any], faulty: set[str]) -> None:
    assert set(notify_faults(**parts)) == faulty
