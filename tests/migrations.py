"""The schemas that are out there, and what a migration may do to tables that are in use.

``released.json`` holds the last migration of each app for every schema that an installation may have. A release adds
its own:

    python -m tests.migrations 0.2.0

From then on its schema is one that ``tests/faults/test_migrations.py`` fills with data and migrates forwards, and
migrations added later may not lock its tables.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.contrib.postgres.operations import ValidateConstraint
from django.db import connections
from django.db.migrations import Migration, operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Field

from console.migrating import AddCheckInUse, AddIndexInUse

Schema = dict[str, str]  # app: its last migration
FILE = Path(__file__).with_name("released.json")
OWN = "accounts bulk console credentials devices endpoints events handover idempotency sip".split()
Judge = Callable[[Any, Migration, ProjectState], str]


def released() -> dict[str, Schema]:
    """Every schema that is out there, the oldest first."""
    found: dict[str, Schema] = json.loads(FILE.read_text())
    return found


def latest() -> Schema:
    """The schema of this check-out."""
    graph = MigrationLoader(None).graph
    return {app: graph.leaf_nodes(app)[0][1] for app in OWN}


def record(release: str) -> None:
    """Add this check-out's schema as that release's."""
    FILE.write_text(json.dumps(released() | {release: latest()}, indent=2) + "\n")


def go_to(release: str) -> None:
    """Make that release's tables in an empty database, with those of other people's apps as they are now."""
    executor = MigrationExecutor(connections["default"])
    graph = executor.loader.graph
    others = [node for node in graph.leaf_nodes() if node[0] not in OWN]
    targets = [*others, *released()[release].items()]
    # What one app's last migration stands on may be later than another app's last: all that any of them needs.
    needed = dict.fromkeys(node for target in targets for node in graph.forwards_plan(target))
    executor.migrate(targets, plan=[(graph.nodes[node], False) for node in needed])


# --- what would lock a table of a million rows ------------------------------------------------------------------------

# Done at once whatever the table holds, or without keeping anybody from writing.
QUICK = (
    operations.CreateModel, operations.DeleteModel, operations.RenameModel, operations.AlterModelTable,
    operations.AlterModelTableComment, operations.AlterModelOptions, operations.AlterModelManagers,
    operations.AlterOrderWithRespectTo, operations.RemoveField, operations.RenameField, operations.RemoveIndex,
    operations.RenameIndex, operations.RemoveConstraint, AddIndexInUse, AddCheckInUse, ValidateConstraint,
)  # fmt: skip
HARMLESS: dict[str, Callable[[Any, Any], bool]] = {  # attribute of a field: whether a change of it touches no row
    "null": lambda _old, new: new is True,
    "max_length": lambda old, new: old is not None and (new is None or new > old),
    "db_index": lambda _old, new: new is False,
    "default": lambda _old, _new: True,
    "auto_now": lambda _old, _new: True,
    "auto_now_add": lambda _old, _new: True,
}


def locking(loader: MigrationLoader, since: Schema) -> Iterator[str]:
    """What is wrong with the migrations after the schema ``since``, a line each."""
    nodes = list(since.items())
    state = loader.project_state(nodes)
    known = set(state.models)
    seen = {node for start in nodes for node in loader.graph.forwards_plan(start)}
    for leaf in loader.graph.leaf_nodes():
        for node in loader.graph.forwards_plan(leaf):
            if node not in seen:
                seen.add(node)
                yield from faults_of(loader.graph.nodes[node], state, known)


def faults_of(migration: Migration, state: ProjectState, known: set[tuple[str, str]]) -> Iterator[str]:
    """What is wrong with one migration; ``state`` moves past it, ``known`` are the models whose tables may be full."""
    for operation in migration.operations:
        for each in parts_of(operation):
            is_new = (migration.app_label, getattr(each, "model_name_lower", "")) not in known
            if migration.app_label in OWN and not (is_new and hasattr(each, "model_name_lower")):
                why = judge(each, migration, state)
                if why:
                    yield f"{migration.app_label}.{migration.name}: {each.describe()}: {why}"
        operation.state_forwards(migration.app_label, state)


def parts_of(operation: Operation) -> list[Operation]:
    """What an operation does to the database."""
    if isinstance(operation, operations.SeparateDatabaseAndState):
        return [part for each in operation.database_operations for part in parts_of(each)]
    return [operation]


def judge(operation: Operation, migration: Migration, state: ProjectState) -> str:
    """Why the operation is refused; empty when it is not."""
    if isinstance(operation, QUICK):
        return ""
    found = next((judged for kind, judged in JUDGES.items() if isinstance(operation, kind)), None)
    return found(operation, migration, state) if found else "nobody has said whether it locks: see tests/migrations.py"


def of_code(operation: Any, migration: Migration, _state: ProjectState) -> str:
    is_one_transaction = migration.atomic or operation.atomic
    words = "what it writes stays locked until its end: atomic = False, and a transaction for a batch"
    return words if is_one_transaction else ""


def of_index(_operation: Any, _migration: Migration, _state: ProjectState) -> str:
    return "nobody can write while it is built: AddIndexInUse of console/migrating.py"


def of_constraint(_operation: Any, _migration: Migration, _state: ProjectState) -> str:
    return "nobody can write while the rows are read: AddCheckInUse of console/migrating.py, or a unique index first"


def of_new_field(operation: Any, _migration: Migration, _state: ProjectState) -> str:
    field: Any = operation.field
    if field.many_to_many:
        return ""
    if field.generated:
        return "every row is written again"
    if field.unique or field.db_index or (field.is_relation and field.db_constraint):
        return "its index or its constraint locks the table: add it without, then AddIndexInUse"
    return ""


def of_changed_field(operation: Any, migration: Migration, state: ProjectState) -> str:
    before = state.models[migration.app_label, operation.model_name_lower].fields[operation.name]
    changed = sorted(touching(before, operation.field))
    return f"{', '.join(changed)}: every row is read or written: add a field, fill it, change over" if changed else ""


def touching(before: Field[Any, Any], after: Field[Any, Any]) -> Iterator[str]:
    """The changed attributes of a column that touch its rows."""
    (_, old_class, _, old), (_, new_class, _, new) = before.deconstruct(), after.deconstruct()
    if old_class != new_class:
        yield "the class"
    for name in set(old) | set(new):
        if name in after.non_db_attrs or old.get(name) == new.get(name):
            continue
        if not HARMLESS.get(name, lambda _old, _new: False)(old.get(name), new.get(name)):
            yield name


JUDGES: dict[type[Operation], Judge] = {
    operations.RunPython: of_code,
    operations.RunSQL: of_code,
    operations.AddIndex: of_index,
    operations.AddConstraint: of_constraint,
    operations.AlterUniqueTogether: of_constraint,
    operations.AddField: of_new_field,
    operations.AlterField: of_changed_field,
}


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    record(sys.argv[1])
