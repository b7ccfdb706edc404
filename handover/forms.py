"""The forms of hand-over links."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from console.forms import Fieldset
from handover.holders import HOLDERS
from handover.services import DEFAULT_MINUTES

LIFETIMES = ((15, _("15 minutes")), (60, _("1 hour")), (240, _("4 hours")), (1440, _("24 hours")))


class LifetimeForm(forms.Form):
    """How long a link can be opened."""

    minutes = forms.TypedChoiceField(
        label=_("Can be opened for"), choices=LIFETIMES, coerce=int, initial=DEFAULT_MINUTES
    )


class LinkForm(LifetimeForm):
    """Whose settings the link hands over; the password proves that one may."""

    kind = forms.ChoiceField(label=_("Kind"), widget=forms.RadioSelect, initial="endpoints")
    username = forms.CharField(label=_("Username"), max_length=64)
    password = forms.CharField(
        label=_("Its current password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("The console keeps no password. Rotate it where it is not known."),
    )
    field_order = ("kind", "username", "password", "minutes")

    def __init__(self, data: Any = None, *, account: Account) -> None:
        super().__init__(data)
        self.account = account
        kinds = [(name, holders.section.label) for name, holders in HOLDERS.items()]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Find whose it is."""
        values: dict[str, Any] = super().clean() or {}
        if "kind" in values and "username" in values:
            values["holder"] = HOLDERS[values["kind"]].named(self.account, values["username"])
            if values["holder"] is None:
                self.add_error("username", _("There is no such username here."))
        return values

    def refuse(self, error: ValidationError) -> None:
        """Show what the service said."""
        for name, texts in (
            error.message_dict.items() if hasattr(error, "error_dict") else {None: error.messages}.items()
        ):
            self.add_error(name if name in self.fields else None, texts)

    def sections(self) -> list[tuple[Fieldset, list[forms.BoundField]]]:
        """All fields in one."""
        text = _("Whoever opens it first gets the settings; after that it opens nothing.")
        return [(Fieldset(_("Hand-over link"), (), text), list(self))]
