"""SQLite's writers in one process: one transaction at a time, and whatever ends it lets the next one begin."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.db.utils import ConnectionHandler, OperationalError

ENGINE = "console.sqlite3"


class Broken(Exception):
    """What the database says, for a test."""


def connected(path: Path, *, timeout: float = 10) -> Any:
    """A connection of its own to the database in that file."""
    options = {"transaction_mode": "IMMEDIATE", "timeout": timeout}
    made = ConnectionHandler({"default": {"ENGINE": ENGINE, "NAME": str(path), "OPTIONS": options}})["default"]
    made.inc_thread_sharing()
    return made


def begin(connection: Any) -> None:
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


@pytest.fixture
def path(tmp_path: Path, django_db_blocker: Any) -> Iterator[Path]:
    with django_db_blocker.unblock():  # these databases are none that a test could spoil
        yield tmp_path / "turns.sqlite3"


@pytest.fixture
def first(path: Path) -> Iterator[Any]:
    made = connected(path)
    yield made
    made.close()


ENDINGS: list[Callable[[Any], None]] = [
    lambda connection: connection.commit(),
    lambda connection: connection.rollback(),
    lambda connection: connection.close(),
]


@pytest.mark.parametrize("end", ENDINGS, ids=["commit", "rollback", "close"])
def test_whatever_ends_a_transaction_lets_the_next_one_begin(path: Path, first: Any, end: Any) -> None:
    begin(first)
    has_begun, other = Event(), connected(path)

    def follow() -> None:
        begin(other)
        has_begun.set()
        other.rollback()

    waiting = Thread(target=follow)
    waiting.start()
    assert not has_begun.wait(0.2)
    end(first)
    assert has_begun.wait(10)
    waiting.join()
    other.close()


def test_who_waits_is_woken_and_does_not_ask_sqlite_again_and_again(path: Path, first: Any) -> None:
    begin(first)
    statements: list[str] = []
    other = connected(path)
    other.ensure_connection()
    other.connection.set_trace_callback(statements.append)
    waiting = Thread(target=begin, args=(other,))
    waiting.start()
    waiting.join(0.2)
    assert (waiting.is_alive(), statements) == (True, [])
    first.commit()
    waiting.join(10)
    assert statements == ["BEGIN IMMEDIATE"]
    other.close()


def test_a_wait_ends_after_the_time_that_sqlite_would_wait(path: Path, first: Any) -> None:
    begin(first)
    other = connected(path, timeout=0.05)
    with pytest.raises(OperationalError, match="database is locked"):
        begin(other)
    first.commit()
    begin(other)
    other.close()


def test_a_transaction_that_cannot_begin_gives_its_turn_away(path: Path, first: Any) -> None:
    elsewhere = sqlite3.connect(path, isolation_level=None)  # as another process: it knows of no turns
    elsewhere.execute("BEGIN IMMEDIATE")
    other = connected(path, timeout=0.05)
    with pytest.raises(OperationalError, match="database is locked"):
        begin(other)
    elsewhere.execute("ROLLBACK")
    elsewhere.close()
    begin(first)
    other.close()


def test_a_commit_that_fails_keeps_the_turn_until_it_is_rolled_back(
    path: Path, first: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(first)
    other = connected(path, timeout=0.05)
    with monkeypatch.context() as broken:
        broken.setattr(first, "connection", Failing(first.connection))
        with pytest.raises(Broken):
            first.commit()
        with pytest.raises(OperationalError):
            begin(other)
    first.rollback()
    begin(other)
    other.close()


class Failing:
    """A database connection that does not commit."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def commit(self) -> None:
        """Fail."""
        raise Broken

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def test_a_connection_is_kept_until_an_error_and_then_made_anew(path: Path, first: Any) -> None:
    first.settings_dict["CONN_MAX_AGE"] = None
    kept = ask(first)
    first.close_if_unusable_or_obsolete()
    assert ask(first) is kept
    with pytest.raises(OperationalError):
        first.cursor().execute("SELECT * FROM nothing")
    first.close_if_unusable_or_obsolete()
    assert first.connection is None
    assert ask(first) is not kept
    first.close_if_unusable_or_obsolete()
    assert first.connection is not None


def ask(connection: Any) -> Any:
    """Use a connection. Returns what it is underneath."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return connection.connection


def test_files_do_not_wait_for_each_other(tmp_path: Path, first: Any) -> None:
    begin(first)
    other = connected(tmp_path / "other.sqlite3", timeout=0.05)
    begin(other)
    other.close()
