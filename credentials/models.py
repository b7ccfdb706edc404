"""Credentials: username and password of a SIP trunk, scoped to one account."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from console.counters import RowsPer
from console.fields import CredentialUsernameField, validate_plain_text
from console.lookups import PrefixIndex
from console.querysets import ConsoleQuerySet
from sip import realms
from sip.models import HoldsSubscriber, Realm, SubscriberKind
from sip.networks import validate_networks


class CredentialQuerySet(ConsoleQuerySet[Any]):
    """Credentials of one account."""

    def of(self, account: Account) -> CredentialQuerySet:
        """The account's own credentials."""
        return self.filter(account_id=account.pk)


class Credential(HoldsSubscriber):
    """A trunk credential: its username unique in its account; used from ``allowed_networks`` only, if any."""

    immutable_fields = ("account", "username", "credential_id", "subscriber")
    plain_fields = ("description",)
    audited_fields = ("username", "enabled", *plain_fields, "allowed_networks")
    public_id_field = "credential_id"
    generated_fields = ("credential_id", "subscriber")
    subscriber_kind = SubscriberKind.CREDENTIAL
    row_counter = RowsPer("account")

    account = models.ForeignKey(
        Account, verbose_name=_("account"), on_delete=models.PROTECT, related_name="credentials", db_index=False
    )  # the indexes below begin with it
    credential_id = models.UUIDField(_("credential id"), unique=True, editable=False, default=uuid.uuid4)
    username = CredentialUsernameField(_("username"), max_length=64)
    enabled = models.BooleanField(
        _("enabled"), default=True, help_text=_("A disabled credential can neither register nor call.")
    )
    description = models.CharField(
        _("description"), max_length=500, blank=True, default="", validators=[validate_plain_text]
    )
    allowed_networks = models.JSONField(
        _("allowed networks"),
        default=list,
        blank=True,
        validators=[validate_networks],
        help_text=_("Where it may be used from, as networks such as 203.0.113.0/24. Empty: from anywhere."),
    )

    objects: ClassVar[Any] = CredentialQuerySet.as_manager()

    class Meta:
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("account", "-id"), name="credential_newest"),
            models.Index(fields=("account", "username"), name="credential_username"),
            models.Index(fields=("account", "-id"), condition=models.Q(enabled=False), name="credential_disabled"),
            PrefixIndex(fields=("username", "account"), name="credential_username_begins"),
            PrefixIndex(fields=("description", "account"), name="credential_text_begins"),
        )

    def __str__(self) -> str:
        return self.username

    def subscriber_realm(self, username: str | None = None) -> Realm:
        """The realm of its account's trunks."""
        return realms.for_trunks(self.account, username)
