"""``manage.py flush``: Django's own; emptying every table includes the audit trail, which refuses that otherwise."""

from __future__ import annotations

from typing import Any

from django.core.management.commands.flush import Command as Flush

from console import trail


class Command(Flush):
    """Django's, with the trail open meanwhile."""

    def handle(self, **options: Any) -> None:
        """Empty everything, the trail too, which is closed again whatever happens."""
        with trail.open_for_flush(options["database"]):
            super().handle(**options)
