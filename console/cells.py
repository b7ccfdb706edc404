"""Draws the rows of a table: what django-tables2 finds out for each cell is found out once for each column here."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.safestring import SafeString, mark_safe
from django_tables2.columns import BoundColumn
from django_tables2.utils import A

from console.components import escaped

Draw = Callable[..., Any]
FACTS = ("value", "record", "column", "bound_column", "table")


class Column:
    """One column of one table: where its values are, who draws them, and with what."""

    def __init__(self, bound: BoundColumn, model: type[Model], live_columns: Sequence[str] = ()) -> None:
        self.bound, self.accessor, self.draw = bound, A(bound.accessor), bound.render
        self.empty_values, self.default = bound.column.empty_values, bound.default
        self.display = display_of(self.accessor, model)
        self.wanted = wanted_by(getattr(self.draw, "__func__", self.draw))
        self.live_name = bound.name if bound.name in live_columns else ""
        self.opening = f'<td class="{escaped(bound.attrs["td"].get("class", ""))}">'

    def cell(self, record: Any, table: Any) -> str:
        """The cell of a row; one that changes while somebody looks has an id."""
        drawn = escaped(self.drawn(record, table))
        if self.live_name:
            drawn = f'<span class="live" id="live-{self.live_name}-{escaped(record.public_id)}">{drawn}</span>'
        return f"{self.opening}{drawn}</td>"

    def drawn(self, record: Any, table: Any) -> Any:
        """What the column makes of its value."""
        value = self.value(record)
        if value in self.empty_values:
            return self.default
        given = {"value": value, "record": record, "column": self.bound.column, "bound_column": self.bound}
        given["table"] = table
        return self.draw(**{name: given[name] for name in self.wanted})

    def value(self, record: Any) -> Any:
        """What the row has in this column; None where the way to it ends early."""
        if self.display:
            return getattr(record, self.display)()
        try:
            return self.accessor.resolve(record)
        except ValueError:
            return None


@lru_cache(maxsize=512)
def wanted_by(draw: Draw) -> tuple[str, ...]:
    """Which of a cell's facts somebody draws it from."""
    return tuple(name for name in inspect.signature(draw).parameters if name in FACTS)


def display_of(accessor: A, model: type[Model]) -> str:
    """The method that puts a choice into words, where the accessor names one of the model's own fields."""
    try:
        field = model._meta.get_field(accessor)
    except FieldDoesNotExist:
        return ""
    return f"get_{accessor}_display" if getattr(field, "choices", None) else ""


def lines(table: Any, model: type[Model]) -> Iterator[tuple[Any, SafeString]]:
    """Each row of the page with its cells."""
    columns = [Column(bound, model, table.live_columns) for bound in table.columns]
    for record in table.records:
        drawn = "".join([column.cell(record, table) for column in columns])
        yield record, mark_safe(drawn)  # noqa: S308  (each cell is escaped)
