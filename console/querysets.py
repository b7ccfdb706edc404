"""The query sets that tenancy and updates go through."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models

ModelT_co = TypeVar("ModelT_co", bound=models.Model, covariant=True)


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
