"""``manage.py backup``: copies the database of a running console."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from console.backups.manifest import Unusable, read
from console.backups.services import backup_make
from console.management.base import ConsoleCommand


class Command(ConsoleCommand):
    """Nobody has to stop: the copy is of one moment. The keys that seal secrets are not in it: keep them elsewhere."""

    help = "Copy the database of a running console into a new directory below DIRECTORY, with a manifest."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        super().add_arguments(parser)
        parser.add_argument("directory", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Copy, and say where to."""
        try:
            made = backup_make(parent=options["directory"])
            manifest = read(made)
        except (Unusable, OSError) as error:
            raise CommandError(str(error)) from error
        rows = sum(manifest.rows.values())
        result = {"directory": str(made), "size_bytes": manifest.size_bytes, "sha256": manifest.sha256, "rows": rows}
        self.answer(result, options, [f"{made}: {rows} rows, {manifest.size_bytes} bytes, SHA-256 {manifest.sha256}"])
