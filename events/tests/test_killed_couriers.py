"""A real worker, killed while it delivers: at least once, with the same id each time."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from accounts.models import Account
from bulk.tests.test_killed_workers import Worker
from events.models import Delivery, DeliveryState
from events.tests.conftest import Receiver, make_webhook
from tests.tenants import make_account, make_endpoint

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
EVENTS = 60
PATIENCE_SECONDS = 90


def test_a_killed_worker_loses_no_delivery(receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTS_ALLOWED_NETWORKS", "127.0.0.0/8,::1/128")
    account: Account = make_account("Acme")
    make_webhook(account, receiver.url, events=["endpoint.created"])
    for number in range(EVENTS):
        make_endpoint(account, f"desk{number}")
    worker = Worker(tmp_path)
    try:
        for kills in (10, 25, 40):
            worker.start()
            wait_until(partial(has_had, receiver, kills))
            worker.kill()
        worker.start()
        wait_until(lambda: not Delivery.objects.exclude(state=DeliveryState.DELIVERED).exists())
    finally:
        worker.kill()
    ids = [headers["Console-Event-Id"] for headers, _body in receiver.requests]
    assert len(set(ids)) == EVENTS
    assert set(Delivery.objects.values_list("tries", flat=True)) <= {1, 2, 3, 4}
    assert len(set(receiver.bodies) - {b""}) == EVENTS  # a worker killed in the middle of a request sends no body


def has_had(receiver: Receiver, count: int) -> bool:
    """Whether so many requests have come."""
    return len(receiver.requests) >= count


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for what a worker does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)
