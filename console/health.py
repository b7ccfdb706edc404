"""``/healthz`` (the process lives) and ``/readyz`` (it can serve: database, migrations, registrar)."""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from console.version import VERSION

_migrated: set[str] = set()  # aliases seen fully migrated: a running process cannot fall behind again


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 with the version: nothing else is asked."""
    return JsonResponse({"status": "ok", "version": VERSION})


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when every database answers and is migrated, else 503 naming the part that is not ready."""
    faults = {alias: fault for alias in settings.DATABASES if (fault := database_fault(alias))}
    return JsonResponse(
        {"status": "unavailable" if faults else "ready", "faults": faults}, status=503 if faults else 200
    )


def database_fault(alias: str) -> str:
    """What is wrong with a database, in words that name no host and no user; empty when nothing is."""
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
        if alias not in _migrated:
            executor = MigrationExecutor(connections[alias])
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                return "migrations are missing"
            _migrated.add(alias)
    except DatabaseError:
        return "no answer"
    return ""
