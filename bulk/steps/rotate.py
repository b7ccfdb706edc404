"""New passwords for many subscribers: each part in one transaction with its sealed secrets and the cursor."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bulk import parts
from bulk.kinds.base import Kind, Line, Outcome
from bulk.kinds.passwords import PasswordKind, card
from bulk.models import Job, Role
from bulk.pulse import Heart
from bulk.steps.apply import begin
from bulk.steps.base import Refused, add, count, fence, finish, keep_secrets, report
from bulk.steps.check import kind_of
from sip import passwords


def run(job: Job, heart: Heart) -> None:
    """Rotate part by part."""
    kind = kind_of(job)
    if not isinstance(kind, PasswordKind):
        raise Refused(_("%(things)s have no SIP password.") % {"things": job.subject})
    for number in parts.numbers(job, Role.CONTENT, start=job.cursor):
        with transaction.atomic():
            fence(job)
            if job.cursor == 0:
                begin(job)
            done = rotate_part(job, kind, number)
            count(job, cursor=job.cursor + 1)
        heart.tick(heart.done + done)
    with transaction.atomic():
        fence(job)
        finish(job)


def rotate_part(job: Job, kind: PasswordKind, number: int) -> int:
    """Give each row of the part a new password. Returns how many there were."""
    keys: list[int] = parts.read(job, Role.CONTENT, number)
    rows = {row.pk: row for row in kind.rows(job.account).filter(pk__in=keys)}
    lines = [
        rotate_one(kind, place, rows.get(key), job.options)
        for place, key in enumerate(keys, start=number * parts.LINES_PER_PART + 1)
    ]
    keep_secrets(job, number, [card(line) for line in lines if line.outcome is Outcome.CHANGED])
    report(job, number, [line.report() for line in lines])
    add(job, Counter(line.outcome for line in lines))
    return len(lines)


def rotate_one(kind: Kind, place: int, instance: Any, options: dict[str, Any]) -> Line:
    """Give one row a new password; the old one stays valid for the overlap."""
    line = Line(place, {}, instance=instance, label=str(instance or ""), password=passwords.generate())
    if instance is None:
        line.refuse(ValidationError(_("It is gone since.")))
        return line
    line.outcome = Outcome.CHANGED
    try:
        with transaction.atomic():
            kind.change(instance, password=line.password, overlap_minutes=options["overlap_minutes"])
    except ValidationError as error:
        line.refuse(error)
    return line
