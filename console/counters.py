"""Exact row counts that cost one look-up, kept by the database itself through triggers.

A model opts in with ``row_counter = RowsPer("account", part="sub_account")``. The triggers are (re)installed after
every migrate, because SQLite drops them when Django rebuilds a table; a table that lacked them is counted anew.
The names put into the statements are those of our own tables and columns, never anything that came from outside.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from console.prepared import Bound, Prepared

COUNTERS = "console_rowcounter"


@dataclass(frozen=True, slots=True)
class RowsPer:
    """Count the rows per ``account`` (a foreign key) and, within it, per ``part`` (a nullable foreign key).

    Rows whose column ``unless`` (``deleted_at``) is set do not count.
    """

    account: str
    part: str | None = None
    unless: str | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """A counted model in the terms of SQL: the columns of the account, of the part, and of what takes a row out."""

    account: str
    part: str | None
    unless: str | None

    def counts(self, row: str = "") -> str:
        """SQL: whether a row counts."""
        return f"{row}{self.unless} IS NULL" if self.unless else "true"

    def differs(self) -> str:
        """SQL for SQLite: whether an update moves the row from one counter to another, in or out."""
        names = [name for name in (self.account, self.part, self.unless) if name]
        return " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in names)


def counted_models() -> list[type[models.Model]]:
    """Every model that keeps a row counter."""
    return [model for model in apps.get_models() if isinstance(getattr(model, "row_counter", None), RowsPer)]


def total(model: type[models.Model], account_id: int, part_id: int | None = None) -> int:
    """How many rows of ``model`` the account has; with ``part_id``, how many of them belong to that part."""
    part: dict[str, Any] = {} if part_id is None else {"part_id": part_id}
    rows = _total.tuples(bool(part), table=model._meta.db_table, account_id=account_id, **part)
    return int(rows[0][0]) if rows else 0


def _build_total(of_part: bool) -> models.QuerySet[Any]:
    from console.models import RowCounter

    number: models.Field[int, int] = models.BigIntegerField()
    whose = ("account_id", "part_id") if of_part else ("account_id",)
    wanted = {"table": Bound("table", models.CharField()), **{name: Bound(name, number) for name in whose}}
    return RowCounter.objects.filter(**wanted).order_by().values("table").annotate(total=models.Sum("value"))


_total = Prepared(("total",), _build_total)  # every list and every limit asks


def totals(account_ids: Sequence[int] | None) -> dict[str, int]:
    """How many rows of each counted table (at most) those accounts have together; of all accounts for None."""
    from console.models import RowCounter

    rows = RowCounter.objects.all()
    if account_ids is not None:
        rows = rows.filter(models.Q(account_id__in=account_ids) | models.Q(part_id__in=account_ids))
    return {
        table: int(value) for table, value in rows.values_list("table").annotate(models.Sum("value")).order_by("table")
    }


def totals_of(account_id: int, parent_id: int | None = None) -> dict[str, int]:
    """How many rows of each counted table one account has (its part, where it has a parent), by index."""
    from console.models import RowCounter

    tables = [model._meta.db_table for model in counted_models()]
    mine = models.Q(account_id=account_id)
    if parent_id is not None:
        mine |= models.Q(account_id=parent_id, part_id=account_id)
    rows = RowCounter.objects.filter(mine, table__in=tables)
    return dict(rows.values_list("table").annotate(total=models.Sum("value")).order_by())


def total_among(model: type[models.Model], accounts: models.QuerySet[Any]) -> int:
    """How many rows of ``model`` these accounts have together."""
    from console.models import RowCounter

    rows = RowCounter.objects.filter(table=model._meta.db_table, account_id__in=accounts.values("pk"))
    return int(rows.aggregate(total=models.Sum("value"))["total"] or 0)


def columns(model: type[models.Model]) -> Columns:
    """The database columns that the counter looks at."""
    counted: RowsPer = model.row_counter  # type: ignore[attr-defined]
    part = _column(model, counted.part) if counted.part else None
    unless = _column(model, counted.unless) if counted.unless else None
    return Columns(_column(model, counted.account), part, unless)


def _share(column: str | None, row: str = "") -> str:
    """SQL for a nullable key: rows without one are counted under 0."""
    return f"coalesce({row}{column}, 0)" if column else "0"


def _column(model: type[models.Model], name: str) -> str:
    return str(model._meta.get_field(name).column)  # type: ignore[union-attr]


def install(using: str = "default") -> None:
    """Install missing triggers and recount the tables that lacked them."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    if COUNTERS not in tables:
        return
    for model in counted_models():
        if model._meta.db_table in tables and not _is_installed(connection, model):
            with transaction.atomic(using=using), connection.cursor() as cursor:
                for statement in _statements(connection.vendor, model):
                    cursor.execute(statement)
                recount(model, cursor)


def _is_installed(connection: BaseDatabaseWrapper, model: type[models.Model]) -> bool:
    query = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
    if connection.vendor == "postgresql":
        query = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE %s"
    with connection.cursor() as cursor:
        cursor.execute(query, [f"{model._meta.db_table}_count%"])
        return bool(cursor.fetchone()[0] == 3)


def recount(model: type[models.Model], cursor: Any) -> None:
    """Set the model's counters to what the table holds now."""
    table, counted = model._meta.db_table, columns(model)
    keys = f"{_share(counted.account)}, {_share(counted.part)}"
    cursor.execute(f"DELETE FROM {COUNTERS} WHERE \"table\" = '{table}'")
    cursor.execute(
        f'INSERT INTO {COUNTERS} ("table", account_id, part_id, value) '
        f"SELECT '{table}', {keys}, count(*) FROM {table} WHERE {counted.counts()} GROUP BY 2, 3"
    )


def inexact() -> Iterator[str]:
    """Each counter that differs from what its table holds, as ``table account: counted, actual``."""
    for model in counted_models():
        with connections["default"].cursor() as cursor:
            cursor.execute(_comparison(model))  # one statement, so both sides are of one moment
            for account_id, stored, actual in cursor.fetchall():
                yield f"{model._meta.db_table} {account_id}: {stored}, {actual}"


def repair() -> int:
    """Count every table anew. Returns how many counters were wrong."""
    connection = connections["default"]
    wrong = sum(1 for _ in inexact())
    for model in counted_models():
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":  # SQLite's transactions shut writers out anyway
                cursor.execute(f"LOCK TABLE {model._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
            recount(model, cursor)
    return wrong


def _comparison(model: type[models.Model]) -> str:
    table, counted = model._meta.db_table, columns(model)
    stored = f"SELECT account_id, part_id, value AS stored, 0 AS actual FROM {COUNTERS} WHERE \"table\" = '{table}'"
    actual = (
        f"SELECT {_share(counted.account)}, {_share(counted.part)}, 0, count(*) FROM {table} "
        f"WHERE {counted.counts()} GROUP BY 1, 2"
    )
    return (
        f"SELECT account_id, sum(stored), sum(actual) FROM ({stored} UNION ALL {actual}) AS sides "
        "GROUP BY account_id, part_id HAVING sum(stored) <> sum(actual) ORDER BY account_id"
    )


def _statements(vendor: str, model: type[models.Model]) -> list[str]:
    table, counted = model._meta.db_table, columns(model)
    return _postgresql(table, counted) if vendor == "postgresql" else _sqlite(table, counted)


def _upsert(select: str) -> str:
    return (
        f'INSERT INTO {COUNTERS} ("table", account_id, part_id, value) {select} '
        f'ON CONFLICT ("table", account_id, part_id) DO UPDATE SET value = {COUNTERS}.value + excluded.value'
    )


def _sqlite(table: str, counted: Columns) -> list[str]:
    def count(row: str, step: int) -> str:
        keys = f"{_share(counted.account, row)}, {_share(counted.part, row)}"
        return _upsert(f"SELECT '{table}', {keys}, {step} WHERE {counted.counts(row)}") + ";"

    bodies = {
        "insert": ("AFTER INSERT", "", count("NEW.", 1)),
        "delete": ("AFTER DELETE", "", count("OLD.", -1)),
        "update": ("AFTER UPDATE", f"WHEN {counted.differs()}", count("OLD.", -1) + count("NEW.", 1)),
    }
    statements = []
    for name, (event, condition, body) in bodies.items():
        statements.append(f"DROP TRIGGER IF EXISTS {table}_count_{name}")
        statements.append(
            f"CREATE TRIGGER {table}_count_{name} {event} ON {table} FOR EACH ROW {condition} BEGIN {body} END"
        )
    return statements


def _postgresql(table: str, counted: Columns) -> list[str]:
    """Statement triggers: a bulk insert updates each counter once, not once a row."""

    def rows(transition: str, step: int) -> str:
        keys = f"{_share(counted.account)} AS account_id, {_share(counted.part)} AS part_id"
        return f"SELECT {keys}, {step} * count(*) AS value FROM {transition} WHERE {counted.counts()} GROUP BY 1, 2"

    changes = {
        "insert": ("REFERENCING NEW TABLE AS fresh", rows("fresh", 1)),
        "delete": ("REFERENCING OLD TABLE AS gone", rows("gone", -1)),
        "update": (
            "REFERENCING OLD TABLE AS gone NEW TABLE AS fresh",
            f"{rows('gone', -1)} UNION ALL {rows('fresh', 1)}",
        ),
    }
    statements = []
    for name, (referencing, union) in changes.items():
        trigger = f"{table}_count_{name}"
        summed = (
            f"SELECT '{table}', moved.account_id, moved.part_id, sum(moved.value) FROM ({union}) AS moved "
            "GROUP BY 2, 3 HAVING sum(moved.value) <> 0 ORDER BY 2, 3"
        )
        body = f"$$ BEGIN {_upsert(summed)}; RETURN NULL; END $$"
        each = f"FOR EACH STATEMENT EXECUTE FUNCTION {trigger}()"
        statements += [
            f"CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS {body}",
            f"DROP TRIGGER IF EXISTS {trigger} ON {table}",
            f"CREATE TRIGGER {trigger} AFTER {name.upper()} ON {table} {referencing} {each}",
        ]
    return statements
