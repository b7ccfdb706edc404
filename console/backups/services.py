"""Making a backup and putting one back."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connections
from django.dispatch import Signal
from django.utils import timezone

from console.backups import postgresql, sqlite
from console.backups.manifest import Manifest, Unusable, checksum, counts, differences, read

restored = Signal()  # a backup was put back: what the database itself has to be told again
# What every migrated database holds, also an empty console's.
SEEDED = {"django_migrations", "django_content_type", "auth_permission", "console_rowcounter"}


def backup_make(*, parent: Path) -> Path:
    """Copy the database into a directory of its own below ``parent``. Returns it. Raises ``Unusable``.

    The directory has its name only once it is complete: what is called a backup is one.
    """
    now = timezone.now()
    directory = parent / f"console-{now:%Y%m%dT%H%M%SZ}"
    unfinished = directory.with_name(f"{directory.name}.unfinished")
    unfinished.mkdir(parents=True, mode=0o700)
    try:
        rows = _engine().dump(unfinished)
        copy = unfinished / _engine().FILE
        copy.chmod(0o600)
        Manifest(
            made_at=now.isoformat(timespec="seconds"),
            vendor=_vendor(),
            file=copy.name,
            sha256=checksum(copy),
            size_bytes=copy.stat().st_size,
            rows=rows,
        ).write(unfinished)
        unfinished.replace(directory)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return directory


def backup_restore(*, directory: Path, is_forced: bool) -> Manifest:
    """Put a backup back, then bring it to this release's tables. Raises ``Unusable``, with nothing changed yet.

    A database that holds something is overwritten only if ``is_forced``.
    """
    manifest = read(directory)
    if manifest.vendor != _vendor():
        raise Unusable(f"The backup is of {manifest.vendor}, and this console runs on {_vendor()}.")
    if not is_forced and (held := _held()):
        raise Unusable(f"The database is not empty ({', '.join(held[:5])}): --force overwrites it.")
    found = _engine().load(directory / manifest.file)
    if wrong := differences(manifest.rows, found):
        raise Unusable(f"What was restored is not what was backed up: {'; '.join(wrong)}.")
    call_command("migrate", interactive=False, verbosity=0)
    restored.send(sender=Manifest)
    return manifest


def _held() -> list[str]:
    """The tables that hold something of somebody's."""
    connection = connections["default"]
    if "django_migrations" not in connection.introspection.table_names():
        return []
    with connection.cursor() as cursor:
        return [table for table, rows in counts(cursor).items() if rows and table not in SEEDED]


def _vendor() -> str:
    return connections["default"].vendor


def _engine() -> Any:
    return postgresql if _vendor() == "postgresql" else sqlite
