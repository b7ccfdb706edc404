"""Queries that are built and compiled once. Building one with joins and subqueries costs Django thousands of calls,
running it a few dozen; what a client asks for thousands of times a second is worth that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, QuerySet

MAXIMUM_VARIANTS = 256


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a value in a compiled statement."""

    name: str
    field: Field[Any, Any]


class Bound(Expression):
    """A value in a query that is given when the query runs."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.slot = Slot(name, field)

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """A placeholder, with the slot where the value will be."""
        return "%s", [self.slot]


@dataclass(frozen=True, slots=True)
class Statement:
    """A compiled query: its text, what is bound, and, by column, how the database's values become Python's."""

    sql: str
    parameters: tuple[Any, ...]
    converters: tuple[tuple[int, Any, Any], ...]

    def run(self, connection: BaseDatabaseWrapper, values: dict[str, Any]) -> list[list[Any]]:
        """Execute and fetch everything."""
        bound = [_value(parameter, connection, values) for parameter in self.parameters]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, bound)
            rows = [list(row) for row in cursor.fetchall()]
        for place, convert, expression in self.converters:
            for row in rows:
                row[place] = convert(row[place], expression, connection)
        return rows


class Prepared:
    """A query with ``Bound`` values, compiled once for each variant and database.

    ``build(*variant)`` returns the query set; ``columns`` are what ``values_list`` takes, and what rows hold.
    """

    def __init__(self, columns: Sequence[str], build: Callable[..., QuerySet[Any]]) -> None:
        self.columns = tuple(columns)
        self.build = build
        self._compiled = lru_cache(MAXIMUM_VARIANTS)(self._compile)

    def tuples(self, *variant: Any, using: str = "default", **values: Any) -> list[list[Any]]:
        """The rows, in the order of ``columns``."""
        return self._compiled(using, variant).run(connections[using], values)

    def dicts(self, *variant: Any, using: str = "default", **values: Any) -> list[dict[str, Any]]:
        """The rows by column."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.tuples(*variant, using=using, **values)]

    def _compile(self, using: str, variant: tuple[Any, ...]) -> Statement:
        compiler = self.build(*variant).values_list(*self.columns).query.get_compiler(using=using)
        sql, parameters = compiler.as_sql()
        found = compiler.get_converters([expression for expression, _sql, _alias in compiler.select])
        converters = [(place, convert, expression) for place, (each, expression) in found.items() for convert in each]
        return Statement(sql, tuple(parameters), tuple(converters))


def _value(parameter: Any, connection: BaseDatabaseWrapper, values: dict[str, Any]) -> Any:
    if not isinstance(parameter, Slot):
        return parameter
    return parameter.field.get_db_prep_value(values[parameter.name], connection)
