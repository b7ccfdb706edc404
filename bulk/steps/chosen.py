"""Doing something to rows that somebody chose: each part in one transaction with its report and the cursor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from bulk import parts
from bulk.kinds.base import Line
from bulk.models import Job, Role
from bulk.pulse import Heart
from bulk.steps.apply import begin
from bulk.steps.base import add, count, fence, finish, report

Act = Callable[[int, Any], Line]  # with the line's number and the row (None: it is gone)
Keep = Callable[[int, Sequence[Line]], None]  # with the part's number and its lines, in the same transaction


def run(job: Job, heart: Heart, *, rows: Callable[[], QuerySet[Any]], act: Act, keep: Keep | None = None) -> None:
    """Act on each row whose key the job holds, part by part, and finish the job."""
    for number in parts.numbers(job, Role.CONTENT, start=job.cursor):
        with transaction.atomic():
            fence(job)
            if job.cursor == 0:
                begin(job)
            lines = act_on_part(job, number, rows(), act)
            if keep is not None:
                keep(number, lines)
            count(job, cursor=job.cursor + 1)
        heart.tick(heart.done + len(lines))
    with transaction.atomic():
        fence(job)
        finish(job)


def judged(line: Line, change: Callable[[Any], Any]) -> Line:
    """Change the row of a line in a savepoint. What is refused is said on the line, and so is a row that is gone."""
    try:
        if line.instance is None:
            raise Http404
        with transaction.atomic():
            change(line.instance)
    except ValidationError as error:
        line.refuse(error)
    except Http404:  # also where it was deleted since its part was read
        line.refuse(ValidationError(_("It is gone since.")))
    return line


def act_on_part(job: Job, number: int, rows: QuerySet[Any], act: Act) -> list[Line]:
    """Act on the rows of one part, and report."""
    keys: list[int] = parts.read(job, Role.CONTENT, number)
    found = {row.pk: row for row in rows.filter(pk__in=keys)}
    first = number * parts.LINES_PER_PART + 1
    lines = [act(place, found.get(key)) for place, key in enumerate(keys, start=first)]
    report(job, number, [line.report() for line in lines])
    add(job, Counter(line.outcome for line in lines))
    return lines
