"""The threads of one process take turns at SQLite's one write lock.

SQLite itself has whoever finds the lock taken sleep and look again, up to a tenth of a second apart: the lock lies idle
between two writers, and some find it taken for seconds. A thread that waits for its turn is woken when it comes.
Between processes it stays as it was, and so does the longest wait.
"""

from __future__ import annotations

from threading import Lock
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

DEFAULT_TIMEOUT_SECONDS = 5.0  # that of Python's sqlite3

_turns: dict[str, Lock] = {}  # by database


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transaction begins when it is its turn.

    What it overrides are Django's private names for the ways in which a transaction begins and ends; the stubs for mypy
    do not know them.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._turn: Lock | None = None

    def is_usable(self) -> bool:
        """Not after an error: the file is opened anew then, since another may have taken its place."""
        return super().is_usable() and not self.errors_occurred

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._give_turn()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]  # where it fails, a rollback or the connection's end follows
        self._give_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._give_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._give_turn()

    def _take_turn(self) -> None:
        turn = _turns.setdefault(str(self.settings_dict["NAME"]), Lock())
        options = self.settings_dict["OPTIONS"]
        if not turn.acquire(timeout=options.get("timeout", DEFAULT_TIMEOUT_SECONDS)):
            raise OperationalError("database is locked")
        self._turn = turn

    def _give_turn(self) -> None:
        if self._turn is not None:
            turn, self._turn = self._turn, None
            turn.release()
