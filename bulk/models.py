"""Jobs: long work on an account, done by a worker, with a truthful state at any moment."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from console.models import ConsoleModel
from console.querysets import ConsoleQuerySet

UNDO_WITHIN = timedelta(days=1)
SECRETS_KEPT = timedelta(hours=24)
CONTENT_KEPT = timedelta(hours=24)


class JobKind(models.TextChoices):
    """What a job does."""

    IMPORT = "import", _("Import")
    ROTATION = "rotation", _("Rotation")
    UNDO = "undo", _("Undo")
    ACTION = "action", _("Bulk action")


class Step(models.TextChoices):
    """Where an import stands: it is checked first and applied when somebody says so. Other jobs only apply."""

    CHECK = "check", _("Check")
    APPLY = "apply", _("Apply")


class JobState(models.TextChoices):
    """What is going on. ``queued`` and ``running`` are active: an account has one such job at most."""

    QUEUED = "queued", _("Waiting for a worker")
    RUNNING = "running", _("Running")
    CHECKED = "checked", _("Checked, nothing written yet")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


ACTIVE = (JobState.QUEUED, JobState.RUNNING)


class Mode(models.TextChoices):
    """What a refused line means for the others."""

    ALL = "all", _("All lines or none")
    GOOD = "good", _("The good lines")


class SecretsState(models.TextChoices):
    """What became of the passwords that a job made."""

    NONE = "none", _("None were made")
    WAITING = "waiting", _("Sealed, to be fetched once")
    FETCHED = "fetched", _("Fetched")
    ERASED = "erased", _("Erased unfetched")


class JobQuerySet(ConsoleQuerySet[Any]):
    """Jobs of one account."""

    def of(self, account: Account) -> JobQuerySet:
        """The account's own jobs."""
        return self.filter(account_id=account.pk)

    def active(self) -> JobQuerySet:
        """Jobs that wait for a worker or have one."""
        return self.filter(state__in=ACTIVE)


class Job(ConsoleModel):
    """One piece of long work. ``attempt`` is a fencing token: who holds an older one writes nothing more."""

    public_id_field = "job_id"
    audited_fields = ("kind", "subject", "state", "mode", "created_count", "changed_count", "refused_count")

    account = models.ForeignKey(Account, verbose_name=_("account"), on_delete=models.CASCADE, related_name="jobs")
    job_id = models.UUIDField(_("job id"), unique=True, editable=False, default=uuid.uuid4)
    kind = models.CharField(_("kind"), max_length=8, choices=JobKind.choices)
    subject = models.CharField(_("of"), max_length=16)  # the name of a kind of object: "endpoints"
    step = models.CharField(_("step"), max_length=5, choices=Step.choices, default=Step.APPLY)
    state = models.CharField(_("state"), max_length=9, choices=JobState.choices, default=JobState.QUEUED)
    mode = models.CharField(_("mode"), max_length=4, choices=Mode.choices, default=Mode.ALL)
    options = models.JSONField(default=dict)
    target = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="undos")

    total = models.PositiveIntegerField(_("lines"), default=0)
    cursor = models.PositiveIntegerField(default=0)  # parts dealt with for good
    created_count = models.PositiveIntegerField(_("new"), default=0)
    changed_count = models.PositiveIntegerField(_("changed"), default=0)
    unchanged_count = models.PositiveIntegerField(_("unchanged"), default=0)
    refused_count = models.PositiveIntegerField(_("refused"), default=0)
    error = models.TextField(_("error"), blank=True)

    attempt = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)  # workers that took up this step
    first_audit_id = models.BigIntegerField(null=True)  # its audit rows have this id or a later one
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    undone_at = models.DateTimeField(_("undone"), null=True)

    actor_kind = models.CharField(max_length=16, blank=True)
    actor_id = models.CharField(max_length=64, blank=True)
    actor_label = models.CharField(_("by"), max_length=254, blank=True)
    source = models.CharField(_("source address"), max_length=45, blank=True)

    secrets_state = models.CharField(
        _("passwords"), max_length=8, choices=SecretsState.choices, default=SecretsState.NONE
    )
    secrets_until = models.DateTimeField(null=True)

    objects: ClassVar[Any] = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ("-id",)
        indexes = (models.Index(fields=("account", "-id"), name="job_newest"),)
        constraints = (
            models.UniqueConstraint(
                fields=("account",),
                condition=models.Q(state__in=[state.value for state in ACTIVE]),
                name="job_one_at_a_time",
                violation_error_message=_("Another job of this account is still running."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}"

    @property
    def is_active(self) -> bool:
        """Whether it waits for a worker or has one."""
        return self.state in ACTIVE

    @property
    def request_id(self) -> str:
        """What its audit rows carry as their request."""
        return f"job-{self.job_id}"

    @property
    def good_count(self) -> int:
        """The lines that write something."""
        return self.created_count + self.changed_count

    @property
    def can_confirm(self) -> bool:
        """Whether it is checked, and its content has not been erased since."""
        return self.state == JobState.CHECKED and self.good_count > 0 and timezone.now() < self.content_until

    @property
    def content_until(self) -> datetime:
        """When what was uploaded is erased."""
        return self.created_at + CONTENT_KEPT

    @property
    def can_undo(self) -> bool:
        """Whether it is an import that wrote something within the last day and was not undone."""
        wrote = self.kind == JobKind.IMPORT and self.step == Step.APPLY and not self.is_active and self.good_count > 0
        ended = self.finished_at or self.created_at
        return wrote and self.undone_at is None and timezone.now() < ended + UNDO_WITHIN

    @property
    def has_secrets(self) -> bool:
        """Whether the passwords can still be fetched."""
        return self.secrets_state == SecretsState.WAITING and bool(
            self.secrets_until and timezone.now() < self.secrets_until
        )


class Role(models.TextChoices):
    """What a part holds."""

    CONTENT = "content", _("What was uploaded or selected")
    REPORT = "report", _("What became of each line")
    SECRETS = "secrets", _("Passwords that were made")
    FORMER = "former", _("What was there before, where the audit trail does not keep it whole")


class Part(models.Model):
    """A sealed piece of what belongs to a job, small enough to hold in memory (see ``bulk.parts``)."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="parts")
    role = models.CharField(max_length=7, choices=Role.choices)
    number = models.PositiveIntegerField()
    sealed = models.TextField()
    size = models.PositiveIntegerField(default=0)  # items in it
    refused = models.PositiveIntegerField(default=0)  # of a report: how many of them were refused

    class Meta:
        constraints = (models.UniqueConstraint(fields=("job", "role", "number"), name="job_part_once"),)

    def __str__(self) -> str:
        return f"{self.role} {self.number} of job {self.job_id}"


class Pulse(models.Model):
    """The life sign of a running job: written every few seconds, so kept in the volatile database (no foreign key)."""

    job_pk = models.BigIntegerField(primary_key=True)
    attempt = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField()
    started_at = models.DateTimeField()
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    is_cancelled = models.BooleanField(default=False)  # somebody asked for it; the worker obeys
    handed_on_at = models.DateTimeField(null=True)  # when a sweeper last enqueued the orphaned job anew

    def __str__(self) -> str:
        return f"job {self.job_pk}: {self.done} of {self.total}"

    @property
    def is_alive(self) -> bool:
        """Whether its worker was heard of within the lease."""
        return self.lease_until > timezone.now()
