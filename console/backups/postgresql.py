"""PostgreSQL: pg_dump and pg_restore, on the very snapshot whose rows are counted."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from django.db import connections, transaction

from console.backups.manifest import Unusable, counts

FILE = "database.dump"
# Owners and rights are the target's own; what is rewritten at every request is not worth keeping.
PORTABLE = ("--no-owner", "--no-privileges")


def dump(directory: Path) -> dict[str, int]:
    """Dump the database into ``directory``. Returns the rows of its tables. Raises ``Unusable``."""
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        rows = counts(cursor)
        _run("pg_dump", "--format=custom", *PORTABLE, f"--snapshot={snapshot}", f"--file={directory / FILE}")
    return rows


def load(copy: Path) -> dict[str, int]:
    """Put the dump in the place of what is there, all or nothing. Returns the rows that are there now."""
    connections["default"].close()
    clean = ("--clean", "--if-exists", "--single-transaction", "--exit-on-error")
    _run("pg_restore", *clean, *PORTABLE, f"--dbname={_settings()['PGDATABASE']}", str(copy))
    with connections["default"].cursor() as cursor:
        return counts(cursor)


def _settings() -> dict[str, str]:
    given = connections["default"].settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    return {variable: str(given[name]) for variable, name in names.items() if given.get(name)}


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; the password travels by its environment, never on the command line."""
    try:
        done = subprocess.run(  # noqa: S603  (a fixed program and our own words)
            [program, *arguments], env={**os.environ, **_settings()}, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise Unusable(f"{program} is not here. On Debian: apt-get install postgresql-client.") from None
    if done.returncode != 0:
        raise Unusable(f"{program} failed: {done.stderr.strip()[-1000:]}")
