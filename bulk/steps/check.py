"""The dry run: judge every line, write nothing but the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bulk import parts
from bulk.kinds.base import Context, Kind, Line, Outcome
from bulk.kinds.registry import find
from bulk.models import Job, JobState, Mode, Role
from bulk.pulse import Heart
from bulk.queueing import to_apply
from bulk.steps.base import Refused, count, counts, fence, report


def run(job: Job, heart: Heart) -> None:
    """Judge the lines part by part, then say what would happen."""
    kind = kind_of(job)
    context = kind.context(job.account)
    tally: Counter[Outcome] = Counter()
    for number in parts.numbers(job, Role.CONTENT):
        lines = lines_of(job, number)
        judge(kind, lines, context)
        tally.update(line.outcome for line in lines)
        with transaction.atomic():
            fence(job)
            report(job, number, [line.report() for line in lines])
        heart.tick(heart.done + len(lines))
    with transaction.atomic():
        fence(job)
        count(job, **counts(tally), state=JobState.CHECKED, finished_at=timezone.now())
        go_on(job)


def go_on(job: Job) -> None:
    """Apply at once, where that was asked for from the start and the dry run allows it."""
    mode = job.options.get("then")
    if mode and job.can_confirm and not (mode == Mode.ALL and job.refused_count):
        to_apply(job, mode)


def kind_of(job: Job) -> Kind:
    """The job's kind of object. Raises ``Refused``."""
    kind = find(job.subject, job.account)
    if kind is None:
        raise Refused(_("There are no %(things)s to import here.") % {"things": job.subject})
    return kind


def lines_of(job: Job, number: int) -> list[Line]:
    """The lines of one part, each with the cells of the columns that are read."""
    names = job.options["columns"]
    return [line_of(at, cells, names) for at, cells in parts.read(job, Role.CONTENT, number)]


def line_of(at: int, cells: list[str], names: Sequence[str | None]) -> Line:
    """A line whose cells are known by their columns. Cells beyond the columns make it a refused one."""
    line = Line(at, {name: cell for name, cell in zip(names, cells, strict=False) if name is not None})
    if any(cells[len(names) :]):
        line.outcome = Outcome.REFUSED
        words = _("%(cells)s cells, but %(columns)s columns")
        line.errors.append(("", words % {"cells": len(cells), "columns": len(names)}))
    return line


def judge(kind: Kind, lines: Sequence[Line], context: Context) -> None:
    """Plan the lines that have the right shape."""
    kind.plan([line for line in lines if not line.is_refused], context)
