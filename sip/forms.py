"""What the forms of endpoints and credentials share: the password on its way to the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms import ConsoleModelForm, Fieldset, NewPasswordInput, OverlapField
from sip import passwords

if TYPE_CHECKING:
    from django.core.exceptions import ValidationError

    from accounts.models import Account


class SipPasswordField(forms.CharField):
    """A SIP password: the rule and its words are ``sip.passwords``'; blanks at its ends are part of it."""

    widget = NewPasswordInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Password"), "strip": False, "help_text": passwords.HELP_TEXT, **kwargs})
        self.widget.attrs |= {"minlength": passwords.MINIMUM_LENGTH, "maxlength": passwords.MAXIMUM_LENGTH}


class ModelCheckedPassword(SipPasswordField):
    """The password of a model form: the model holds it to the rule, so that it is said once."""

    def validate(self, value: Any) -> None:
        """Leave it to the model."""


class HolderForm(ConsoleModelForm):
    """A form of what holds a subscriber: the model checks its password, only when it is new."""

    password = ModelCheckedPassword()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs |= {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        if not self.is_new:
            del self.fields["password"]

    def _post_clean(self) -> None:
        self.instance.password = self.cleaned_data.get("password", "") if self.is_new else None
        super()._post_clean()  # type: ignore[misc]
        self.instance.password = None


class RotateForm(forms.Form):
    """A new password, and how long the old one still works."""

    password = SipPasswordField(validators=passwords.validators)
    overlap_minutes = OverlapField(help_text=_("Until then both work, so phones can be changed one by one."))

    def __init__(self, data: Any = None, *, account: Account) -> None:
        super().__init__(data)
        self.account = account

    def refuse(self, error: ValidationError) -> None:
        """Show what a service said."""
        self.add_error("password" if "password" in getattr(error, "error_dict", {}) else None, error.messages)

    def sections(self) -> list[tuple[Fieldset, list[forms.BoundField]]]:
        """All fields in one."""
        text = _("Phones that still use the old one are refused from then on.")
        return [(Fieldset(_("New password"), (), text), list(self))]
