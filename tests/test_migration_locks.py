"""A migration that would lock a table of a million rows is refused, and every schema that is out there is known."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from console.fields import AliasField
from console.migrating import AddCheckInUse, AddIndexInUse
from tests.migrations import FILE, faults_of, latest, locking, record, released

INDEX = models.Index(fields=["enabled"], name="endpoint_enabled")
CHECK = models.CheckConstraint(condition=models.Q(endpoint_id__gt=0), name="endpoint_positive")
TO = "accounts.account"


def added(field: models.Field[Any, Any]) -> Operation:
    return migrations.AddField("endpoint", "extra", field)


def altered(name: str, field: models.Field[Any, Any]) -> Operation:
    return migrations.AlterField("endpoint", name, field)


def nothing(_apps: Any, _editor: Any) -> None:
    """Do nothing."""


REFUSED: list[Operation] = [
    migrations.AddIndex("endpoint", INDEX),
    migrations.AddConstraint("endpoint", CHECK),
    migrations.AddConstraint("endpoint", models.UniqueConstraint(fields=["alias"], name="endpoint_alias_once")),
    migrations.AlterUniqueTogether("endpoint", {("account", "alias")}),
    migrations.RunPython(nothing),
    migrations.RunSQL("UPDATE endpoints_endpoint SET enabled = true"),
    migrations.SeparateDatabaseAndState(database_operations=[migrations.AddIndex("endpoint", INDEX)]),
    AddIndexConcurrently("endpoint", INDEX),  # SQLite cannot
    added(models.CharField(max_length=8, unique=True, null=True)),
    added(models.CharField(max_length=8, db_index=True, null=True)),
    added(models.ForeignKey(TO, models.CASCADE, null=True)),
    altered("enabled", models.BooleanField(null=False, db_index=True)),
    altered("enabled", models.IntegerField()),
    altered("alias", AliasField(max_length=4)),
    altered("application", models.ForeignKey("endpoints.application", models.SET_NULL, null=False)),
]
TAKEN: list[Operation] = [
    AddIndexInUse("endpoint", INDEX),
    AddCheckInUse("endpoint", CHECK),
    migrations.RemoveField("endpoint", "alias"),
    migrations.RemoveIndex("endpoint", "endpoint_disabled"),
    migrations.CreateModel("Fresh", [("id", models.BigAutoField(primary_key=True))]),
    migrations.SeparateDatabaseAndState(state_operations=[migrations.AddIndex("endpoint", INDEX)]),
    added(models.CharField(max_length=8, null=True)),
    added(models.BooleanField(default=False)),
    added(models.ManyToManyField(TO)),
    altered("enabled", models.BooleanField("is it enabled", null=True, default=False)),
]


@pytest.fixture(scope="module")
def loader() -> MigrationLoader:
    return MigrationLoader(None)


def faults(loader: MigrationLoader, *given: Operation, **attributes: Any) -> list[str]:
    """The faults of a migration of the endpoints' app that does this after all that there are."""
    state = loader.project_state()
    body = {"operations": list(given), **attributes}
    migration: migrations.Migration = type("Migration", (migrations.Migration,), body)("9999_next", "endpoints")
    return list(faults_of(migration, state, set(state.models)))


@pytest.mark.parametrize("operation", REFUSED, ids=lambda operation: operation.describe()[:50])
def test_what_would_lock_a_table_is_refused(loader: MigrationLoader, operation: Operation) -> None:
    (fault,) = faults(loader, operation)
    assert fault.startswith("endpoints.9999_next: ")


@pytest.mark.parametrize("operation", TAKEN, ids=lambda operation: operation.describe()[:50])
def test_what_locks_nothing_is_taken(loader: MigrationLoader, operation: Operation) -> None:
    assert faults(loader, operation) == []


@pytest.mark.parametrize("operation", [migrations.RunPython(nothing), migrations.RunSQL("SELECT 1")])
def test_code_that_commits_as_it_goes_is_taken(loader: MigrationLoader, operation: Operation) -> None:
    assert faults(loader, operation, atomic=False) == []


def test_a_table_that_is_new_may_be_locked(loader: MigrationLoader) -> None:
    fresh = migrations.CreateModel("Fresh", [("id", models.BigAutoField(primary_key=True))])
    assert faults(loader, fresh, migrations.AddIndex("fresh", models.Index(fields=["id"], name="fresh_id"))) == []


IN_USE = [
    AddIndexInUse("savedfilter", models.Index(fields=["name"], name="savedfilter_extra")),
    AddCheckInUse("savedfilter", models.CheckConstraint(condition=~models.Q(name="?"), name="savedfilter_extra")),
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("operation", IN_USE, ids=lambda operation: operation.describe()[:30])
def test_an_operation_for_tables_in_use_works_on_this_database(loader: MigrationLoader, operation: Any) -> None:
    before, after = loader.project_state(), loader.project_state()
    operation.state_forwards("console", after)
    there = []
    for move, states in (
        (operation.database_forwards, (before, after)),
        (operation.database_backwards, (after, before)),
    ):
        with connection.schema_editor(atomic=False) as editor:
            move("console", editor, *states)
        with connection.cursor() as cursor:
            table = connection.introspection.get_constraints(cursor, "console_savedfilter")
        there.append("savedfilter_extra" in table)
    assert there == [True, False]


def test_no_migration_locks_the_tables_of_a_release(loader: MigrationLoader) -> None:
    """Since the newest schema that is out there."""
    *_older, newest = released().values()
    assert list(locking(loader, newest)) == []


def test_the_check_sees_the_migrations_after_a_schema(loader: MigrationLoader) -> None:
    """The indexes that were added before anything was released would be refused now."""
    found = list(locking(loader, released()["the first tables"]))
    assert any(fault.startswith("endpoints.0002_search_by_beginning: ") for fault in found)


def test_every_schema_that_is_out_there_can_be_made(loader: MigrationLoader) -> None:
    assert {node for schema in released().values() for node in schema.items()} <= set(loader.graph.nodes)


def test_every_release_has_its_schema() -> None:
    headings = re.findall(r"^## \[?(\d+\.\d+\.\d+)", Path("CHANGELOG.md").read_text(), flags=re.MULTILINE)
    assert set(headings) <= set(released())


def test_a_release_adds_its_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.migrations.FILE", tmp_path / "released.json")
    (tmp_path / "released.json").write_text(FILE.read_text())
    record("9.9.9")
    assert list(released().items())[-1] == ("9.9.9", latest())
