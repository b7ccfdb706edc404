"""How far a job is, as pages and the API tell it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from bulk import pulse
from bulk.models import Job, JobState


@dataclass(frozen=True, slots=True)
class Progress:
    """Lines done of all, lines a second, and the seconds left at that rate, once it can be told."""

    done: int
    total: int
    rate_per_second: float | None = None
    seconds_left: int | None = None
    is_alive: bool = True  # whether the worker was heard of within its lease

    @property
    def percent(self) -> int:
        """Done, in hundredths."""
        return min(100, round(100 * self.done / self.total)) if self.total else 0


def progress_of(job: Job) -> Progress:
    """The progress of a job, active or over."""
    if not job.is_active:
        return Progress(job.total, job.total)
    sign = pulse.of(job)
    if job.state == JobState.QUEUED or sign is None:
        return Progress(0, job.total)
    seconds = (timezone.now() - sign.started_at).total_seconds()
    rate = sign.done / seconds if sign.done and seconds > 0 else None
    left = round(max(0, job.total - sign.done) / rate) if rate else None
    return Progress(sign.done, job.total, round(rate, 1) if rate else None, left, sign.is_alive)
