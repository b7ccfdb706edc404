"""Trigram indexes, by which PostgreSQL finds a part of a word (``icontains``) without reading every row.

A model names the columns: ``trigram_fields``. The indexes are made after every migrate and not by migrations, since the
extension may be missing or its creation forbidden. Without it every row of the account is read. SQLite has tables of
trigrams instead (``console.sqlite3.trigrams``).
"""

from __future__ import annotations

from django.apps import apps
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

EXTENSION = "pg_trgm"
MAY_CREATE = (
    "SELECT has_database_privilege(current_database(), 'CREATE') "
    "AND EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = %s)"
)
IS_THERE = "SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = %s)"


def install(using: str = "default") -> None:
    """Make the trigram indexes of every model that has ``trigram_fields``, where the database can."""
    connection = connections[using]
    if connection.vendor != "postgresql" or not has_trigrams(connection):
        return
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for model in models_with_trigrams():
            if model._meta.db_table in tables:
                for column in trigram_columns(model):
                    cursor.execute(trigrams(model, column))


def models_with_trigrams() -> list[type[models.Model]]:
    """Every model that names columns whose parts are looked for."""
    return [model for model in apps.get_models() if getattr(model, "trigram_fields", ())]


def trigram_columns(model: type[models.Model]) -> list[str]:
    """Those columns."""
    fields: tuple[str, ...] = model.trigram_fields  # type: ignore[attr-defined]
    return [str(model._meta.get_field(name).column) for name in fields]  # type: ignore[union-attr]


def has_trigrams(connection: BaseDatabaseWrapper) -> bool:
    """Whether the extension is there, or could be made now."""
    with connection.cursor() as cursor:
        cursor.execute(MAY_CREATE, [EXTENSION])
        if cursor.fetchone()[0]:
            cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {EXTENSION}")
        cursor.execute(IS_THERE, [EXTENSION])
        return bool(cursor.fetchone()[0])


def trigrams(model: type[models.Model], column: str) -> str:
    """The statement that makes the index of one column."""
    table = model._meta.db_table
    return (
        f'CREATE INDEX IF NOT EXISTS "{table}_{column}_trigrams" ON "{table}" '
        f'USING gin ((upper("{column}"::text)) gin_trgm_ops)'
    )
