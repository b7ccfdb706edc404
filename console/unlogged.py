"""Volatile tables without a write-ahead log on PostgreSQL: half the writes, and empty after a crash, as they may be."""

from __future__ import annotations

from django.apps import apps
from django.db import connections

from console.routers import VOLATILE_TABLES

LOGGED = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relpersistence = 'p' AND relname = ANY(%s)"


def install(using: str = "default") -> None:
    """Take the volatile tables that are there out of the log: each is rewritten once, and none is ever large."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    tables = [apps.get_model(label, name)._meta.db_table for label, name in sorted(VOLATILE_TABLES)]
    with connection.cursor() as cursor:
        cursor.execute(LOGGED, [tables])
        for (table,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {connection.ops.quote_name(table)} SET UNLOGGED")
