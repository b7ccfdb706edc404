"""Runs a job: claim it, do its step, settle its state. Safe to call twice, from anywhere, at any time."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable

import structlog
from django.core.exceptions import ValidationError
from django.db import Error, transaction
from django.utils import timezone

from bulk import pulse
from bulk.models import Job, JobKind, JobState, Step
from bulk.pulse import Heart
from bulk.signals import job_finished
from bulk.steps import act, apply, check, rotate, undo
from bulk.steps.base import Refused, fence
from console import audit
from console.management.base import explain

logger = structlog.get_logger("bulk.runner")
MOST_TRIES = 5  # a job whose worker dies so often is given up

STEPS: dict[tuple[str, str], Callable[[Job, Heart], None]] = {
    (JobKind.IMPORT, Step.CHECK): check.run,
    (JobKind.IMPORT, Step.APPLY): apply.run,
    (JobKind.ROTATION, Step.APPLY): rotate.run,
    (JobKind.UNDO, Step.APPLY): undo.run,
    (JobKind.ACTION, Step.APPLY): act.run,
}


def worker_name() -> str:
    """Which process works on it."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}"


def claim(job_pk: int) -> Job | None:
    """Take a job that waits, or whose worker's lease has lapsed; None where there is nothing to do."""
    with transaction.atomic():
        waiting = Job.objects.select_for_update(of=("self",), skip_locked=True).select_related("account__parent")
        job: Job | None = waiting.active().filter(pk=job_pk).first()
        if job is None or (job.state == JobState.RUNNING and pulse.is_alive(job)):
            return None
        job.state, job.attempt, job.tries = JobState.RUNNING, job.attempt + 1, job.tries + 1
        job.started_at = job.started_at or timezone.now()
        job.save(update_fields=["state", "attempt", "tries", "started_at", "updated_at"])
        pulse.start(job, worker_name())
    return job


def run(job_pk: int) -> None:
    """Do the job's step, if it is there to be done."""
    job = claim(job_pk)
    if job is None:
        return
    if job.tries > MOST_TRIES:
        settle(job, JobState.FAILED, error=f"Given up: {MOST_TRIES} workers died over it.")
        return
    structlog.contextvars.bind_contextvars(job=str(job.job_id), attempt=job.attempt)
    with audit.acting(actor_of(job)), Heart(job) as heart:
        work(job, heart)


def work(job: Job, heart: Heart) -> None:
    """Do the step, and turn whatever ends it early into a state."""
    try:
        STEPS[job.kind, job.step](job, heart)
    except pulse.LeaseLost:
        logger.warning("job_taken_over")
    except pulse.Cancelled:
        settle(job, JobState.CANCELLED)
    except Refused as error:
        settle(job, JobState.FAILED, error=str(error))
    except ValidationError as error:
        settle(job, JobState.FAILED, error=" ".join(explain(error)))
    except Error:
        logger.exception("job_interrupted")  # the database went away: the lease lapses, and the job is taken up again
    except Exception:
        logger.exception("job_broke")
        settle(job, JobState.FAILED, error="An error of the console itself. Its log names the job.")


def settle(job: Job, state: JobState, *, error: str = "") -> None:
    """End the attempt, unless another worker has taken the job over or the step has settled it itself."""
    now = timezone.now()
    with transaction.atomic():
        try:
            fence(job)
        except pulse.LeaseLost:
            return
        Job.objects.filter(pk=job.pk).update(state=state, error=error, finished_at=now, updated_at=now)
        job.state, job.error = state, error
        job_finished.send(Job, job=job)


def actor_of(job: Job) -> audit.Actor:
    """In whose name the job writes."""
    person = (job.actor_kind, job.actor_id, job.actor_label)
    door = "csv" if job.kind == JobKind.IMPORT else "task"
    return audit.Actor(door=door, request_id=job.request_id, source=job.source, person=lambda: person)
