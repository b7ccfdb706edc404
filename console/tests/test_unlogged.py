"""Volatile tables: outside PostgreSQL's log, and nothing else is."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from console import unlogged
from console.routers import VOLATILE_TABLES

pytestmark = pytest.mark.django_db
UNLOGGED = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relpersistence = 'u'"


def test_exactly_the_volatile_tables_are_not_logged() -> None:
    if connection.vendor != "postgresql":
        assert unlogged.install() is None  # SQLite has a file of its own for them
        return
    with connection.cursor() as cursor:
        cursor.execute(UNLOGGED)
        found = {name for (name,) in cursor.fetchall()}
    assert found == {apps.get_model(*names)._meta.db_table for names in VOLATILE_TABLES}
