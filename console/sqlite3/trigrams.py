"""Which rows have a part of a word in one of their columns, on SQLite: an FTS5 table of trigrams beside theirs.

A model names the columns (``trigram_fields``). The table holds no text, only which trigrams a row has, whatever their
case (``detail=none``): some 15 bytes and 3 µs for a row. It tells which rows may match, and the row itself whether it
does. It knows no accounts, so that only parts that few rows have are looked up by it.

Triggers keep it; they are (re)installed after every migrate, because SQLite drops them when Django rebuilds a table.
Follows https://www.sqlite.org/fts5.html (external content, the trigram tokenizer). Where SQLite was built without
FTS5, or is older than 3.34, there is no such table, and every row of the account is read.
The names put into the statements are those of our own tables and columns, never anything that came from outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import RawSQL
from django.db.utils import DatabaseError, OperationalError

from console.indexes import models_with_trigrams, trigram_columns

LENGTH = 3
MANY = 1001  # so many rows that may match are as good as all
MISSING = ("no such module: fts5", "no such tokenizer: trigram", "error in tokenizer constructor")


def wanted_by(texts: Iterable[str]) -> str | None:
    """The FTS5 query for rows that have all of these parts; None where they are too short to tell."""
    found = {text[at : at + LENGTH]: None for text in texts for at in range(len(text) - LENGTH + 1)}
    quoted = (part.replace('"', '""') for part in found)
    return " AND ".join(f'"{part}"' for part in quoted) or None


class Candidates(RawSQL):
    """The keys of the rows that may match, no more than ``MANY``. ``wanted`` is an FTS5 query, or a slot for one."""

    def __init__(self, model: type[models.Model], wanted: Any) -> None:
        name = table_of(model)
        sql = f"SELECT rowid FROM {name} WHERE {name} MATCH %s LIMIT {MANY}"
        super().__init__(sql, [wanted], models.BigIntegerField())


class Unindexed(models.Func):
    """A column that no index is looked up by.

    SQLite knows how many rows an account has on the average, and would rather read all of one than the candidates.
    """

    template = "+%(expressions)s"  # https://www.sqlite.org/optoverview.html


class CandidateCount(RawSQL):
    """How many they are; a query that aggregates is not grouped by it."""

    def __init__(self, model: type[models.Model], wanted: Any) -> None:
        super().__init__(f"SELECT count(*) FROM ({Candidates(model, wanted).sql})", [wanted], models.IntegerField())

    def get_group_by_cols(self) -> list[Any]:
        """None: it is the same for every row."""
        return []


@cache
def is_there(model: type[models.Model], using: str = "default") -> bool:
    """Whether the model's table has trigrams beside it; a running process asks once."""
    connection = connections[using]
    return connection.vendor == "sqlite" and _is_installed(connection, model)


def install(using: str = "default") -> None:
    """Make what is missing, where SQLite can, and fill it; where it cannot, writers must not meet the triggers."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    is_there.cache_clear()
    tables = set(connection.introspection.table_names())
    for model in models_with_trigrams():
        if model._meta.db_table not in tables:
            continue
        if not can_have_trigrams(connection):
            _execute(connection, [f"DROP TRIGGER IF EXISTS {name}" for name in triggers(model)])
        elif not _is_installed(connection, model):
            with transaction.atomic(using=using):
                _execute(connection, [virtual_table(model), *triggers(model).values(), rebuilding(model)])


def can_have_trigrams(connection: BaseDatabaseWrapper) -> bool:
    """Whether this SQLite has FTS5 with the trigram tokenizer."""
    try:
        with transaction.atomic(using=connection.alias):
            _execute(connection, ["CREATE VIRTUAL TABLE temp.tried USING fts5(text, tokenize='trigram')"])
            _execute(connection, ["DROP TABLE temp.tried"])
    except OperationalError as error:
        if not str(error).startswith(MISSING):
            raise
        return False
    return True


def table_of(model: type[models.Model]) -> str:
    """The name of the table of trigrams."""
    return f"{model._meta.db_table}_trigrams"


def virtual_table(model: type[models.Model]) -> str:
    """The statement that makes it."""
    columns, content = ", ".join(trigram_columns(model)), f"content='{model._meta.db_table}', content_rowid='id'"
    options = f"{content}, tokenize='trigram', detail=none, columnsize=0"
    return f"CREATE VIRTUAL TABLE IF NOT EXISTS {table_of(model)} USING fts5({columns}, {options})"


def triggers(model: type[models.Model]) -> dict[str, str]:
    """The statements that make the triggers, by their names."""
    table, name, columns = model._meta.db_table, table_of(model), trigram_columns(model)
    listed, old, new = (", ".join(f"{row}{column}" for column in columns) for row in ("", "OLD.", "NEW."))
    add = f"INSERT INTO {name}(rowid, {listed}) VALUES (NEW.id, {new});"
    remove = f"INSERT INTO {name}({name}, rowid, {listed}) VALUES ('delete', OLD.id, {old});"
    differs = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)
    when = {
        "insert": f"AFTER INSERT ON {table} BEGIN {add} END",
        "delete": f"AFTER DELETE ON {table} BEGIN {remove} END",
        "update": f"AFTER UPDATE OF {listed} ON {table} WHEN {differs} BEGIN {remove} {add} END",
    }
    return {f"{name}_{event}": f"CREATE TRIGGER IF NOT EXISTS {name}_{event} {text}" for event, text in when.items()}


def rebuilding(model: type[models.Model]) -> str:
    """The statement that fills it anew."""
    name = table_of(model)
    return f"INSERT INTO {name}({name}) VALUES ('rebuild')"


def wrong() -> Iterator[str]:
    """The tables of trigrams that are not what their tables hold. SQLite lets nobody write while it compares."""
    connection = connections["default"]
    if connection.vendor != "sqlite" or not can_have_trigrams(connection):
        return
    for model in models_with_trigrams():
        name = table_of(model)
        compare = f"INSERT INTO {name}({name}, rank) VALUES ('integrity-check', 1)"
        try:
            with transaction.atomic():
                _execute(connection, [compare])
        except DatabaseError:
            yield name
        else:
            if not _is_installed(connection, model):
                yield name


def repair() -> int:
    """Fill them anew. Returns how many."""
    install()
    models = models_with_trigrams()
    _execute(connections["default"], [rebuilding(model) for model in models])
    return len(models)


def _is_installed(connection: BaseDatabaseWrapper, model: type[models.Model]) -> bool:
    names = list(triggers(model))
    with connection.cursor() as cursor:
        places = ", ".join(["%s"] * len(names))
        cursor.execute(f"SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name IN ({places})", names)
        return bool(cursor.fetchone()[0] == len(names))


def _execute(connection: BaseDatabaseWrapper, statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
