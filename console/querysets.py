"""The query sets that tenancy and updates go through."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models
from django.db.models import F, OrderBy
from django.db.models.functions import Coalesce

ModelT_co = TypeVar("ModelT_co", bound=models.Model, covariant=True)


FEW_ROWS = 1000  # so many matches are sorted; more are met by walking an index in its order


class ImmutableFieldError(TypeError):
    """An ``update()`` named a field that never changes after creation."""


class ConsoleQuerySet(models.QuerySet[ModelT_co]):
    """A query set that refuses to ``update()`` an immutable field: ``update`` gets past ``clean``."""

    def update(self, **kwargs: Any) -> int:
        """Update the rows as usual. Raises ``ImmutableFieldError``."""
        if fixed := set(getattr(self.model, "immutable_fields", ())) & kwargs.keys():
            raise ImmutableFieldError(
                f"{self.model.__name__}: {', '.join(sorted(fixed))} cannot be changed after creation"
            )
        return super().update(**kwargs)


def part_of(rows: models.QuerySet[Any], part: slice, *, few: bool = False) -> models.QuerySet[Any]:
    """A stretch of ordered rows, in one statement: their keys from an index alone, then what is joined to them.

    ``few`` for the few (``FEW_ROWS``) that match among many: they are found by what they match and sorted. A database
    that is asked for the order of an index may walk all of the list by it to find them.
    """
    if few:
        wanted = rows.query.order_by or rows.model._meta.ordering
        rows = rows.order_by(*(_sorted_by(name) if isinstance(name, str) else name for name in wanted))
    return rows.filter(pk__in=rows.values("pk")[part])


def _sorted_by(name: str) -> OrderBy:
    """The order of a column, in words that no index answers."""
    column = F(name.removeprefix("-"))
    return OrderBy(Coalesce(column, column), descending=name.startswith("-"))
