"""The forms of an account's webhook settings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from console.fields import validate_plain_text
from console.forms import ConsoleModelForm, Fieldset, model_field
from sip.models import WebhookAccess

LONGEST_SECRET = 500


class PolicyForm(ConsoleModelForm):
    """What the account's SBC is held to; each rule with what it is by default."""

    fieldsets = (
        Fieldset(
            _("Registrations"),
            ("max_expires_seconds",),
            _("A shorter time costs more requests; a longer one leaves a disabled phone in for longer."),
        ),
        Fieldset(
            _("What jambonz leaves open"),
            ("check_aor", "check_realm", "check_replay"),
            _("jambonz compares none of these; the console does it in its place."),
        ),
        Fieldset(
            _("Blocks"),
            ("block_after_failures", "block_window_seconds", "block_seconds"),
            _("A block holds for one source and one username: guessing locks nobody else out."),
        ),
    )

    class Meta:
        model = WebhookAccess
        fields = (
            "max_expires_seconds",
            "check_aor",
            "check_realm",
            "check_replay",
            "block_after_failures",
            "block_window_seconds",
            "block_seconds",
        )

    def describe(self, name: str, field: forms.Field) -> None:
        """Add the default to the rule."""
        super().describe(name, field)
        column = model_field(self.instance, name)
        default = column.get_default() if column is not None else None
        spoken = {True: _("on"), False: _("off")}.get(default, default) if isinstance(default, bool) else default
        said = str(_("By default: %(value)s.") % {"value": spoken})
        field.help_text = f"{field.help_text} {said}".strip()


class SecretForm(forms.Form):
    """The secret that jambonz made; it goes in and never comes out."""

    secret = forms.CharField(
        label=_("Webhook secret"),
        max_length=LONGEST_SECRET,
        validators=[validate_plain_text],
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("As jambonz shows it for this account. It is kept sealed and never shown again."),
    )

    def __init__(self, data: Any = None, *, account: Account) -> None:
        super().__init__(data)
        self.account = account
