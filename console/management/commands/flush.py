"""``manage.py flush``: Django's own; emptying every table includes the audit trail, which refuses single deletions."""

from __future__ import annotations

from typing import Any

from django.core.management.commands.flush import Command as Flush

from console import trail


class Command(Flush):
    """Django's, with the trail opened before."""

    def handle(self, **options: Any) -> None:
        """Open the trail, then empty everything."""
        trail.open_for_flush(options["database"])
        super().handle(**options)
