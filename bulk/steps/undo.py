"""Undoing an import: what it made goes, what it changed gets its former values, what changed since is left alone.

The audit trail knows both: the import's own rows tell what to undo, later rows of the same objects what not to. Where
the trail cuts values short, the import has kept, sealed, what was there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.services import account_lock
from bulk import parts
from bulk.kinds.base import Kind, Outcome
from bulk.models import Job, Role
from bulk.pulse import Heart
from bulk.steps.base import Refused, add, count, fence, finish, report
from bulk.steps.check import kind_of
from console.management.base import explain
from console.models import AuditEntry

Deed = list[Any]  # public id, label, whether it was made, former values (None: erased)


class Former:
    """What an import kept of the objects that it changed, asked for in the order of its deeds, newest first."""

    def __init__(self, imported: Job) -> None:
        self.imported = imported
        self.numbers = parts.numbers(imported, Role.FORMER)
        self.part: dict[str, Any] = {}  # one at a time is in memory

    def of(self, public_id: str) -> Any:
        """What was there; None where nothing was kept."""
        while public_id not in self.part and self.numbers:
            self.part = dict(parts.read(self.imported, Role.FORMER, self.numbers.pop()))
        return self.part.get(public_id)


def run(job: Job, heart: Heart) -> None:
    """Undo part by part; the cursor moves in the transaction that undoes."""
    kind = kind_of(job)
    prepare(job, kind)
    for number in parts.numbers(job, Role.CONTENT, start=job.cursor):
        with transaction.atomic():
            fence(job)
            account_lock(kind.owner(job.account).pk)
            done = undo_part(job, kind, number)
            count(job, cursor=job.cursor + 1)
        heart.tick(heart.done + done)
    with transaction.atomic():
        fence(job)
        Job.objects.filter(pk=target(job).pk).update(undone_at=timezone.now())
        parts.erase(target(job), Role.FORMER)
        finish(job)


def target(job: Job) -> Job:
    """The import that is undone. Raises ``Refused``."""
    if job.target is None or job.target.first_audit_id is None:
        raise Refused(_("There is nothing to undo."))
    return job.target


def prepare(job: Job, kind: Kind) -> None:
    """Write down, once, what there is to undo: the newest deed first."""
    with transaction.atomic():
        fence(job)
        if job.total == 0:
            count(job, total=parts.write_all(job, Role.CONTENT, deeds(target(job), kind)))


def entries(imported: Job, kind: Kind) -> Any:
    """The audit rows that the import wrote about objects of its kind."""
    return AuditEntry.objects.filter(
        main_account_id=imported.account.main_id,
        id__gte=imported.first_audit_id,
        request_id=imported.request_id,
        object_type=kind.model._meta.model_name,
    )


def deeds(imported: Job, kind: Kind) -> Iterator[Deed]:
    """What the import did to each object."""
    rows = entries(imported, kind).order_by("-id").iterator(chunk_size=parts.LINES_PER_PART)
    kept = Former(imported)
    for public_id, group in groupby(rows, key=lambda row: str(row.object_id)):
        mine = list(group)
        former = {name: old for row in mine if row.action == "update" for name, (old, _new) in row.changes.items()}
        if former and kind.keeps_former:
            former = kept.of(public_id)
        yield [public_id, mine[0].object_label, any(row.action == "create" for row in mine), former]


def undo_part(job: Job, kind: Kind, number: int) -> int:
    """Undo the deeds of one part. Returns how many there were."""
    found: list[Deed] = parts.read(job, Role.CONTENT, number)
    ids = [public_id for public_id, *_rest in found]
    rows = {row.public_id: row for row in kind.rows(job.account).filter(**{f"{kind.model.public_id_field}__in": ids})}
    since = kind.changed_since(rows, target(job))
    lines = [
        undo_one(kind, place, deed, rows.get(deed[0]), since.get(deed[0]))
        for place, deed in enumerate(found, start=number * parts.LINES_PER_PART + 1)
    ]
    report(job, number, lines)
    add(job, Counter(Outcome(line[1]) for line in lines))
    return len(lines)


def undo_one(kind: Kind, place: int, deed: Deed, instance: Any, since: str | None) -> list[Any]:
    """Undo one deed. Returns its line of the report: NEW stands for removed, CHANGED for restored."""
    _public_id, label, was_made, former = deed
    outcome, errors = Outcome.NEW if was_made else Outcome.CHANGED, []
    try:
        if instance is None:
            raise ValidationError(_("It is gone since."))
        if since is not None:
            raise ValidationError(since)
        with transaction.atomic():
            if was_made:
                kind.remove(instance)
            elif former is None:
                raise ValidationError(_("What was there before has been erased."))
            elif former:
                kind.restore(instance, former)
            else:
                outcome = Outcome.UNCHANGED
    except ValidationError as error:
        outcome, errors = Outcome.REFUSED, [["", text] for text in explain(error)]
    return [place, outcome.value, label, errors]
