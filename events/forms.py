"""The forms of webhooks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from console.forms import ConsoleModelForm, Fieldset, OverlapField
from events.models import NONE_CHOSEN, OFFERED, Webhook


class WebhookForm(ConsoleModelForm):
    """A webhook."""

    events = forms.MultipleChoiceField(
        label=_("Events"),
        choices=OFFERED,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": NONE_CHOSEN},
    )
    fieldsets = (
        Fieldset(_("Receiver"), ("url", "description"), _("A program of yours that takes a POST with JSON.")),
        Fieldset(_("Events"), ("events",), _("What it is told. A main account's webhook hears its sub-accounts too.")),
        Fieldset(_("State"), ("enabled",)),
    )

    class Meta:
        model = Webhook
        fields = ("url", "description", "events", "enabled")
        widgets = {"url": forms.URLInput(attrs={"class": "mono", "placeholder": "https://", "spellcheck": "false"})}


class RotateForm(forms.Form):
    """A new secret, and how long the old one still signs."""

    overlap_minutes = OverlapField(
        label=_("The old secret"),
        initial=24 * 60,
        help_text=_("Until then each delivery is signed with both, so the receiver can be changed in between."),
    )

    def __init__(self, data: Any = None, *, account: Account) -> None:
        super().__init__(data)
        self.account = account

    def sections(self) -> list[tuple[Fieldset, list[forms.BoundField]]]:
        """All fields in one."""
        return [(Fieldset(_("New secret"), (), _("It is made here and shown once.")), list(self))]
