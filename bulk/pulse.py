"""Lease and heartbeat: how a job's worker says that it lives, and hears that it should stop.

The task library never takes back a task whose worker was killed. So a job carries its own lease, renewed from a thread
with its own connection: the worker may be inside one long transaction.
"""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import Error, connections
from django.utils import timezone

from bulk.models import Job, Pulse
from console.routers import volatile_alias

logger = structlog.get_logger("bulk.pulse")
STALLED_SECONDS = 900  # a worker that makes no headway for so long loses its lease although it lives


class LeaseLost(Exception):
    """Another worker has taken the job over: write nothing more."""


class Cancelled(Exception):
    """Somebody asked the job to stop."""


def lease() -> timedelta:
    """How long a silent worker is believed to live."""
    return timedelta(seconds=settings.JOB_LEASE_SECONDS)


def start(job: Job, worker: str) -> None:
    """Begin the life signs of ``job``'s current attempt; a cancellation that was asked for stays."""
    now = timezone.now()
    fields = {"attempt": job.attempt, "worker": worker, "lease_until": now + lease(), "started_at": now, "done": 0}
    Pulse.objects.update_or_create(job_pk=job.pk, defaults={**fields, "total": job.total})


def of(job: Job) -> Pulse | None:
    """The latest life sign, if there ever was one."""
    return Pulse.objects.filter(job_pk=job.pk).first()


def is_alive(job: Job) -> bool:
    """Whether the worker of the job's current attempt was heard of within the lease."""
    pulse = of(job)
    return pulse is not None and pulse.attempt == job.attempt and pulse.is_alive


def ask_to_stop(job: Job) -> None:
    """Leave word for the worker."""
    Pulse.objects.filter(job_pk=job.pk).update(is_cancelled=True)


class Heart:
    """Beats while the block runs. ``tick`` notes progress and raises ``LeaseLost`` or ``Cancelled``."""

    def __init__(self, job: Job) -> None:
        self.job_pk, self.attempt = job.pk, job.attempt
        self.done = 0
        self.is_lost = self.is_cancelled = False
        self.ticked = self.beaten = time.monotonic()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"heart-{job.pk}", daemon=True)

    def __enter__(self) -> Heart:
        if settings.JOB_HEARTBEAT_THREAD:
            self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()

    def tick(self, done: int | None = None) -> None:
        """Note how far the work is, and stop it where it has to. Raises ``LeaseLost`` or ``Cancelled``."""
        self.ticked = time.monotonic()
        self.done = self.done if done is None else done
        if not settings.JOB_HEARTBEAT_THREAD:
            self.beat()
        if self.is_lost:
            raise LeaseLost
        if self.is_cancelled:
            raise Cancelled

    def beat(self) -> None:
        """Renew the lease and show the progress."""
        mine = Pulse.objects.filter(job_pk=self.job_pk, attempt=self.attempt)
        self.is_lost = not mine.update(lease_until=timezone.now() + lease(), done=self.done)
        self.is_cancelled = mine.filter(is_cancelled=True).exists()

    def _run(self) -> None:
        while not self._stop.wait(settings.JOB_LEASE_SECONDS / 5):
            if time.monotonic() - self.ticked > STALLED_SECONDS:
                logger.error("job_stalled", job=self.job_pk)
                break
            try:
                self.beat()
            except Error as error:
                logger.warning("heartbeat_failed", job=self.job_pk, error=type(error).__name__)
        connections[volatile_alias()].close()
