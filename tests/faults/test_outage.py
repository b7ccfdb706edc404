"""The database goes away under load, and comes back: every door says so in its own words, soon, and then serves again.

PostgreSQL is stopped under the processes that production runs. A file cannot go away like that: for SQLite, what can
happen to it (a full disk, a killed server) is in ``test_durability``.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from sip.tests.live_tenant import LiveTenant
from sip.tests.sbc import URL, question
from tests.faults.figures import count, report
from tests.faults.load import Load, wait_for
from tests.live import LiveConsole
from tests.postgres import PostgresServer

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("outage")]
MOST_SECONDS = 2.0
TRIES = 4  # the quickest counts: a busy machine makes one answer late, a second wait for the database all of them
REALM = "outage.example.com"
EMAIL, PASSWORD = "operator@example.com", "a long enough passphrase"
Ask = Callable[[], httpx.Response]


@dataclass(frozen=True)
class Door:
    """One way in: how it is used, and what it says (status, and words of its dialect) before and during an outage."""

    ask: Ask
    usual: int
    away: int
    words: str
    says_when: bool = True  # whether Retry-After is there

    def is_usual(self) -> bool:
        return self.ask().status_code == self.usual

    def fault(self) -> str:
        """What is wrong with the answer while the database is away; empty when nothing is."""
        answers = [self.ask() for _try in range(TRIES)]
        quickest = min(answer.elapsed.total_seconds() for answer in answers)
        if quickest > MOST_SECONDS:
            return f"the quickest answer took {quickest:.1f} s"
        wrong = [answer for answer in answers if not self._is_right(answer)]
        return f"{wrong[0].status_code} {dict(wrong[0].headers)} {wrong[0].text[:300]}" if wrong else ""

    def _is_right(self, answer: httpx.Response) -> bool:
        says_when = answer.headers.get("Retry-After", "").isdigit()
        return answer.status_code == self.away and self.words in answer.text and says_when is self.says_when


def doors(console: LiveConsole, load: Load, tenant: LiveTenant, client: httpx.Client) -> dict[str, Door]:
    """Every kind of door of a console."""
    vobiz, kazoo = f"{load.url}/Endpoint/", f"{console.url}/v2/accounts/{load.kazoo_id}/devices"
    pages = f"{console.url}/accounts/{load.auth_id}/"
    unavailable, unreachable = "service unavailable", "datastore_unreachable"

    def get(url: str, headers: dict[str, str] | None = None) -> Ask:
        return lambda: client.get(url, headers=headers)

    def create() -> httpx.Response:
        body = {"username": f"late{time.monotonic_ns()}", "password": "SecurePass123", "alias": "Late"}
        return tenant.api.post("/Endpoint/", json=body)

    return {
        "Vobiz, reading": Door(get(vobiz, load.headers), 200, 503, unavailable),
        "Vobiz, writing": Door(create, 201, 503, unavailable),
        "Kazoo": Door(get(kazoo, load.headers), 200, 503, unreachable),
        "the start page": Door(get(pages), 200, 503, "cannot reach its database"),
        "a list": Door(get(f"{pages}endpoints/"), 200, 503, "cannot reach its database"),
        "the admin": Door(get(f"{console.url}/admin/"), 200, 503, "cannot reach its database"),
        "readiness": Door(get(f"{console.url}/readyz"), 200, 503, "no answer", says_when=False),
        "liveness": Door(get(f"{console.url}/healthz"), 200, 200, "ok", says_when=False),
        "the webhook": Door(registering(console, tenant, client), 200, 200, '"fail"', says_when=False),
    }


def registering(console: LiveConsole, tenant: LiveTenant, client: httpx.Client) -> Ask:
    """An SBC's question about a phone whose password is right."""
    payload = json.dumps(question(realm=REALM)).encode()
    headers = {"Content-Type": "application/json", **tenant.sbc.proof(payload)}
    return lambda: client.post(f"{console.url}{URL}", content=payload, headers=headers)


def sign_in(console: LiveConsole, client: httpx.Client, auth_id: str) -> None:
    """Sign the client in as a member of the platform's staff who owns the account."""
    console.manage(
        *("create_operator", "--email", EMAIL, "--password", PASSWORD),
        *("--account", auth_id, "--role", "owner", "--staff"),
    )
    page = f"{console.url}/user/login/"
    client.get(page)
    form = {"login": EMAIL, "password": PASSWORD, "csrfmiddlewaretoken": client.cookies["console_csrf"]}
    assert client.post(page, data=form).status_code == httpx.codes.FOUND


def at_every(tried: dict[str, Door], work: Callable[[Door], Any]) -> dict[str, Any]:
    """Do it at all doors at once. Returns what came of it by door."""
    with ThreadPoolExecutor(len(tried)) as pool:
        return dict(zip(tried, pool.map(work, tried.values()), strict=True))


def test_every_door_says_that_the_database_is_away_and_serves_when_it_is_back(database: PostgresServer) -> None:
    rounds = count(1, 10)
    with ExitStack() as stack:
        console = stack.enter_context(LiveConsole(database_url=database.url(), threads=16))
        strict = stack.enter_context(
            LiveConsole(database_url=database.url(), environment={"WEBHOOK_OUTAGE_STATUS": "503"})
        )
        tenant = stack.enter_context(LiveTenant(console, REALM))
        tenant.create_endpoint()
        client = stack.enter_context(httpx.Client(timeout=30))
        load = Load(console)
        sign_in(console, client, load.auth_id)
        tried = doors(console, load, tenant, client)
        tried["the webhook, by its switch"] = Door(registering(strict, tenant, client), 200, 503, '"fail"')
        assert {name: door.ask().status_code for name, door in tried.items() if not door.is_usual()} == {}
        assert {name for name, door in tried.items() if not door.fault()} == {"liveness"}, "an outage would not be seen"
        for _round in range(rounds):
            with load.running():
                load.wait_for_writes(1)
                database.stop()
                faults = at_every(tried, Door.fault)
                database.start()
                is_back = at_every(tried, lambda door: wait_for(door.is_usual))
            assert {name: fault for name, fault in faults.items() if fault} == {}
            assert all(is_back.values()), is_back
            assert load.faults() == []
    assert load.refusals == {503}
    report("PostgreSQL stopped under load", outages=rounds, doors=len(tried), acknowledged_writes=load.acknowledged)
