"""What happened: authentication attempts, registrations, blocks. Written by the webhook, never edited."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from console.lookups import PrefixIndex
from console.models import ConsoleModel
from console.querysets import ConsoleQuerySet
from sip.models.subscribers import Subscriber


class Outcome(models.TextChoices):
    """What an attempt came to."""

    OK = "ok", _("admitted")
    FAIL = "fail", _("refused")


class Reason(models.TextChoices):
    """Why, from a closed list; the caller is never told."""

    ADMITTED = "admitted", _("Right password")
    OLD_PASSWORD = "old_password", _("The former password, still valid for a while")
    UNKNOWN_REALM = "unknown_realm", _("No account holds this realm")
    UNKNOWN_USER = "unknown_user", _("No such user in this realm")
    WRONG_PASSWORD = "wrong_password", _("Wrong password")
    DISABLED = "disabled", _("The endpoint, credential or device is disabled")
    ACCOUNT_DISABLED = "account_disabled", _("The account is disabled")
    ALGORITHM = "algorithm", _("A digest algorithm that is not supported")
    QOP = "qop", _("A quality of protection that cannot be checked")
    REALM_SPELLING = "realm_spelling", _("The realm is spelt in a way no hash is kept for")
    AOR_MISMATCH = "aor_mismatch", _("It tried to register somebody else's address")
    REALM_MISMATCH = "realm_mismatch", _("It tried to register in another domain")
    REPLAY = "replay", _("Another source gave the same answer before")
    NETWORK = "network", _("Not from an allowed network")
    VOICE = "voice", _("Voice calls are not allowed")
    CALLEE = "callee", _("Calls to this kind of destination are not allowed")
    METHOD = "method", _("A SIP method that is not authenticated here")
    BLOCKED = "blocked", _("Too many failures from this source: blocked for a while")
    MALFORMED = "malformed", _("The request could not be understood")


class RecordQuerySet(ConsoleQuerySet[Any]):
    """Rows that hold ids of their account and of its main account."""

    def of(self, account: Account) -> RecordQuerySet:
        """What ``account`` sees: all of a main account's family, or a sub-account's own."""
        return self.filter(account_id=account.pk) if account.is_sub_account else self.filter(main_account_id=account.pk)


class AuthAttempt(models.Model):
    """One question of an SBC or registrar and its answer. Holds ids, not foreign keys: it is written in batches, later.

    Never the response, the nonce or any secret.
    """

    at = models.DateTimeField(_("when"), default=timezone.now)
    main_account_id = models.BigIntegerField(null=True)
    account_id = models.BigIntegerField(null=True)
    subscriber_id = models.BigIntegerField(null=True)
    realm = models.CharField(_("realm"), max_length=253, blank=True)
    username = models.CharField(_("username"), max_length=64, blank=True)
    method = models.CharField(_("method"), max_length=16, blank=True)
    outcome = models.CharField(_("outcome"), max_length=4, choices=Outcome.choices)
    reason = models.CharField(_("reason"), max_length=16, choices=Reason.choices)
    source = models.CharField(_("source"), max_length=64, blank=True)
    user_agent = models.CharField(_("user agent"), max_length=255, blank=True)
    granted_expires_seconds = models.PositiveIntegerField(_("granted (seconds)"), null=True)
    via = models.CharField(
        _("through"), max_length=10, default="webhook"
    )  # "webhook", "kamailio" or "try" (an operator)

    objects: ClassVar[Any] = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("authentication attempt")
        verbose_name_plural = _("authentication attempts")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("main_account_id", "-id"), name="attempt_main_account"),
            models.Index(fields=("account_id", "-id"), name="attempt_account"),
            models.Index(fields=("subscriber_id", "-id"), name="attempt_subscriber"),
            models.Index(fields=("main_account_id", "source", "-id"), name="attempt_source"),
            models.Index(fields=("main_account_id", "username", "-id"), name="attempt_username"),
            models.Index(fields=("main_account_id", "reason", "-id"), name="attempt_reason"),
            models.Index(fields=("main_account_id", "outcome", "at"), name="attempt_outcome"),
            models.Index(fields=("account_id", "outcome", "at"), name="attempt_account_outcome"),
            models.Index(fields=("at",), name="attempt_at"),
        )

    def __str__(self) -> str:
        return f"{self.method} {self.username}@{self.realm}: {self.reason}"


class AttemptTally(models.Model):
    """How many attempts of one hour came to what: counted while they are logged, so that nobody counts them again.

    ``scope_id`` is the key of an account (a main account's tally includes its sub-accounts'), or 0 for the platform.
    """

    scope_id = models.BigIntegerField()
    hour = models.DateTimeField(_("hour"))
    reason = models.CharField(_("reason"), max_length=16, choices=Reason.choices)
    count = models.BigIntegerField(_("attempts"))

    class Meta:
        verbose_name = _("tally of attempts")
        verbose_name_plural = _("tallies of attempts")
        constraints = (models.UniqueConstraint(fields=("scope_id", "hour", "reason"), name="attempt_tally_once"),)
        indexes = (models.Index(fields=("hour",), name="attempt_tally_hour"),)

    def __str__(self) -> str:
        return f"{self.scope_id} at {self.hour:%Y-%m-%d %H}h, {self.reason}: {self.count}"


class CutOff(models.TextChoices):
    """Why a registration was ended from here."""

    DISABLED = "disabled", _("disabled")
    ROTATED = "rotated", _("password changed")
    DELETED = "deleted", _("deleted")
    REMOVED = "removed", _("removed by an operator")


class Registration(models.Model):
    """One contact of a subscriber, from an admitted REGISTER; over when it expires, unregisters or is cut off.

    A cut-off one may live on at the SBC until ``expires_at``, since the SBC answers refreshes by itself.
    """

    subscriber = models.ForeignKey(Subscriber, null=True, on_delete=models.SET_NULL, related_name="registrations")
    account_id = models.BigIntegerField()
    main_account_id = models.BigIntegerField()
    aor = models.CharField(_("address of record"), max_length=330)
    contact_key = models.CharField(max_length=64, editable=False)  # what tells contacts of one subscriber apart
    contact = models.CharField(_("contact"), max_length=512)
    user_agent = models.CharField(_("user agent"), max_length=255, blank=True)
    source = models.CharField(_("source"), max_length=64, blank=True)
    since = models.DateTimeField(_("since"))
    expires_at = models.DateTimeField(_("expires"))
    cut_off_at = models.DateTimeField(_("cut off"), null=True)
    cut_off_reason = models.CharField(_("cut off because"), max_length=8, choices=CutOff.choices, blank=True)

    objects: ClassVar[Any] = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("subscriber", "contact_key"), name="registration_once"),)
        indexes = (
            models.Index(fields=("main_account_id", "-id"), name="registration_main_account"),
            models.Index(fields=("account_id", "-id"), name="registration_account"),
            models.Index(fields=("subscriber", "-expires_at"), name="registration_latest"),
            models.Index(fields=("main_account_id", "expires_at"), name="registration_main_living"),
            models.Index(fields=("account_id", "expires_at"), name="registration_living"),
            models.Index(fields=("expires_at",), name="registration_expires"),
            PrefixIndex(fields=("source", "subscriber"), name="registration_source_begins"),
        )

    def __str__(self) -> str:
        return f"{self.aor} at {self.contact}"


class Block(ConsoleModel):
    """A source that failed too often for one username, known or not: refused until ``until`` or lifted."""

    audited_fields = ("realm", "username_key", "source", "failures", "until")

    main_account_id = models.BigIntegerField(null=True)
    account_id = models.BigIntegerField(null=True)
    subscriber_id = models.BigIntegerField(null=True)
    realm = models.CharField(_("realm"), max_length=253)
    username_key = models.CharField(_("username"), max_length=128)
    source = models.CharField(_("source"), max_length=64)
    failures = models.PositiveIntegerField(_("failures"))
    until = models.DateTimeField(_("until"))

    objects: ClassVar[Any] = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("realm", "username_key", "source"), name="block_once"),)
        indexes = (
            models.Index(fields=("main_account_id", "-id"), name="block_main_account"),
            models.Index(fields=("account_id", "-id"), name="block_account"),
            models.Index(fields=("until",), name="block_until"),
        )

    def __str__(self) -> str:
        return f"{self.source} for {self.username_key}@{self.realm}"

    def audit_account(self) -> Account | None:
        """The account it concerns."""
        if self.account_id is None:
            return None
        return Account.objects.select_related("parent").filter(pk=self.account_id).first()
