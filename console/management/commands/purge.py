"""``manage.py purge``: removes what is past its keeping time."""

from __future__ import annotations

from typing import Any

from console import retention
from console.management.base import ConsoleCommand


class Command(ConsoleCommand):
    """Run it once a day, or more often: it deletes in small batches and may be interrupted."""

    help = "Remove what is past its keeping time: authentication attempts, ended registrations and blocks, counters."

    def handle(self, *args: Any, **options: Any) -> None:
        """Purge, and say how much went."""
        gone = retention.purge_all()
        self.answer(gone, options, [f"{name}: {count} removed" for name, count in gone.items()])
