"""A bulk action on many rows: each part in one transaction with its report and the cursor, each row in a savepoint."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bulk import parts
from bulk.acting import action_of, rows_of, values_of
from bulk.kinds.base import Line, Outcome
from bulk.models import Job, Role
from bulk.pulse import Heart
from bulk.steps.apply import begin
from bulk.steps.base import add, count, fence, finish, report


def run(job: Job, heart: Heart) -> None:
    """Act part by part."""
    action = action_of(job)
    act = partial(action.run, **values_of(job, action))
    for number in parts.numbers(job, Role.CONTENT, start=job.cursor):
        with transaction.atomic():
            fence(job)
            if job.cursor == 0:
                begin(job)
            done = act_on_part(job, act, number)
            count(job, cursor=job.cursor + 1)
        heart.tick(heart.done + done)
    with transaction.atomic():
        fence(job)
        finish(job)


def act_on_part(job: Job, act: partial[Any], number: int) -> int:
    """Act on each row of the part that is still there. Returns how many there were."""
    keys: list[int] = parts.read(job, Role.CONTENT, number)
    rows = {row.pk: row for row in rows_of(job).filter(pk__in=keys)}
    first = number * parts.LINES_PER_PART + 1
    lines = [act_on_one(act, place, rows.get(key)) for place, key in enumerate(keys, start=first)]
    report(job, number, [line.report() for line in lines])
    add(job, Counter(line.outcome for line in lines))
    return len(lines)


def act_on_one(act: partial[Any], place: int, instance: Any) -> Line:
    """Act on one row."""
    line = Line(place, {}, instance=instance, label=str(instance or ""), outcome=Outcome.CHANGED)
    try:
        if instance is None:
            raise ValidationError(_("It is gone since."))
        with transaction.atomic():
            act(instance)
    except ValidationError as error:
        line.refuse(error)
    return line
