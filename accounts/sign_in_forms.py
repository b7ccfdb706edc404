"""The library's forms for signing in and for passwords, in the words of the console's other forms."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from django import forms
from django.utils.translation import gettext_lazy as _

LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "password2": _("New password, once more"),
}


class PlainWords:
    """Labels like everywhere else, and none of them a second time inside its field."""

    fields: dict[str, forms.Field]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)


class Login(PlainWords, LoginForm):
    """E-mail address and password."""


class Proof(PlainWords, ReauthenticateForm):
    """The password again."""


class Forgotten(PlainWords, ResetPasswordForm):
    """Where the link goes."""


class FromLink(PlainWords, ResetPasswordKeyForm):
    """The password that is chosen behind the link."""


class ChangePassword(PlainWords, ChangePasswordForm):
    """Another password, by who knows the current one."""
