"""What goes on when a part is gone, and what comes back with it."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import httpx
import psycopg

from sip.tests.kamailio import world as console
from sip.tests.kamailio.conftest import REAL, Stage
from sip.tests.kamailio.phone import Phone
from sip.tests.kamailio.servers import Kamailio
from tests import processes
from tests.postgres import PostgresServer

pytestmark = REAL
ROOT = Path(__file__).parents[3]


def registers_within(phone: Phone, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if phone.register() == 200:
            return True
        time.sleep(0.2)
    return False


def test_phones_register_while_the_console_is_dead(
    stage: Stage, console_environment: Mapping[str, str], tmp_path: Path
) -> None:
    name, _subscriber = stage.endpoint()
    port = processes.free_port()
    command = [sys.executable, "manage.py", "serve", "--no-worker", "--port", str(port)]
    with (tmp_path / "console").open("wb") as log:
        server = processes.start(command, log=log, environment=os.environ | dict(console_environment), directory=ROOT)
    processes.wait_until(lambda: is_up(port), process=server, log=tmp_path / "console", timeout_seconds=30)
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()
    with stage.phone(name) as phone:
        assert phone.register() == 200
    assert not is_up(port)


def is_up(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False).is_success
    except httpx.HTTPError:
        return False


def test_registrations_survive_a_killed_kamailio_and_are_reachable_after_it(
    stage: Stage, start_kamailio: Callable[..., Kamailio]
) -> None:
    kamailio = start_kamailio()
    name, subscriber = stage.endpoint()
    with stage.phone(name, server=kamailio.address) as phone:
        assert phone.register() == 200
        kamailio.kill()
        kamailio.start()
        assert stage.world.run(console.state, subscriber)["registered_contact"] == phone.contact
        assert stage.world.run(console.sync_at, kamailio.rpc_url, subscriber) == [("answered", 200)]


def test_a_call_goes_on_after_kamailio_was_killed(stage: Stage, start_kamailio: Callable[..., Kamailio]) -> None:
    kamailio = start_kamailio()
    (name, _one), (callee, _two) = stage.endpoint(), stage.endpoint()
    with stage.phone(name, server=kamailio.address) as caller, stage.phone(callee, server=kamailio.address) as other:
        assert (other.register(), caller.invite(callee)) == (200, 200)
        kamailio.kill()
        kamailio.start()
        answer = caller.hang_up()
        assert answer is not None
        assert answer.status == 200
    assert other.received[-1].method == "BYE"


def test_registrations_resume_by_themselves_after_postgresql_was_away(
    stage: Stage, postgres_server: PostgresServer, start_kamailio: Callable[..., Kamailio]
) -> None:
    kamailio = start_kamailio(workers=2)
    name, _subscriber = stage.endpoint()
    with stage.phone(name, server=kamailio.address) as phone:
        assert phone.register() == 200
        postgres_server.stop()
        try:
            assert phone.register() == 503  # its password is not wrong: no 401
            assert phone.register() == 503
        finally:
            postgres_server.start()
        assert registers_within(phone, seconds=10)
        assert all(phone.register() == 200 for _ in range(6))
    assert recovers(stage)


def recovers(stage: Stage) -> bool:
    """Whether the console's own connections come back, so that the other tests find them."""
    for _attempt in range(50):
        try:
            return stage.world.run(console.sql, "SELECT 1") == [(1,)]
        except Exception:  # noqa: BLE001  (whatever the pool says while it replaces its connections)
            time.sleep(0.1)
    return False


def test_failures_wait_for_the_console_and_are_told_apart_by_it(stage: Stage) -> None:
    (off, disabled), (name, _two) = stage.endpoint(), stage.endpoint()
    stage.world.run(console.endpoint_change, disabled, enabled=False)
    closed = stage.world.run(console.account, "closed", realm="closed.example")
    member = stage.new_name()
    stage.world.run(console.credential, closed["id"], member, "correct-horse-1")
    stage.world.run(console.account_change, closed["id"], enabled=False)
    unknown = stage.new_name()
    for user, domain, password in (
        (off, stage.acme.realm, "correct-horse-1"),
        (name, stage.acme.realm, "not-the-password"),
        (member, "closed.example", "correct-horse-1"),
        (unknown, stage.acme.realm, "whatever-it-is"),
        (unknown, "nobody.example", "whatever-it-is"),
    ):
        with stage.phone(user, domain=domain, password=password) as phone:
            assert phone.register() == 401
    reasons = [
        [each["reason"] for each in stage.world.run(console.attempts, user)] for user in (off, name, member, unknown)
    ]
    assert reasons == [["disabled"], ["wrong_password"], ["account_disabled"], ["unknown_user", "unknown_realm"]]


def test_a_logged_failure_says_who_from_where_with_what(stage: Stage) -> None:
    name, subscriber = stage.endpoint()
    with stage.phone(name, password="not-the-password", source="127.0.0.11") as phone:
        phone.register()
    (entry,) = stage.world.run(console.attempts, name)
    assert (entry["subscriber_id"], entry["account_id"], entry["main_account_id"]) == (
        subscriber, stage.acme.id, stage.acme.id,
    )  # fmt: skip
    assert (entry["method"], entry["outcome"], entry["source"]) == ("REGISTER", "fail", "127.0.0.11")
    assert (entry["user_agent"], entry["via"]) == ("test-phone", "kamailio")


def test_views_are_missing_only_while_tables_change(stage: Stage, start_kamailio: Callable[..., Kamailio]) -> None:
    name, _subscriber = stage.endpoint()
    with stage.phone(name) as phone:
        stage.world.run(console.without_views, "ALTER TABLE sip_secret ALTER md5_lower TYPE varchar(32)")
        assert phone.register() == 503
        stage.world.run(console.manage, "migrate", verbosity=0)
        assert phone.register() == 200


def test_the_role_keeps_its_rights_over_a_migration(stage: Stage) -> None:
    stage.world.run(console.without_views, "SELECT 1")
    stage.world.run(console.manage, "migrate", verbosity=0)
    with psycopg.connect(stage.options.database_url) as connection:
        assert connection.execute("SELECT count(*) FROM sip.subscriber_current").fetchone()


def test_upkeep_ends_registrations_that_nobody_stands_behind(stage: Stage) -> None:
    (name, _one), (kept, _two) = stage.endpoint(), stage.endpoint()
    with stage.phone(name) as stray, stage.phone(kept) as phone:
        assert (stray.register(), phone.register()) == (200, 200)
    stage.world.run(console.sql, "UPDATE sip_subscriber SET enabled = false WHERE username = %s", name)
    stage.world.run(console.manage, "kamailio_upkeep")
    assert (stage.locations(name), len(stage.locations(kept))) == ([], 1)


def test_upkeep_notes_when_a_subscriber_was_last_heard_of(stage: Stage) -> None:
    name, _subscriber = stage.endpoint()
    with stage.phone(name) as phone:
        phone.register()
    stage.world.run(console.manage, "kamailio_upkeep")
    query = "SELECT last_used_at > now() - interval '1 minute' FROM sip_subscriber WHERE username = %s"
    assert stage.world.run(console.sql, query, name) == [(True,)]


def test_kamailio_on_another_stage_reads_the_same_registrations(
    stage: Stage, start_kamailio: Callable[..., Kamailio]
) -> None:
    second = replace(stage, kamailio=start_kamailio(server_id=3))
    name, subscriber = stage.endpoint()
    with stage.phone(name) as phone, second.phone(name) as other:
        assert (phone.register(), other.register()) == (200, 200)
        known = {contact.uri for contact in stage.world.run(console.contacts, subscriber)}
    assert known == {phone.contact, other.contact}
