"""``manage.py db_worker``: the task library's worker, with a sweeper beside it (see ``bulk.sweeping``)
and whatever the apps above start."""

from __future__ import annotations

import os
from typing import Any

from django.utils.autoreload import DJANGO_AUTORELOAD_ENV
from django_tasks_db.management.commands.db_worker import Command as Worker

from bulk.signals import worker_starting
from bulk.sweeping import Sweeper


class Command(Worker):
    """The library's worker; it also takes over the jobs of workers that were killed."""

    def handle(self, *, reload: bool, **options: Any) -> None:
        """Start the sweeper, then work."""
        if not reload or os.environ.get(DJANGO_AUTORELOAD_ENV) == "true":
            Sweeper().start()
            worker_starting.send(None)
        super().handle(reload=reload, **options)
