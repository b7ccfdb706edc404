"""The model of an invitation; ``accounts.invitations`` holds what is done with it."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Role
from console.models import ConsoleModel


class Invitation(ConsoleModel):
    """What lets somebody become a member by a link, once, for a while: only the link's SHA-256 is kept."""

    immutable_fields = ("account", "email", "digest")
    audited_fields = ("email", "role", "expires_at", "accepted_at")

    account = models.ForeignKey(
        "accounts.Account", verbose_name=_("account"), on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=8, choices=Role.choices, default=Role.VIEWER)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                "account",
                Lower("email"),
                condition=models.Q(accepted_at=None),
                name="invitation_once",
                violation_error_message=_("This address is invited already."),
            ),
        )

    def __str__(self) -> str:
        return self.email

    @property
    def is_open(self) -> bool:
        """Whether the link still works."""
        return self.accepted_at is None and self.expires_at > timezone.now()
