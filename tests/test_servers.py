"""The servers that tests start: they come up, survive what tests do to them, and leave nothing behind."""

from __future__ import annotations

import sys
from pathlib import Path

import httpx
import psycopg
import pytest

from tests import processes
from tests.live import CommandFailedError, LiveConsole
from tests.postgres import PostgresServer


def test_postgres_makes_a_role_and_a_database_of_its_own(postgres_server: PostgresServer) -> None:
    postgres_server.create_role("tenant", "pass word")
    postgres_server.create_database("tenancy", owner="tenant")

    with psycopg.connect(postgres_server.url("tenancy", user="tenant")) as connection:
        row = connection.execute("SELECT current_user, current_database()").fetchone()

    assert row == ("tenant", "tenancy")
    postgres_server.drop_database("tenancy")


def test_postgres_keeps_its_data_and_port_over_a_crash(postgres_server: PostgresServer) -> None:
    port = postgres_server.port
    postgres_server.create_database("kept")

    postgres_server.kill()
    was_ready = postgres_server.is_ready()
    postgres_server.start()

    assert (was_ready, postgres_server.port) == (False, port)
    assert postgres_server.execute("SELECT 1 FROM pg_database WHERE datname = 'kept'") == [(1,)]


def test_a_paused_postgres_answers_nobody_until_it_is_resumed(postgres_server: PostgresServer) -> None:
    postgres_server.pause()
    was_ready = postgres_server.is_ready()
    postgres_server.resume()

    assert not was_ready
    assert postgres_server.is_ready()


def test_a_server_that_dies_says_why(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = processes.start(
            [sys.executable, "-c", "raise SystemExit('no such thing')"], log=output, environment={}, directory=tmp_path
        )

    with pytest.raises(processes.DidNotStartError, match="no such thing"):
        processes.wait_until(lambda: False, process=process, log=log, timeout_seconds=20)
    processes.stop(process)


def test_a_live_console_answers_and_logs(live_console: LiveConsole) -> None:
    answer = httpx.get(f"{live_console.url}/healthz", headers={"X-Request-ID": "seen-in-the-log"})

    assert answer.json()["status"] == "ok"
    assert answer.headers["X-Request-ID"] == "seen-in-the-log"


def test_a_live_console_is_ready_on_the_suites_kind_of_database(live_console: LiveConsole) -> None:
    assert httpx.get(f"{live_console.url}/readyz").json()["status"] == "ready"


def test_a_live_console_runs_commands_on_its_own_database(live_console: LiveConsole) -> None:
    made = live_console.manage_json("create_account", "--name", "Acme", "--json")

    assert made["auth_id"].startswith("MA_")


def test_a_command_that_fails_says_what_it_printed(live_console: LiveConsole) -> None:
    with pytest.raises(CommandFailedError, match="--name"):
        live_console.manage("create_account")


@pytest.mark.slow
def test_a_live_console_comes_back_after_a_crash_and_stops_in_good_order() -> None:
    with LiveConsole(with_worker=True) as console:
        console.kill("web")
        was_ready = console.is_ready()
        console.kill("worker")
        console.start()
        is_ready = console.is_ready()

    assert (was_ready, is_ready) == (False, True)
