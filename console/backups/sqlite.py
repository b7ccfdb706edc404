"""SQLite: its online backup, which copies a file that is being written to as it was at one moment."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connections

from console.backups.manifest import Unusable, counts

FILE = "database.sqlite3"


def dump(directory: Path) -> dict[str, int]:
    """Copy the database into ``directory``. Returns the rows of the copy's tables. Raises ``Unusable``."""
    copy = directory / FILE
    with closing(sqlite3.connect(_path())) as live, closing(sqlite3.connect(copy)) as target:
        live.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        return _sound(target)


def load(copy: Path) -> dict[str, int]:
    """Write the copy over the database, also under a running console. Returns the rows that are there now."""
    connections["default"].close()
    with closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(_path(), timeout=30)) as live:
        source.backup(live)
        live.execute("PRAGMA journal_mode=WAL")
        return _sound(live)


def _path() -> str:
    return str(connections["default"].settings_dict["NAME"])


def _sound(database: sqlite3.Connection) -> dict[str, int]:
    """The rows of each table. Raises ``Unusable`` for a file that SQLite itself finds broken."""
    faults = [*database.execute("PRAGMA integrity_check(5)"), *database.execute("PRAGMA foreign_key_check")]
    if faults != [("ok",)]:
        raise Unusable(f"The database is damaged: {faults[:5]}.")
    return counts(database.cursor())
