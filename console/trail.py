"""The audit trail only grows: the database itself refuses to change or remove a row, whoever asks.

Only ``purge`` removes rows, those past AUDIT_KEEP_DAYS: it puts a row into ``console_auditgate`` inside its own
transaction, which the triggers look for and which nobody else sees. SQLite drops triggers when Django rebuilds a table,
so they are put in place after every migrate.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone

GATE = "console_auditgate"
BATCH_ROWS = 1000

SQLITE = (
    """
    CREATE TRIGGER IF NOT EXISTS console_auditentry_no_update BEFORE UPDATE ON console_auditentry
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS console_auditentry_no_delete BEFORE DELETE ON console_auditentry
    WHEN NOT EXISTS (SELECT 1 FROM console_auditgate)
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
    """,
)
POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION console_auditentry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM console_auditgate) THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'restrict_violation'; END $$
    """,
    """
    CREATE OR REPLACE TRIGGER console_auditentry_no_change BEFORE UPDATE OR DELETE ON console_auditentry
    FOR EACH ROW EXECUTE FUNCTION console_auditentry_refuse()
    """,
    """
    CREATE OR REPLACE TRIGGER console_auditentry_no_truncate BEFORE TRUNCATE ON console_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION console_auditentry_refuse()
    """,
)
OPEN_FOR_FLUSH = {
    "sqlite": "DROP TRIGGER IF EXISTS console_auditentry_no_delete",  # it empties tables row by row
    "postgresql": "DROP TRIGGER IF EXISTS console_auditentry_no_truncate ON console_auditentry",
}


def close(using: str = "default") -> None:
    """Put the triggers in place, where the table is."""
    connection = connections[using]
    if GATE not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        for statement in POSTGRESQL if connection.vendor == "postgresql" else SQLITE:
            cursor.execute(statement)


@contextmanager
def open_for_flush(using: str = "default") -> Iterator[None]:
    """Let ``manage.py flush`` empty the table inside the block."""
    connection = connections[using]
    if GATE in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(OPEN_FOR_FLUSH[connection.vendor])
    try:
        yield
    finally:
        close(using)


def purge(*, batch_rows: int = BATCH_ROWS) -> int:
    """Remove what is older than AUDIT_KEEP_DAYS (0 keeps all), a batch a transaction. Returns how many rows went."""
    from console.models import AuditEntry

    if not settings.AUDIT_KEEP_DAYS:
        return 0
    until = timezone.now() - timedelta(days=settings.AUDIT_KEEP_DAYS)
    gone = 0
    while chunk := list(
        AuditEntry.objects.filter(created_at__lt=until).order_by("pk").values_list("pk", flat=True)[:batch_rows]
    ):
        gone += _remove(chunk)
    return gone


def _remove(keys: list[int]) -> int:
    from console.models import AuditEntry, AuditGate

    with transaction.atomic():
        gate = AuditGate.objects.create()
        gone = AuditEntry.objects.filter(pk__in=keys).delete()[0]
        gate.delete()
    return gone
