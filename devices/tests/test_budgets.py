"""What a request costs: SQL statements, and how much of it is validation."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from devices.document import created, find_faults
from devices.document.semantics import semantic_faults
from devices.models import Device
from devices.tests.support import SIP, Kazoo, make_device
from devices.tests.test_seed_page import NEW

NOT_COUNTED = ("BEGIN", "SAVEPOINT", "RELEASE")


def statements(ask: Callable[[], Any]) -> list[str]:
    """The SQL of a request, on every database, but for what opens and closes transactions."""
    captured = [CaptureQueriesContext(connection) for connection in connections.all()]
    for each in captured:
        each.__enter__()
    try:
        assert ask().status_code in (200, 201)
    finally:
        for each in captured:
            each.__exit__(None, None, None)
    told = [query["sql"] for each in captured for query in each.captured_queries]
    return [sql for sql in told if not sql.startswith(NOT_COUNTED)]


def calls(work: Callable[[], Any]) -> int:
    """How many Python functions are called."""
    count = 0

    def note(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.fixture
def path(account: Account, kazoo: Kazoo) -> str:
    """A device; everything that is remembered between requests is remembered."""
    device = make_device(account, sip=SIP)
    kazoo.get("devices")
    return f"devices/{device.device_id}"


@pytest.mark.parametrize("query", ["", "page_size=5", "filter_name=Desk", "filter_custom=x", "paginate=false"])
def test_a_list_costs_the_same_for_one_row_and_for_forty(account: Account, kazoo: Kazoo, path: str, query: str) -> None:
    few = len(statements(lambda: kazoo.get(f"devices?{query}")))
    Device.objects.bulk_create(
        [Device(account=account, name="x", document={"name": "x", "custom": "x"}) for _ in range(40)]
    )
    assert len(statements(lambda: kazoo.get(f"devices?{query}"))) == few == 3


@pytest.mark.parametrize(
    ("what", "most"),
    [("GET", 3), ("GET /status", 3), ("statuses", 3), ("PATCH", 7), ("POST", 7), ("PUT", 7), ("PUT with SIP", 11)],
)
def test_a_request_makes_few_statements(kazoo: Kazoo, path: str, what: str, most: int) -> None:
    ask = {
        "GET": lambda: kazoo.get(path),
        "GET /status": lambda: kazoo.get(f"{path}/status"),
        "statuses": lambda: kazoo.get("devices/status"),
        "PATCH": lambda: kazoo.patch(path, {"presence_id": "x"}),
        "POST": lambda: kazoo.post(path, {"name": "y", "sip": {"username": "desk01"}}),
        "PUT": lambda: kazoo.put("devices", NEW),
        "PUT with SIP": lambda: kazoo.put(
            "devices", {**NEW, "mac_address": "0004f2ab7efd", "sip": {"username": "desk02", "password": "another"}}
        ),
    }[what]
    made = statements(ask)  # a write asks once which programs want to hear of it
    assert len(made) <= most, "\n".join(sql[:150] for sql in made)


@pytest.mark.parametrize(("what", "most"), [("GET", 5_000), ("list", 12_000), ("PATCH", 15_000), ("PUT", 15_000)])
def test_a_request_calls_few_functions(account: Account, kazoo: Kazoo, path: str, what: str, most: int) -> None:
    for _ in range(20):
        make_device(account)
    ask: Callable[[], Any] = {
        "GET": lambda: kazoo.get(path),
        "list": lambda: kazoo.get("devices?page_size=20"),
        "PATCH": lambda: kazoo.patch(path, {"presence_id": "x"}),
        "PUT": lambda: kazoo.put("devices", NEW),
    }[what]
    assert calls(ask) <= most


def test_validation_is_less_than_a_twentieth_of_creating(kazoo: Kazoo, path: str) -> None:
    """Counted in function calls, which no noise on the machine can change."""
    document = created(NEW).document
    validation = calls(lambda: [*find_faults(document), *semantic_faults(document)])
    assert validation < 0.05 * calls(lambda: kazoo.put("devices", NEW))
