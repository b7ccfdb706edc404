"""Writing an import: everything in one transaction, or part by part with a cursor that moves in the same transaction.

Either way the job's own row changes in the transaction that writes the data. So whenever the worker is killed, the
database says truly what was written, and who takes over neither repeats nor leaves out a line.
"""

from __future__ import annotations

from collections import Counter

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.services import account_lock
from bulk import parts
from bulk.kinds.base import Context, Kind, Line
from bulk.models import Job, Mode, Role
from bulk.pulse import Heart
from bulk.steps.base import Refused, add, count, fence, finish, keep_former, keep_secrets, report
from bulk.steps.check import judge, kind_of, lines_of
from console.models import AuditEntry


def run(job: Job, heart: Heart) -> None:
    """Write all lines, or the good ones."""
    if not parts.numbers(job, Role.CONTENT):
        raise Refused(_("What was uploaded has been erased. Upload it again."))
    kind = kind_of(job)
    if job.mode == Mode.ALL:
        all_or_nothing(job, kind, heart)
    else:
        good_lines(job, kind, heart)


def all_or_nothing(job: Job, kind: Kind, heart: Heart) -> None:
    """One transaction for all; the first refused line undoes everything."""
    try:
        with transaction.atomic():
            fence(job)
            begin(job)
            context = kind.context(job.account)
            for number in parts.numbers(job, Role.CONTENT):
                lines = write_part(job, kind, context, number)
                refuse_any(lines)
                heart.tick(heart.done + len(lines))
            finish(job)
    except IntegrityError as error:
        raise Refused(_("Something else was written at the same moment that this contradicts. Try again.")) from error


def refuse_any(lines: list[Line]) -> None:
    """Give up at the first refused line. Raises ``Refused``."""
    for line in lines:
        if line.is_refused:
            column, words = line.errors[0]
            why = f"{column}: {words}" if column else words
            text = _("Nothing was written, because of line %(line)s: %(why)s")
            raise Refused(text % {"line": line.number, "why": why})


def good_lines(job: Job, kind: Kind, heart: Heart) -> None:
    """A transaction for each part; the cursor says how many are done."""
    context = kind.context(job.account)
    numbers = parts.numbers(job, Role.CONTENT)
    for number in numbers[: job.cursor]:
        heart.tick(heart.done + remember(job, kind, context, number))
    for number in numbers[job.cursor :]:
        heart.tick(heart.done + write_good(job, kind, context, number))
    with transaction.atomic():
        fence(job)
        finish(job)


def write_good(job: Job, kind: Kind, context: Context, number: int) -> int:
    """Write one part, once more if somebody else's write came in between. Returns its number of lines."""
    seen, planned, cursor = dict(context.seen), context.planned, job.cursor
    try:
        return try_good(job, kind, context, number)
    except IntegrityError:
        context.seen, context.planned = seen, planned
        job.refresh_from_db()
        job.cursor = cursor
        return try_good(job, kind, context, number)


def try_good(job: Job, kind: Kind, context: Context, number: int) -> int:
    """Write one part and move the cursor past it, in one transaction."""
    with transaction.atomic():
        fence(job)
        if job.cursor == 0:
            begin(job)
        lines = write_part(job, kind, context, number)
        count(job, cursor=job.cursor + 1)
    return len(lines)


def remember(job: Job, kind: Kind, context: Context, number: int) -> int:
    """Know the keys of lines that an earlier worker wrote, so that a later line cannot repeat them."""
    lines = lines_of(job, number)
    judge(kind, lines, context)
    context.planned = 0
    return len(lines)


def begin(job: Job) -> None:
    """Note where the audit rows of this job begin."""
    last = AuditEntry.objects.aggregate(last=Max("id"))["last"] or 0
    count(job, first_audit_id=last + 1)


def write_part(job: Job, kind: Kind, context: Context, number: int) -> list[Line]:
    """Judge and write one part, with its report, its secrets and what undoing it needs."""
    context.owner = account_lock(context.owner.pk)
    context.memo.clear()  # what was asked for under an earlier part's lock may have gone since
    lines = lines_of(job, number)
    judge(kind, lines, context)
    secrets = kind.write([line for line in lines if not line.is_refused], context)
    keep_secrets(job, number, secrets)
    keep_former(job, number, lines)
    report(job, number, [line.report() for line in lines])
    add(job, Counter(line.outcome for line in lines))
    return lines
