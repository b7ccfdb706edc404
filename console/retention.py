"""What ``manage.py purge`` removes: apps name what they keep for a while, and how to remove what is past it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

BATCH_ROWS = 1000  # deleted in one statement, so that nobody waits long for SQLite's write lock

_purges: dict[str, Callable[[], int]] = {}


def register(name: str, purge: Callable[[], int]) -> None:
    """Have ``purge``, which returns how many rows went, run under that name; called when an app is ready."""
    _purges[name] = purge


def purge_all() -> dict[str, int]:
    """Run them all. Returns how many rows each removed."""
    return {name: purge() for name, purge in _purges.items()}


def delete_in_batches(rows: QuerySet[Any], *, batch_rows: int = BATCH_ROWS) -> int:
    """Delete all ``rows``, a batch a statement. Returns how many went."""
    model, gone = rows.model, 0
    while chunk := list(rows.values_list("pk", flat=True)[:batch_rows]):
        gone += model._default_manager.using(rows.db).filter(pk__in=chunk).delete()[0]
    return gone
