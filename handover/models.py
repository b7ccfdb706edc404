"""Links that hand a phone its settings, once."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from console.models import ConsoleModel
from console.querysets import ConsoleQuerySet
from sip.models import Subscriber


class LinkState(models.TextChoices):
    """What became of a link."""

    OPEN = "open", _("Waiting to be opened")
    USED = "used", _("Used")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")


class LinkQuerySet(ConsoleQuerySet[Any]):
    """Links of one account."""

    def of(self, account: Account) -> LinkQuerySet:
        """The account's own links."""
        return self.filter(account_id=account.pk)

    def unopened(self) -> LinkQuerySet:
        """Links that can still be opened."""
        return self.filter(used_at=None, revoked_at=None, expires_at__gt=timezone.now())


class Link(ConsoleModel):
    """A single-use link. Its token is not here: only a hash to find it by, and settings that only the token opens."""

    immutable_fields = ("account", "token_hash", "label")
    audited_fields = ("label", "expires_at", "revoked_at")
    public_id_field = "link_id"
    generated_fields = ("link_id",)

    account = models.ForeignKey(Account, verbose_name=_("account"), on_delete=models.CASCADE, related_name="+")
    link_id = models.UUIDField(_("link id"), unique=True, editable=False, default=uuid.uuid4)
    subscriber = models.ForeignKey(Subscriber, null=True, on_delete=models.SET_NULL, related_name="+")
    label = models.CharField(_("for"), max_length=330)  # the address of record
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    sealed = models.TextField(editable=False)  # emptied when it is opened or revoked
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("opened"), null=True)
    used_from = models.CharField(_("opened from"), max_length=45, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    made_by = models.CharField(_("made by"), max_length=254, blank=True)

    objects: ClassVar[Any] = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over link")
        verbose_name_plural = _("hand-over links")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("account", "-id"), name="link_newest"),
            models.Index(fields=("expires_at",), name="link_expires"),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def state(self) -> LinkState:
        """What became of it."""
        if self.used_at is not None:
            return LinkState.USED
        if self.revoked_at is not None:
            return LinkState.REVOKED
        return LinkState.OPEN if timezone.now() < self.expires_at else LinkState.EXPIRED

    @property
    def is_open(self) -> bool:
        """Whether it can be opened."""
        return self.state is LinkState.OPEN
