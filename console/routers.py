"""Which database holds which table."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Model

VOLATILE = "volatile"
VOLATILE_TABLES = frozenset(
    {("console", "ratebucket"), ("console", "lastuse"), ("console", "cachedvalue"), ("bulk", "pulse")}
)


def is_volatile(model: type[Model]) -> bool:
    """Whether the model's rows are rewritten all the time and worth keeping for a while only."""
    return (model._meta.app_label, model._meta.model_name) in VOLATILE_TABLES


def volatile_alias() -> str:
    """The alias of the database that holds volatile tables: their own file beside SQLite, else the one database."""
    return VOLATILE if VOLATILE in settings.DATABASES else "default"


class VolatileRouter:
    """Sends the volatile tables to the volatile database and keeps all others out of it."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        """Return the alias for reads of a volatile model, or no opinion."""
        return volatile_alias() if is_volatile(model) else None

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        """Return the alias for writes of a volatile model, or no opinion."""
        return self.db_for_read(model, **hints)

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool | None:
        """Create volatile tables where they live, and every other table in ``default`` only."""
        is_volatile_table = (app_label, model_name) in VOLATILE_TABLES
        return db == (volatile_alias() if is_volatile_table else "default")
