"""Starting, confirming, stopping and undoing jobs, and fetching what they made. Pages, API and commands call these."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Account
from bulk import parts, pulse
from bulk.kinds.base import Kind
from bulk.kinds.passwords import PasswordKind
from bulk.models import ACTIVE, CONTENT_KEPT, UNDO_WITHIN, Job, JobKind, JobState, Mode, Part, Role, SecretsState, Step
from bulk.queueing import enqueue, to_apply
from bulk.reading import headers, records
from bulk.reading.records import Unreadable
from bulk.signals import job_finished
from console import audit

MAXIMUM_OVERLAP_MINUTES = 7 * 24 * 60


class Busy(ValidationError):
    """The account has a job that waits or runs: one at a time."""


class Gone(ValidationError):
    """What is asked for was fetched already, or erased."""


@transaction.atomic
def import_start(*, account: Account, kind: Kind, data: bytes, then: str = "") -> Job:
    """Take a file apart, seal it, and have it checked; ``then`` (a ``Mode``) applies it at once if nothing forbids it.

    Raises ``ValidationError``: ``Busy``, or with the reader's words for a file that cannot be read.
    """
    try:
        table = records.read(data)
        mapping = headers.match(table.header, kind.imported + tuple(c for c in kind.columns if c.is_read_only))
        options = {"columns": mapping.names, "notes": [*table.notes, *mapping.notes], "then": then}
        options |= {"encoding": table.encoding, "delimiter": table.delimiter, "ignored": mapping.ignored}
        job = open_job(account=account, kind=JobKind.IMPORT, subject=kind.name, step=Step.CHECK, options=options)
        job.total = parts.write_all(job, Role.CONTENT, table.records)
    except Unreadable as error:
        raise ValidationError(str(error), code="unreadable") from error
    if job.total == 0:
        raise ValidationError(_("The file has a header but no lines."), code="empty")
    job.save(update_fields=["total", "updated_at"])
    enqueue(job)
    return job


def open_job(*, account: Account, **fields: Any) -> Job:
    """Save a new job in the name of who acts. Raises ``Busy``."""
    actor = audit.current()
    actor_kind, actor_id, actor_label = actor.person()
    job = Job(account=account, actor_kind=actor_kind, actor_id=actor_id, actor_label=actor_label, **fields)
    job.source = actor.source
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError as error:
        raise Busy(_("Another job of this account is still running."), code="busy") from error
    audit.created(job)
    return job


@transaction.atomic
def import_confirm(*, job: Job, mode: str) -> Job:
    """Have a checked import written: all lines or none, or the good ones. Raises ``ValidationError``."""
    job = locked(job)
    if mode not in Mode.values:
        raise ValidationError({"mode": ValidationError(_("Choose all or good."), code="invalid")})
    if not job.can_confirm:
        raise ValidationError(_("Nothing to apply: it was applied, erased, or would change nothing."), code="state")
    if mode == Mode.ALL and job.refused_count:
        words = _("%(count)s lines are refused: correct them, or apply the good lines only.")
        raise ValidationError(words % {"count": job.refused_count}, code="refused")
    try:
        with transaction.atomic():
            to_apply(job, mode)
    except IntegrityError as error:
        raise Busy(_("Another job of this account is still running."), code="busy") from error
    return job


def job_cancel(*, job: Job) -> Job:
    """Stop a job: at once where it waits, else its worker is told. Raises ``ValidationError``."""
    pulse.ask_to_stop(job)  # before any lock: the worker may hold it for as long as it writes
    now = timezone.now()
    with transaction.atomic():
        waiting = Job.objects.filter(pk=job.pk, state__in=[JobState.QUEUED, JobState.CHECKED])
        if waiting.update(state=JobState.CANCELLED, finished_at=now, updated_at=now):
            parts.erase(job, Role.CONTENT)
            job.state = JobState.CANCELLED
            job_finished.send(Job, job=job)
    job.refresh_from_db()
    if not (job.is_active or job.state == JobState.CANCELLED):
        raise ValidationError(_("It is over already."), code="state")
    return job


@transaction.atomic
def undo_start(*, job: Job) -> Job:
    """Have an import undone. Raises ``ValidationError``."""
    job = locked(job)
    if not job.can_undo:
        words = _("Only an import that wrote something within the last day can be undone, once.")
        raise ValidationError(words, code="state")
    undo = open_job(account=job.account, kind=JobKind.UNDO, subject=job.subject, target=job, mode=Mode.GOOD)
    enqueue(undo)
    return undo


@transaction.atomic
def rotation_start(*, account: Account, kind: Kind, keys: Iterable[int], overlap_minutes: int) -> Job:
    """Give the rows with these primary keys new passwords. Raises ``ValidationError``."""
    if not isinstance(kind, PasswordKind):
        raise ValidationError(_("%(things)s have no SIP password.") % {"things": kind.name}, code="invalid")
    if not 0 <= overlap_minutes <= MAXIMUM_OVERLAP_MINUTES:
        words = ValidationError(_("Both passwords can be valid for 0 to 168 hours."), code="invalid")
        raise ValidationError({"overlap_hours": words})
    options = {"overlap_minutes": overlap_minutes}
    job = open_job(account=account, kind=JobKind.ROTATION, subject=kind.name, mode=Mode.GOOD, options=options)
    job.total = parts.write_all(job, Role.CONTENT, keys)
    if job.total == 0:
        raise ValidationError(_("Nothing was selected."), code="empty")
    job.save(update_fields=["total", "updated_at"])
    enqueue(job)
    return job


@transaction.atomic
def action_start(
    *, account: Account, section: str, action: str, typed: dict[str, list[str]], keys: Iterable[int]
) -> Job:
    """Do a bulk action of the list of ``section`` on the rows with these primary keys. Raises ``Busy``."""
    options = {"action": action, "typed": typed}
    job = open_job(account=account, kind=JobKind.ACTION, subject=section, mode=Mode.GOOD, options=options)
    job.total = parts.write_all(job, Role.CONTENT, keys)
    job.save(update_fields=["total", "updated_at"])
    enqueue(job)
    return job


@transaction.atomic
def secrets_take(*, job: Job) -> list[dict[str, str]]:
    """Hand out, once, the passwords that a job made. Raises ``Gone``."""
    now = timezone.now()
    waiting = Job.objects.filter(pk=job.pk, secrets_state=SecretsState.WAITING, secrets_until__gt=now)
    if not waiting.exclude(state__in=[JobState.QUEUED, JobState.RUNNING]).update(secrets_state=SecretsState.FETCHED):
        raise Gone(_("There are no passwords to fetch: they were fetched, erased, or never made."), code="gone")
    found = list(parts.read_all(job, Role.SECRETS))
    parts.erase(job, Role.SECRETS)
    job.secrets_state = SecretsState.FETCHED
    audit.record("fetch", job, {"passwords": [len(found), 0]})
    return found


def secrets_count(job: Job) -> int:
    """How many passwords wait."""
    return int(Part.objects.filter(job=job, role=Role.SECRETS).aggregate(all=Sum("size"))["all"] or 0)


def locked(job: Job) -> Job:
    """The job as stored, its row held until the transaction ends."""
    held: Job = Job.objects.select_for_update(of=("self",)).select_related("account__parent").get(pk=job.pk)
    return held


@transaction.atomic
def erase_expired() -> int:
    """Erase what is kept for a day only: uploads, unfetched passwords, former values. Returns how many pieces."""
    now = timezone.now()
    late = Job.objects.filter(secrets_state=SecretsState.WAITING, secrets_until__lte=now)
    Part.objects.filter(role=Role.SECRETS, job__in=late).delete()
    old = Part.objects.filter(role=Role.CONTENT, job__created_at__lte=now - CONTENT_KEPT).exclude(job__state__in=ACTIVE)
    settled = Part.objects.filter(role=Role.FORMER, job__finished_at__lte=now - UNDO_WITHIN)
    settled = settled.exclude(job__state__in=ACTIVE).exclude(job__undos__state__in=ACTIVE)
    return int(late.update(secrets_state=SecretsState.ERASED)) + int(old.delete()[0]) + int(settled.delete()[0])
