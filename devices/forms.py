"""The password of a device on pages: its schema is the rule, here as behind the API, and it alone judges."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from devices import schemas
from devices.refusals import DocumentRefused
from sip.forms import RotateForm, SipPasswordField

RULE = schemas.named("devices")["properties"]["sip"]["properties"]["password"]
PASSWORD_HELP = format_lazy(
    _("{least} to {most} characters; 12 are better."), least=RULE["minLength"], most=RULE["maxLength"]
)


class DevicePasswordField(SipPasswordField):
    """A new password with its helpers."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(help_text=PASSWORD_HELP, **kwargs)
        self.widget.attrs |= {"minlength": RULE["minLength"], "maxlength": RULE["maxLength"]}


class DeviceRotateForm(RotateForm):
    """A new password for a device. What the document's rules say of it stands beside it."""

    password = DevicePasswordField()

    def refuse(self, error: ValidationError) -> None:
        """Show what a service said."""
        faults = dict(error.faults) if isinstance(error, DocumentRefused) else {}
        for told in faults.pop("sip.password", {}).values():
            self.add_error("password", told["message"])
        if faults or not isinstance(error, DocumentRefused):
            super().refuse(DocumentRefused(faults) if faults else error)
