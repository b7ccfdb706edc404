"""Many rows as columns of plain values: what a cell costs is a look-up where values repeat, and no object is made.

A query set converts each value of each row by itself, with a call (SQLite keeps flags as numbers and times as texts).
Here a column's different values are converted once a chunk.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Any

from django.db.models import QuerySet
from django.db.models.sql.constants import MULTI

ROWS_AT_A_TIME = 1000  # as many as the processor's cache takes: 4000 cost a tenth more


def in_chunks(rows: QuerySet[Any], paths: Sequence[str]) -> Iterator[list[Sequence[Any]]]:
    """The values at each path, a list each, of the rows by primary key: no cursor is held open, no row is met twice."""
    plain, last = rows.order_by("pk").values_list(*paths, "pk"), 0
    while columns := read(plain.filter(pk__gt=last)[:ROWS_AT_A_TIME]):
        *values, keys = columns
        yield values
        last = keys[-1]


def read(rows: QuerySet[Any]) -> list[Sequence[Any]]:
    """The columns of a ``values_list``; none where there are no rows."""
    compiler: Any = rows.query.get_compiler(rows.db)
    columns: list[Sequence[Any]] = list(zip(*chain.from_iterable(compiler.execute_sql(MULTI)), strict=True))
    if columns:
        found = compiler.get_converters([expression for expression, _sql, _alias in compiler.select])
        for place, (converters, expression) in found.items():
            columns[place] = mapped(partial(converted, converters, expression, compiler.connection), columns[place])
    return columns


def converted(converters: Sequence[Callable[..., Any]], expression: Any, connection: Any, value: Any) -> Any:
    """A value as Django makes it of what the database keeps."""
    for convert in converters:
        value = convert(value, expression, connection)
    return value


def mapped(make: Callable[..., Any], *columns: Sequence[Any]) -> list[Any]:
    """What ``make`` makes of the values side by side; of values that repeat, once."""
    if len(columns) > 1:
        return list(map(make, *columns))
    (column,) = columns
    different = told_apart(column)
    if len(different) * 2 > len(column):
        return list(map(make, column))
    made = {value: make(value) for value in different}
    return list(map(made.__getitem__, column))


def told_apart(column: Sequence[Any]) -> Collection[Any]:
    """The different values of a column; the column itself where Python cannot tell (lists; ``True`` beside 1)."""
    if len(set(map(type, column)) - {type(None)}) > 1:
        return column
    try:
        return set(column)
    except TypeError:
        return column
