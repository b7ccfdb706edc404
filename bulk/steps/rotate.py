"""New passwords for many subscribers, sealed in the transaction that sets them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from bulk.kinds.base import Kind, Line, Outcome
from bulk.kinds.passwords import PasswordKind, card
from bulk.models import Job
from bulk.pulse import Heart
from bulk.steps import chosen
from bulk.steps.base import Refused, keep_secrets
from bulk.steps.check import kind_of
from sip import passwords


def run(job: Job, heart: Heart) -> None:
    """Rotate part by part."""
    kind = kind_of(job)
    if not isinstance(kind, PasswordKind):
        raise Refused(_("%(things)s have no SIP password.") % {"things": job.subject})

    def keep(number: int, lines: Sequence[Line]) -> None:
        keep_secrets(job, number, [card(line) for line in lines if line.outcome is Outcome.CHANGED])

    rows = partial(kind.rows, job.account)
    chosen.run(job, heart, rows=rows, act=partial(rotate_one, kind, job.options), keep=keep)


def rotate_one(kind: Kind, options: dict[str, Any], place: int, instance: Any) -> Line:
    """Give one row a new password; the old one stays valid for the overlap."""
    password, label = passwords.generate(), str(instance or "")
    line = Line(place, {}, instance=instance, label=label, password=password, outcome=Outcome.CHANGED)
    overlap_minutes = options["overlap_minutes"]
    return chosen.judged(line, lambda row: kind.change(row, password=password, overlap_minutes=overlap_minutes))
