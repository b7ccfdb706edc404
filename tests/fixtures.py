"""Fixtures for every test of the project; ``conftest.py`` loads them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from psycopg import sql

from console import audit
from tests.live import LiveConsole
from tests.postgres import PostgresServer

if "CI" not in os.environ:  # there, hypothesis chooses its own: the same examples every time
    # Time is no property of an example on a machine that does other work as well.
    settings.register_profile("console", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
    settings.load_profile("console")


@pytest.fixture(autouse=True)
def nobody_acts() -> Iterator[None]:
    """Start every test in nobody's name: who checks a token outside a request acts in its name from then on."""
    with audit.acting(audit.NOBODY):
        yield


@pytest.fixture(autouse=True)
def one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold the limiter's clock: a limit whose window ends in the middle of a test would let more pass than it says."""
    from console import limiter

    now = limiter.clock()
    monkeypatch.setattr(limiter, "clock", lambda: now)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this test process's own, whatever database the suite itself runs on."""
    with PostgresServer() as server:
        yield server


@pytest.fixture
def database() -> Iterator[PostgresServer]:
    """A PostgreSQL server that a test may stop, and whose connections are all its own."""
    with PostgresServer() as server:
        yield server


@pytest.fixture
def connections_stay() -> Iterator[None]:
    """Requests of a bare handler would close the connections, and with them the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="session")
def live_console(fresh_database_url: str | None) -> Iterator[LiveConsole]:
    """A running console, its database empty and of the kind that the suite runs on, for all tests of this process."""
    shared = {"TOKEN_FAILURES_PER_MINUTE": "1000000"}  # what hostile tests do must not shut out those beside them
    with LiveConsole(database_url=fresh_database_url, environment=shared) as console:
        yield console


@pytest.fixture(scope="session")
def fresh_database_url(worker_id: str) -> Iterator[str | None]:
    """The URL of an empty PostgreSQL database when the suite runs on PostgreSQL, else None: SQLite needs none."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield None
        return
    with _database_beside(url, f"live_{worker_id}") as fresh_url:
        yield fresh_url


@pytest.fixture(scope="session", autouse=True)
def counters_end_with_their_rows() -> Iterator[None]:
    """Forget the row counters when a test's tables were cleared: SQLite's triggers count what is cleared too."""

    def forget(using: str, **_sent: Any) -> None:
        if using == "default" and not Account.objects.exists():
            RowCounter.objects.all().delete()

    from django.apps import apps
    from django.db.models.signals import post_migrate  # sent after a flush too

    from accounts.models import Account
    from console.models import RowCounter

    console = apps.get_app_config("console")
    post_migrate.connect(forget, sender=console, weak=False, dispatch_uid="tests-counters")
    yield
    post_migrate.disconnect(sender=console, dispatch_uid="tests-counters")


@contextmanager
def _database_beside(url: str, name: str) -> Iterator[str]:
    """Create an empty database on the server of ``url``; drop it afterwards."""
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
        connection.execute(drop)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Have Playwright drive Debian's Chromium, which root can start without its sandbox only."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return browser_type_launch_args | {"executable_path": "/usr/bin/chromium", "args": arguments}
