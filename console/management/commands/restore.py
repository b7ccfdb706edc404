"""``manage.py restore``: puts a backup back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from console.backups.manifest import Unusable
from console.backups.services import backup_restore
from console.management.base import ConsoleCommand


class Command(ConsoleCommand):
    """Refuses a copy whose checksum differs, and a database that holds something unless forced."""

    help = "Put a backup that 'manage.py backup' made in the place of the database."

    def add_arguments(self, parser: CommandParser) -> None:
        """What, and whether it may overwrite."""
        super().add_arguments(parser)
        parser.add_argument("directory", type=Path)
        parser.add_argument("--force", action="store_true", help="overwrite a database that is not empty")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, and say what."""
        try:
            manifest = backup_restore(directory=options["directory"], is_forced=options["force"])
        except (Unusable, OSError) as error:
            raise CommandError(str(error)) from error
        rows = sum(manifest.rows.values())
        result = {"made_at": manifest.made_at, "version": manifest.version, "rows": rows}
        self.answer(result, options, [f"Restored the console of {manifest.made_at} ({manifest.version}): {rows} rows"])
