"""Migration operations for tables in use: on PostgreSQL they keep nobody from writing, on SQLite they are plain.

They belong into a migration with ``atomic = False``: each of their steps is a transaction of its own.

    class Migration(migrations.Migration):
        atomic = False
        operations = [AddIndexInUse(model_name="endpoint", index=models.Index(fields=["alias"], name="endpoint_alias"))]
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.migrations.operations import AddConstraint, AddIndex
from django.db.migrations.operations.base import OperationCategory


class AddIndexInUse(AddIndexConcurrently):
    """Add an index while others write (``CREATE INDEX CONCURRENTLY``)."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Build it."""
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        else:
            AddIndex.database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Drop it."""
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
        else:
            AddIndex.database_backwards(self, app_label, schema_editor, from_state, to_state)


class AddCheckInUse(AddConstraint):
    """Add a check constraint: it holds for what is written from now on, then the rows that are there are read."""

    atomic = False
    category = OperationCategory.ADDITION
    model_name: str
    constraint: Any

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Add it without a look at the rows, then look while others write."""
        model = to_state.apps.get_model(app_label, self.model_name)
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        elif self.allow_migrate_model(schema_editor.connection.alias, model):
            table, name = map(schema_editor.quote_name, (model._meta.db_table, self.constraint.name))
            schema_editor.execute(f"{self.constraint.create_sql(model, schema_editor)} NOT VALID", params=None)
            schema_editor.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
