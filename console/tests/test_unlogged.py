"""Volatile tables: outside PostgreSQL's log, and nothing else is."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection, connections

from console import unlogged
from console.routers import VOLATILE_TABLES, volatile_alias

pytestmark = pytest.mark.django_db
UNLOGGED = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relpersistence = 'u'"


def test_exactly_the_volatile_tables_are_not_logged() -> None:
    volatile = {apps.get_model(*names)._meta.db_table for names in VOLATILE_TABLES}
    unlogged.install()  # again: it finds nothing left to do
    with connections[volatile_alias()].cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(UNLOGGED)
            found = {name for (name,) in cursor.fetchall()}
        else:  # SQLite has a file of its own for them
            found = volatile & set(connections[volatile_alias()].introspection.table_names(cursor))
    assert found == volatile
