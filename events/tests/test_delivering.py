"""Deliveries over real TLS to a real receiver: signed, tried again, given up, never anywhere they must not go."""

from __future__ import annotations

import json
import socket
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Account
from console import signing
from console.models import AuditEntry
from events import courier, sending, services
from events.addresses import Forbidden, Unresolved, resolve
from events.models import GIVE_UP_AFTER, Delivery, DeliveryState, Event, Webhook
from events.tests.conftest import Receiver, certificate, make_webhook, status
from tests.tenants import make_endpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def webhook(account: Account, receiver: Receiver) -> services.MadeWebhook:
    return make_webhook(account, receiver.url, events=["endpoint.created"])


def due_now() -> None:
    """Whatever waits, waits no longer."""
    Delivery.objects.filter(state=DeliveryState.WAITING).update(due_at=timezone.now())
    Webhook.objects.update(hold_until=None)


def the_delivery() -> Delivery:
    found: Delivery = Delivery.objects.select_related("webhook", "event").get()
    return found


def test_a_delivery_is_signed_over_its_raw_body(account: Account, webhook: Any, receiver: Receiver) -> None:
    make_endpoint(account, "desk", alias="Desk")
    assert courier.serve(webhook.webhook.pk) == 1
    [(headers, body)] = receiver.requests
    parts = dict(piece.split("=") for piece in headers["Console-Signature"].split(","))
    assert parts["v1"] == signing.digest(webhook.secret, parts["t"], body)
    assert abs(time.time() - int(parts["t"])) < 60
    event, delivery = Event.objects.get(), the_delivery()
    assert json.loads(body)["id"] == headers["Console-Event-Id"] == str(event.event_id)
    assert (headers["Console-Event"], headers["Console-Try"]) == ("endpoint.created", "1")
    assert (headers["Host"], headers["Content-Type"]) == (receiver.url.split("/")[2], "application/json")
    assert (delivery.state, delivery.last_status, delivery.due_at) == ("delivered", 200, None)


def test_while_a_secret_is_replaced_both_sign(account: Account, webhook: Any, receiver: Receiver) -> None:
    fresh = services.webhook_rotate(webhook=webhook.webhook, overlap_minutes=60)
    services.webhook_ping(webhook=webhook.webhook)
    courier.serve(webhook.webhook.pk)
    services.webhook_rotate(webhook=webhook.webhook)
    services.webhook_ping(webhook=webhook.webhook)
    courier.serve(webhook.webhook.pk)
    signatures = [headers["Console-Signature"].split(",") for headers, _body in receiver.requests]
    moment, body = signatures[0][0][2:], receiver.bodies[0]
    assert signatures[0][1:] == [f"v1={signing.digest(made.secret, moment, body)}" for made in (fresh, webhook)]
    assert len(signatures[1]) == 2


def test_one_connection_carries_many(account: Account, webhook: Any, receiver: Receiver) -> None:
    for number in range(5):
        make_endpoint(account, f"desk{number}")
    assert courier.serve(webhook.webhook.pk) == 5
    names = [json.loads(body)["data"]["name"] for body in receiver.bodies]
    assert names == [f"desk{number}" for number in range(5)]


def test_a_failure_is_tried_again_later_and_spares_the_receiver(
    account: Account, webhook: Any, receiver: Receiver
) -> None:
    receiver.answers += [status(500), status(503)]
    make_endpoint(account, "a")
    make_endpoint(account, "b")
    assert courier.serve(webhook.webhook.pk) == 1  # the other one is not tried now
    hook, first = Webhook.objects.get(), Delivery.objects.order_by("pk")[0]
    assert (first.state, first.last_status, first.tries, hook.failures) == ("waiting", 500, 1, 1)
    assert Delivery.objects.filter(due_at__gt=timezone.now(), webhook__hold_until__gt=timezone.now()).count() == 1
    assert courier.serve(webhook.webhook.pk) == 0
    due_now()
    courier.serve(webhook.webhook.pk)
    due_now()
    courier.serve(webhook.webhook.pk)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}
    assert Webhook.objects.values_list("failures", "failing_since", "hold_until").get() == (0, None, None)


def test_the_pauses_double_up_to_a_limit() -> None:
    seconds = [courier.pause(tries).total_seconds() for tries in (1, 2, 3, 40)]
    bounds = ((9, 11), (18, 22), (36, 44), (19_440, 23_760))
    assert [low <= one <= high for one, (low, high) in zip(seconds, bounds, strict=True)] == [True] * 4


def test_a_delivery_is_given_up_in_the_end_and_can_be_sent_again(
    account: Account, webhook: Any, receiver: Receiver
) -> None:
    receiver.answers.append(status(500))
    make_endpoint(account, "desk")
    Delivery.objects.update(give_up_at=timezone.now())
    courier.serve(webhook.webhook.pk)
    assert (the_delivery().state, the_delivery().due_at) == ("failed", None)
    services.delivery_resend(delivery=the_delivery())
    courier.serve(webhook.webhook.pk)
    assert (the_delivery().state, the_delivery().tries) == ("delivered", 2)
    assert receiver.requests[0][0]["Console-Event-Id"] == receiver.requests[1][0]["Console-Event-Id"]


@pytest.mark.parametrize(("code", "has_failed_for"), [(410, timedelta(0)), (500, GIVE_UP_AFTER)])
def test_a_receiver_that_is_gone_or_fails_for_days_is_switched_off(
    account: Account, webhook: Any, receiver: Receiver, code: int, has_failed_for: timedelta
) -> None:
    receiver.answers.append(status(code))
    make_endpoint(account, "a")
    make_endpoint(account, "b")
    Webhook.objects.update(failing_since=timezone.now() - has_failed_for)
    courier.serve(webhook.webhook.pk)
    hook = Webhook.objects.get()
    assert (hook.enabled, hook.stopped_at is not None) == (False, True)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"failed"}
    assert AuditEntry.objects.filter(object_type="webhook", action="update").get().changes == {"enabled": [True, False]}
    with pytest.raises(ValidationError, match="enable it first"):
        services.delivery_resend(delivery=Delivery.objects.all()[0])
    services.webhook_update(webhook=hook, enabled=True)
    assert (hook.stopped_at, hook.failing_since, hook.failures) == (None, None, 0)


def test_a_worker_that_lost_its_delivery_writes_nothing(account: Account, webhook: Any) -> None:
    make_endpoint(account, "desk")
    late = courier.take(webhook.webhook.pk)
    assert late is not None
    assert courier.take(webhook.webhook.pk) is None  # it is taken
    due_now()
    other = courier.take(webhook.webhook.pk)
    assert other is not None
    courier.settle(late, sending.Answer(500))
    assert (the_delivery().tries, the_delivery().last_status, Webhook.objects.get().failures) == (2, None, 0)
    courier.settle(other, sending.Answer(204))
    assert the_delivery().state == "delivered"


def test_a_secret_that_cannot_be_unsealed_is_said(account: Account, webhook: Any, receiver: Receiver) -> None:
    make_endpoint(account, "desk")
    Webhook.objects.update(sealed_secret="x")
    courier.serve(webhook.webhook.pk)
    assert "rotate it" in the_delivery().last_error
    assert receiver.requests == []


# --- what may go wrong on the way -------------------------------------------------------------------------------------


def tried(account: Account, url: str) -> tuple[int | None, str]:
    """What came of one delivery."""
    hook = make_webhook(account, url).webhook
    services.webhook_ping(webhook=hook)
    courier.serve(hook.pk)
    return the_delivery().last_status, the_delivery().last_error


def test_redirects_are_not_followed(account: Account, receiver: Receiver) -> None:
    receiver.answers.append(status(302, Location=receiver.url))
    assert tried(account, receiver.url) == (302, "")
    assert len(receiver.requests) == 1


def test_an_answer_without_end_is_read_no_further(account: Account, receiver: Receiver) -> None:
    receiver.answers.append(endless)
    assert tried(account, receiver.url) == (200, "")


def endless(handler: BaseHTTPRequestHandler) -> None:
    """Answers, and goes on."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(10**12))
    handler.end_headers()
    while True:
        handler.wfile.write(b"x" * 65_536)


def test_an_answer_that_drips_runs_out_of_time(
    account: Account, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "TOTAL_SECONDS", 1.0)
    receiver.answers.append(dripping)
    assert tried(account, receiver.url) == (None, "No answer in time.")


def dripping(handler: BaseHTTPRequestHandler) -> None:
    """Sends a header so slowly that no single read takes long."""
    for sign in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1000:
        handler.wfile.write(bytes([sign]))
        handler.wfile.flush()
        time.sleep(0.2)


def test_an_answer_that_is_no_http_is_said(account: Account, receiver: Receiver) -> None:
    receiver.answers.append(babbling)
    assert tried(account, receiver.url) == (None, "The connection broke.")


def babbling(handler: BaseHTTPRequestHandler) -> None:
    """Sends something else."""
    handler.wfile.write(b"hello\r\n\r\n")
    handler.close_connection = True


def test_a_receiver_that_is_down_is_said(account: Account, receiver: Receiver) -> None:
    assert tried(account, "https://localhost:1/") == (None, "No connection.")


def test_a_certificate_of_another_name_is_not_taken(
    account: Account, receiver: Receiver, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate(tmp_path, "example.com")))
    assert tried(account, receiver.url) == (None, "TLS failed: its certificate is not good.")


def test_a_trusted_certificate_is_checked_against_the_name(account: Account, receiver: Receiver) -> None:
    port = receiver.url.split(":")[2]
    assert tried(account, f"https://127.0.0.1:{port}") == (None, "TLS failed: its certificate is not good.")
    assert receiver.requests == []


# --- where nothing is sent --------------------------------------------------------------------------------------------


def test_a_name_that_leads_inside_is_not_followed(account: Account, receiver: Receiver, settings: Any) -> None:
    settings.EVENTS_ALLOWED_NETWORKS = [ip_network("10.0.0.0/8")]
    assert tried(account, receiver.url) == (None, "The name leads to an address that is not public.")
    assert receiver.requests == []


def test_a_name_without_an_address_is_said(account: Account) -> None:
    assert tried(account, "https://nowhere.invalid/") == (None, "The name has no address.")


def test_a_name_is_resolved_once_and_only_its_judged_addresses_are_called(
    account: Account, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def resolved(host: str, *_rest: Any, **_more: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in ("127.0.0.2", "127.0.0.1")]

    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *rest, **more: (resolved if host == "localhost" else real)(host, *rest, **more),
    )
    assert tried(account, receiver.url) == (200, "")  # nothing listens on the first of them
    assert asked == ["localhost"]


def test_all_addresses_of_a_name_must_be_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(0, 0, 0, "", (address, 443)) for address in ("93.184.215.14", "192.168.1.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_rest, **_more: found)
    with pytest.raises(Forbidden):
        resolve("rebound.example.com", 443)


def test_a_name_that_is_none_does_not_resolve() -> None:
    with pytest.raises(Unresolved):
        resolve("a" * 70 + ".example.com", 443)
