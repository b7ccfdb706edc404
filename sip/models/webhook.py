"""How an account's SBC proves itself at the webhook, and what it is told."""

from __future__ import annotations

import secrets

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from console.models import ConsoleModel


def webhook_username() -> str:
    """Return a fresh user name for the webhook's Basic authentication."""
    return f"hook-{secrets.token_hex(6)}"


class WebhookAccess(ConsoleModel):
    """How an account's jambonz proves itself at ``/webhooks/auth``: Basic and, once pasted, its HMAC secret."""

    immutable_fields = ("account",)
    audited_fields = (
        "username", "max_expires_seconds", "check_aor", "check_realm", "check_replay",
        "block_after_failures", "block_window_seconds", "block_seconds",
    )  # fmt: skip
    generated_fields = ("username",)

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="webhook_access")
    username = models.CharField(_("username"), max_length=32, unique=True, editable=False, default=webhook_username)
    password_digest = models.CharField(max_length=64, editable=False)
    sealed_secret = models.TextField(blank=True, editable=False)  # must be used again to verify Jambonz-Signature
    max_expires_seconds = models.PositiveIntegerField(
        _("longest registration (seconds)"),
        default=300,
        validators=[MinValueValidator(30), MaxValueValidator(86_400)],
        help_text=_(
            "A disabled endpoint is out within this time, because the SBC answers refreshes by itself until then."
        ),
    )
    check_aor = models.BooleanField(
        _("the registered address must be the user's own"),
        default=True,
        help_text=_("Otherwise one phone can register the address of another with its own password."),
    )
    check_realm = models.BooleanField(
        _("the registered domain must be the realm"),
        default=True,
        help_text=_("Otherwise a user of one SIP domain can register in another."),
    )
    check_replay = models.BooleanField(
        _("refuse an answer that another source gave before"),
        default=False,
        help_text=_("Retransmissions and some clients repeat their answers."),
    )
    block_after_failures = models.PositiveSmallIntegerField(
        _("block after failures"), default=20, help_text=_("From one source for one user within the window. 0: never.")
    )
    block_window_seconds = models.PositiveIntegerField(
        _("failure window (seconds)"), default=300, validators=[MinValueValidator(10), MaxValueValidator(86_400)]
    )
    block_seconds = models.PositiveIntegerField(
        _("block for (seconds)"), default=900, validators=[MinValueValidator(10), MaxValueValidator(604_800)]
    )

    class Meta:
        verbose_name = _("webhook access")
        verbose_name_plural = _("webhook access")

    def __str__(self) -> str:
        return self.username
