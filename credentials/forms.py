"""The form of the credentials app."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms import Fieldset, LinesField
from credentials.models import Credential
from sip.forms import HolderForm


class CredentialForm(HolderForm):
    """A credential."""

    allowed_networks = LinesField(
        required=False,
        label=_("Allowed networks"),
        help_text=_("One a line, such as 203.0.113.0/24. Empty: from anywhere."),
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono", "spellcheck": "false"}),
    )
    fieldsets = (
        Fieldset(
            _("Identity"), ("username", "password", *Credential.plain_fields), _("What the trunk authenticates with.")
        ),
        Fieldset(_("Restriction"), ("allowed_networks",), _("A right password from elsewhere is refused.")),
        Fieldset(_("State"), ("enabled",)),
    )

    class Meta:
        model = Credential
        fields = ("username", *Credential.plain_fields, "allowed_networks", "enabled")
