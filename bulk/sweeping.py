"""What every worker does beside its tasks: look for jobs whose worker died, and erase what has expired.

The task library never hands out a task twice, so a job that was running in a killed worker would wait for ever. Each
worker therefore looks around every few seconds and enqueues such jobs anew. Doing that twice does no harm: a job is
claimed by one.
"""

from __future__ import annotations

import threading
import time

import structlog
from django.conf import settings
from django.db import Error, connections
from django.db.models import Q
from django.utils import timezone

from bulk import pulse, services
from bulk.models import Job, JobState, Pulse
from bulk.queueing import enqueue
from bulk.signals import erasing
from idempotency import keeping

logger = structlog.get_logger("bulk.sweeping")
ERASE_SECONDS = 300


def orphans() -> list[Job]:
    """Jobs that run although nobody has been heard of for the lease, and jobs that have waited unclaimed for long."""
    late = timezone.now() - 4 * pulse.lease()
    found = [job for job in Job.objects.filter(state=JobState.RUNNING) if not pulse.is_alive(job)]
    return found + list(Job.objects.filter(state=JobState.QUEUED, updated_at__lt=late))


def hand_on(job: Job) -> bool:
    """Enqueue an orphan, once a lease however many workers look."""
    now = timezone.now()
    Pulse.objects.get_or_create(job_pk=job.pk, defaults={"lease_until": now, "started_at": now})
    due = Q(handed_on_at=None) | Q(handed_on_at__lte=now - pulse.lease())
    if not Pulse.objects.filter(due, job_pk=job.pk).update(handed_on_at=now):
        return False
    enqueue(job)
    logger.warning("job_handed_on", job=str(job.job_id), attempt=job.attempt)
    return True


def sweep() -> None:
    """Look around once."""
    for job in orphans():
        hand_on(job)


def erase() -> None:
    """Erase what has expired, here and in the apps above."""
    services.erase_expired()
    keeping.purge()
    erasing.send(None)


class Sweeper(threading.Thread):
    """Sweeps until the process ends."""

    def __init__(self) -> None:
        super().__init__(name="sweeper", daemon=True)
        self.erased = 0.0

    def run(self) -> None:
        """Sweep, wait, sweep."""
        while True:
            try:
                self.once()
            except Error as error:
                logger.warning("sweep_failed", error=type(error).__name__)
            finally:
                connections.close_all()
            time.sleep(settings.JOB_LEASE_SECONDS / 3)

    def once(self) -> None:
        """Sweep; every few minutes, erase too."""
        sweep()
        if time.monotonic() - self.erased > ERASE_SECONDS:
            erase()
            self.erased = time.monotonic()
