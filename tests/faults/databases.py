"""The rows of a database as they lie there, whatever models there are: to put them into an older schema and compare."""

from __future__ import annotations

import sqlite3
from typing import Any, Protocol, Self

import psycopg
from psycopg import sql

Columns = dict[str, list[str]]  # by table
Rows = dict[str, list[Any]]  # by table, each row in a form of its database's own


class Database(Protocol):
    """A database that is looked at from outside."""

    def columns(self) -> Columns:
        """The columns of every table."""

    def rows(self, columns: Columns) -> Rows:
        """What stands in those columns."""

    def fill(self, columns: Columns, rows: Rows) -> None:
        """Put rows into those columns of empty tables, as they are."""

    def __enter__(self) -> Self:
        """Open it."""

    def __exit__(self, *_raised: object) -> None:
        """Close it."""


class Sqlite:
    """One in a file."""

    def __init__(self, path: str) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.connection.close()

    def columns(self) -> Columns:
        listed = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        return {table: [row[1] for row in self._run(f'PRAGMA table_info("{table}")')] for (table,) in self._run(listed)}

    def rows(self, columns: Columns) -> Rows:
        return {table: self._run(f'SELECT {_named(names)} FROM "{table}"') for table, names in columns.items()}

    def fill(self, columns: Columns, rows: Rows) -> None:
        for table, names in columns.items():
            places = ", ".join("?" * len(names))
            self.connection.executemany(f'INSERT INTO "{table}" ({_named(names)}) VALUES ({places})', rows[table])

    def _run(self, statement: str) -> list[Any]:
        return self.connection.execute(statement).fetchall()


def _named(columns: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


class Postgres:
    """One on a server, by its superuser; rows are lines of COPY."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.connection.close()

    def columns(self) -> Columns:
        found: Columns = {}
        listed = self.connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables "
            "USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE' "
            "ORDER BY ordinal_position"
        )
        for table, name in listed:
            found.setdefault(table, []).append(name)
        return found

    def rows(self, columns: Columns) -> Rows:
        return {table: self._copied_out(table, names) for table, names in columns.items()}

    def fill(self, columns: Columns, rows: Rows) -> None:
        self.connection.execute("SET session_replication_role = replica")  # no foreign key is asked, no trigger runs
        for table, names in columns.items():
            with self.connection.cursor().copy(
                sql.SQL("COPY {} ({}) FROM STDIN").format(*_quoted(table, names))
            ) as copy:
                for line in rows[table]:
                    copy.write(line)
            if "id" in names:
                self._move_on(table)

    def _copied_out(self, table: str, names: list[str]) -> list[bytes]:
        statement = sql.SQL("COPY {} ({}) TO STDOUT").format(*_quoted(table, names))
        with self.connection.cursor().copy(statement) as copy:
            return [bytes(line) for line in copy]

    def _move_on(self, table: str) -> None:
        """Have the next row come after those that are there."""
        statement = "SELECT setval(pg_get_serial_sequence({}, 'id'), coalesce(max(id), 1)) FROM {}"
        quoted = sql.SQL(statement).format(sql.Literal(f'"{table}"'), sql.Identifier(table))
        if self.connection.execute("SELECT pg_get_serial_sequence(%s, 'id')", [f'"{table}"']).fetchone() != (None,):
            self.connection.execute(quoted)


def _quoted(table: str, names: list[str]) -> tuple[sql.Composable, sql.Composable]:
    return sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))


def common(*sides: Columns) -> Columns:
    """The columns that are on every side, of the tables that are."""
    first, *others = sides
    tables = set(first).intersection(*others)
    return {table: [name for name in first[table] if all(name in side[table] for side in others)] for table in tables}
