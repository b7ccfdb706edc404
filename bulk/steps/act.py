"""A bulk action on many rows, each in a savepoint."""

from __future__ import annotations

from functools import partial
from typing import Any

from bulk.acting import action_of, rows_of, values_of
from bulk.kinds.base import Line, Outcome
from bulk.models import Job
from bulk.pulse import Heart
from bulk.steps import chosen


def run(job: Job, heart: Heart) -> None:
    """Act part by part."""
    action = action_of(job)
    act = partial(action.run, **values_of(job, action))
    chosen.run(job, heart, rows=partial(rows_of, job), act=partial(act_on_one, act))


def act_on_one(act: partial[Any], place: int, instance: Any) -> Line:
    """Act on one row."""
    line = Line(place, {}, instance=instance, label=str(instance or ""), outcome=Outcome.CHANGED)
    return chosen.judged(line, act)
