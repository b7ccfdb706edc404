"""Exporting lists of what is never imported (attempts, links): the columns of the list, as plain values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django_tables2.utils import Accessor

from bulk.columns import Column, text_of
from console.views.listing import Listing


class Listed:
    """A list as something to export: ``name``, ``exported`` columns, ``rows`` that match a query."""

    def __init__(self, page: Listing) -> None:
        self.page, self.name = page, page.section.name
        table = page.table_class
        self.exported = tuple(
            Column(name, name, show=shower(table.base_columns[name].accessor or name)) for name in table.column_names()
        )

    def rows(self, query: QueryDict) -> Any:
        """The rows that the list shows for this query."""
        return self.page.filters(query).rows


def shower(path: Any) -> Callable[[Any], str]:
    """How the value of a table's column is written as a cell; empty where there is none."""
    accessor = Accessor(path)

    def show(row: Any) -> str:
        value = accessor.resolve(row, quiet=True)
        return value.isoformat() if isinstance(value, datetime) else text_of(value)

    return show
