"""What the workers are told to do. Arguments are numbers, never content."""

from __future__ import annotations

from django_tasks import task

from bulk import runner


@task()
def run_job(job_pk: int) -> None:
    """Run a job, if nobody does."""
    runner.run(job_pk)
