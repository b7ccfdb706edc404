"""What every step stands on: the fence before each write, counters, the report, the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from bulk import parts
from bulk.kinds.base import Line, Outcome
from bulk.models import SECRETS_KEPT, Job, JobState, Role, SecretsState
from bulk.pulse import LeaseLost
from bulk.signals import job_finished


class Refused(Exception):
    """The job cannot be done as asked; the text tells the operator why."""


def fence(job: Job) -> None:
    """Hold the job's row for this transaction, as its current attempt. Raises ``LeaseLost``.

    Every transaction of a step begins with this: a worker that was believed dead and comes back writes nothing.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a fence holds inside a transaction only")
    mine = Job.objects.select_for_update().filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING)
    if not mine.values_list("pk", flat=True).first():
        raise LeaseLost


def count(job: Job, **counts: Any) -> None:
    """Write counters, cursor or state of the job, inside the fence."""
    for name, value in counts.items():
        setattr(job, name, value)
    job.save(update_fields=[*counts, "updated_at"])


def counts(tally: Counter[Outcome]) -> dict[str, int]:
    """A tally as the job's counters."""
    return {f"{'created' if outcome is Outcome.NEW else outcome.value}_count": tally[outcome] for outcome in Outcome}


def add(job: Job, tally: Counter[Outcome]) -> None:
    """Add a part's lines to the job's counters."""
    count(job, **{name: getattr(job, name) + value for name, value in counts(tally).items()})


def report(job: Job, number: int, lines: list[list[Any]]) -> None:
    """Keep what became of each line of a part."""
    refused = sum(outcome == Outcome.REFUSED for _number, outcome, *_rest in lines)
    parts.write(job, Role.REPORT, number, lines, refused=refused)


def keep_secrets(job: Job, number: int, secrets: list[dict[str, str]]) -> None:
    """Seal what was made, and say until when it can be fetched."""
    if not secrets:
        return
    parts.write(job, Role.SECRETS, number, secrets)
    if job.secrets_state != SecretsState.WAITING:
        count(job, secrets_state=SecretsState.WAITING, secrets_until=timezone.now() + SECRETS_KEPT)


def keep_former(job: Job, number: int, lines: Sequence[Line]) -> None:
    """Seal what was there before the part's lines changed it, where undoing needs it; it is erased after a day."""
    former = [[line.instance.public_id, line.former] for line in lines if line.former is not None]
    if former:
        parts.write(job, Role.FORMER, number, former)


def finish(job: Job) -> None:
    """The job is done: what it was made from is erased."""
    count(job, state=JobState.DONE, finished_at=timezone.now(), error="")
    parts.erase(job, Role.CONTENT)
    job_finished.send(Job, job=job)
