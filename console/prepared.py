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
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.query import get_related_populators  # type: ignore[attr-defined]  # the stubs lack it
from django.db.transaction import TransactionManagementError

MAXIMUM_VARIANTS = 256


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a value in a compiled statement; ``make`` makes of the value what is bound there."""

    name: str
    field: Field[Any, Any]
    make: Callable[[Any], Any] | None = None


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
    locks: bool

    def run(self, connection: BaseDatabaseWrapper, values: dict[str, Any]) -> list[list[Any]]:
        """Execute and fetch everything. Raises ``TransactionManagementError`` for a lock that nothing would hold."""
        if self.locks and not connection.in_atomic_block:
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
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
        return _compiled(self.build(*variant).values_list(*self.columns), using)[0]


@dataclass(frozen=True, slots=True)
class Shape:
    """Which columns of a row make which instance, as ``QuerySet`` makes them of its rows."""

    model: type[Model]
    columns: slice
    names: list[str]
    related: Sequence[Any]
    annotations: dict[str, int]

    def instance(self, using: str, row: list[Any]) -> Any:
        """The instance of a row, with those of ``select_related`` and with what was annotated."""
        made = self.model.from_db(using, self.names, row[self.columns])
        for each in self.related:
            each.populate(row, made)
        for name, place in self.annotations.items():
            setattr(made, name, row[place])
        return made


class PreparedInstances:
    """The same for a query whose rows are instances: ``only``, ``select_related`` and annotations work as usual."""

    def __init__(self, build: Callable[..., QuerySet[Any]]) -> None:
        self.build = build
        self._compiled = lru_cache(MAXIMUM_VARIANTS)(self._compile)

    def all(self, *variant: Any, using: str = "default", **values: Any) -> list[Any]:
        """The instances."""
        statement, shape = self._compiled(using, variant)
        return [shape.instance(using, row) for row in statement.run(connections[using], values)]

    def first(self, *variant: Any, using: str = "default", **values: Any) -> Any:
        """The first of them; None without any. All are fetched: the query has a limit or a unique key."""
        return next(iter(self.all(*variant, using=using, **values)), None)

    def _compile(self, using: str, variant: tuple[Any, ...]) -> tuple[Statement, Shape]:
        statement, compiler = _compiled(self.build(*variant), using)
        info = compiler.klass_info
        columns = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
        names = [column.target.attname for column, _sql, _alias in compiler.select[columns]]
        related = get_related_populators(info, compiler.select, using)
        return statement, Shape(info["model"], columns, names, related, compiler.annotation_col_map)


def _compiled(rows: QuerySet[Any], using: str) -> tuple[Statement, Any]:
    """The statement of a query set, and the compiler that made it."""
    compiler: Any = rows.query.get_compiler(using=using)
    sql, parameters = compiler.as_sql()
    found = compiler.get_converters([expression for expression, _sql, _alias in compiler.select])
    converters = [(place, convert, expression) for place, (each, expression) in found.items() for convert in each]
    return Statement(sql, tuple(parameters), tuple(converters), rows.query.select_for_update), compiler


def _value(parameter: Any, connection: BaseDatabaseWrapper, values: dict[str, Any]) -> Any:
    if not isinstance(parameter, Slot):
        return parameter
    value = values[parameter.name]
    return parameter.field.get_db_prep_value(parameter.make(value) if parameter.make else value, connection)
