"""How a NOTIFY is put together, and what each answer means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from sip.kamailio import notifying
from sip.kamailio.models import Location
from sip.kamailio.notifying import Answer, compose, send_all
from sip.models import Subscriber
from sip.registrar import DeliveryOutcome
from sip.tests.registrar.conftest import FakeKamailio, fault

WAIT = "tm.t_uac_wait"
HEADERS = (
    "From: <sip:console@sip.vobiz.ai>",
    "To: <sip:Reception@sip.vobiz.ai>",
    "Contact: <sip:console@!!>",
    "Event: check-sync",
    "Subscription-State: terminated",
)
Locations = Callable[..., Location]


def sync(subscriber: Subscriber) -> notifying.Notify:
    return compose(subscriber, event="check-sync", content_type="", body="")


def outcomes(subscriber: Subscriber, *rows: Location) -> list[tuple[DeliveryOutcome, int | None]]:
    return [(answer.outcome, answer.status) for answer in send_all(sync(subscriber), rows)]


def test_the_registered_row_says_where_it_goes(
    kamailio: FakeKamailio, subscriber: Subscriber, location: Locations
) -> None:
    kamailio.answers[WAIT] = [200, "OK", "", "", "", ""]
    outcomes(subscriber, location())
    (_method, parameters) = kamailio.calls[0]
    assert parameters == [
        "NOTIFY",
        "sip:reception@192.0.2.7:5060",
        "sip:192.0.2.7:5060",
        "udp:198.51.100.1:5060",
        "".join(f"{header}\r\n" for header in HEADERS),
    ]


def test_a_body_comes_with_its_content_type(
    kamailio: FakeKamailio, subscriber: Subscriber, location: Locations
) -> None:
    kamailio.answers[WAIT] = [200, "OK", "", "", "", ""]
    send_all(compose(subscriber, event="x", content_type='text/plain; charset="utf-8"', body="hello"), [location()])
    (_method, parameters) = kamailio.calls[0]
    assert parameters[4].endswith('Content-Type: text/plain; charset="utf-8"\r\n')
    assert parameters[5] == "hello"


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        ([200, "OK", "", "", "", "Via: x"], (DeliveryOutcome.ANSWERED, 200)),
        ([481, "Subscription Does Not Exist", "Via: x"], (DeliveryOutcome.ANSWERED, 481)),
        ([408, "Request Timeout", "", "", "", ""], (DeliveryOutcome.TIMED_OUT, None)),
        (fault(400, 'No local socket for "udp:127.0.0.1:1"'), (DeliveryOutcome.NOT_SENT, None)),
        (httpx.ConnectError("refused"), (DeliveryOutcome.NOT_SENT, None)),
    ],
)
def test_each_answer_has_its_meaning(
    kamailio: FakeKamailio,
    subscriber: Subscriber,
    location: Locations,
    result: Any,
    outcome: tuple[DeliveryOutcome, int],
) -> None:
    kamailio.answers[WAIT] = result
    assert outcomes(subscriber, location()) == [outcome]


def test_nobody_to_tell_is_no_answer(subscriber: Subscriber) -> None:
    assert outcomes(subscriber) == []


def test_a_challenge_in_the_subscribers_realm_is_answered_with_its_hash(
    kamailio: FakeKamailio, subscriber: Subscriber, location: Locations
) -> None:
    headers = 'Via: x\r\nWWW-Authenticate: Digest realm="sip.vobiz.ai", nonce="n", algorithm=md5\r\n\r\n'
    kamailio.answers |= {WAIT: [401, "Unauthorized", headers], "htable.get": {"item": {"value": 200}}}
    assert outcomes(subscriber, location()) == [(DeliveryOutcome.ANSWERED, 200)]
    (post,) = kamailio.posts
    sent = {name: bytes.fromhex(post.headers[name]).decode() for name in ("X-Target", "X-User", "X-Ha1", "X-To")}
    assert sent == {
        "X-Target": "sip:reception@192.0.2.7:5060", "X-User": "Reception", "X-To": "sip:Reception@sip.vobiz.ai",
        "X-Ha1": subscriber.secrets.get().md5_lower,
    }  # fmt: skip


@pytest.mark.parametrize(
    "challenge",
    [
        'Digest realm="another", nonce="n"',
        'Digest realm="sip.vobiz.ai", nonce="n", algorithm=SHA-256',
        'Basic realm="sip.vobiz.ai"',
        'Digest realm="sip.vobiz.ai", realm="twice"',
        "",
    ],
)
def test_any_other_challenge_stands_as_the_phones_answer(
    kamailio: FakeKamailio, subscriber: Subscriber, location: Locations, challenge: str
) -> None:
    kamailio.answers[WAIT] = [401, "Unauthorized", f"Via: x\r\nWWW-Authenticate: {challenge}\r\n\r\n"]
    assert outcomes(subscriber, location()) == [(DeliveryOutcome.ANSWERED, 401)]
    assert kamailio.posts == []


def test_a_phone_that_falls_silent_after_its_challenge_timed_out(
    kamailio: FakeKamailio, subscriber: Subscriber, location: Locations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifying, "WAIT_SECONDS", 0.2)
    headers = 'Proxy-Authenticate: Digest realm="sip.vobiz.ai", nonce="n"\r\n\r\n'
    kamailio.answers |= {WAIT: [407, "Unauthorized", headers], "htable.get": {"item": {"value": 0}}}
    assert outcomes(subscriber, location()) == [(DeliveryOutcome.TIMED_OUT, None)]


def test_a_name_is_escaped_where_it_stands_in_an_address(subscriber: Subscriber) -> None:
    subscriber.username = 'ö<b>"!!'
    assert sync(subscriber).aor == "sip:%C3%B6%3Cb%3E%22%21%21@sip.vobiz.ai"


def test_a_subscriber_without_a_secret_can_be_notified_all_the_same(subscriber: Subscriber) -> None:
    subscriber.secrets.all().delete()
    assert sync(subscriber).hashes == {}


@pytest.mark.parametrize(
    ("field", "what"),
    [
        ("event", {"event": "check-sync\r\nX: y"}),
        ("event", {"event": "check-sync\n"}),
        ("event", {"event": ""}),
        ("event", {"event": "a;b=c d"}),
        ("content_type", {"body": "b", "content_type": "text/plain\r\nX: y"}),
        ("content_type", {"body": "b", "content_type": 'text/plain; a="\r\n"'}),
        ("body", {"body": "a\0b", "content_type": "text/plain"}),
        ("body", {"body": "ä" * 8193, "content_type": "text/plain"}),
        ("body", {"body": "\ud800", "content_type": "text/plain"}),
    ],
)
def test_what_would_end_a_header_is_refused(subscriber: Subscriber, field: str, what: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        compose(subscriber, **({"event": "x", "content_type": "", "body": ""} | what))
    assert set(caught.value.message_dict) == {field}


def test_no_hash_shows_in_a_representation(subscriber: Subscriber) -> None:
    assert subscriber.secrets.get().md5_lower not in repr(sync(subscriber))


def test_a_delivery_says_that_the_phone_asked_who_is_calling(
    kamailio: FakeKamailio, subscriber: Subscriber, location: Locations
) -> None:
    headers = 'WWW-Authenticate: Digest realm="sip.vobiz.ai", nonce="n"\r\n\r\n'
    kamailio.answers |= {WAIT: [401, "Unauthorized", headers], "htable.get": {"item": {"value": 200}}}
    contact = location(registered_at=timezone.now())
    (answer,) = send_all(sync(subscriber), [contact])
    delivery = answer.about(contact.as_contact())
    assert (delivery.status, delivery.is_authenticated, delivery.contact.received) == (200, True, "192.0.2.7:5060")


def test_an_answer_says_nothing_that_was_not_said() -> None:
    assert Answer(DeliveryOutcome.TIMED_OUT) == Answer(DeliveryOutcome.TIMED_OUT, None, "")
