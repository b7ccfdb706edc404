"""Putting jobs before the workers, in the transaction that writes the job: neither is there without the other."""

from __future__ import annotations

from django.utils import timezone

from bulk.models import Job, JobState, Pulse, Step


def enqueue(job: Job) -> None:
    """Tell the workers that there is something to do. The task carries the job's number only."""
    from bulk.tasks import run_job

    run_job.enqueue(job.pk)


def to_apply(job: Job, mode: str) -> None:
    """Send a checked import to be written. Its counters start anew: from here on they tell what was written."""
    job.options["checked"] = {
        "new": job.created_count,
        "changed": job.changed_count,
        "unchanged": job.unchanged_count,
        "refused": job.refused_count,
    }
    job.step, job.state, job.mode, job.tries, job.cursor = Step.APPLY, JobState.QUEUED, mode, 0, 0
    job.created_count = job.changed_count = job.unchanged_count = job.refused_count = 0
    job.started_at, job.finished_at, job.updated_at = None, None, timezone.now()
    job.save()
    Pulse.objects.filter(job_pk=job.pk).delete()  # with a cancellation that came too late for the check
    enqueue(job)
