"""The forms of this app's pages in the Django admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, User
from console.admin_forms import ConsoleAdminForm


class AccountAdminForm(ConsoleAdminForm):
    """An account; a new one may bring its own realm and the secret that jambonz made for it."""

    realm = forms.CharField(
        required=False, max_length=253, label=_("Own realm"),
        help_text=_("Its own SIP domain. Empty: one under the platform's."),
    )  # fmt: skip
    webhook_secret = forms.CharField(
        required=False, max_length=500, label=_("Webhook secret"), help_text=_("Kept sealed and never shown."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    class Meta:
        model = Account
        exclude = ()  # the admin's fieldsets name the fields


class UserAdminForm(ConsoleAdminForm):
    """An operator. The password goes in and never comes out."""

    password = forms.CharField(
        required=False, strip=False, max_length=128, label=_("New password"),
        help_text=_("Empty: no change. A new operator without one is invited or resets it."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    class Meta:
        model = User
        exclude = ("password",)

    @property
    def new_password(self) -> str | None:
        """What was typed; None for nothing."""
        return self.cleaned_data.get("password") or None

    def clean_password(self) -> str:
        """Hold it to the rules for passwords. Raises ``ValidationError``."""
        typed: str = self.cleaned_data["password"]
        if typed:
            validate_password(typed, User(email=self.data.get("email", ""), name=self.data.get("name", "")))
        return typed

    def changes(self) -> dict[str, Any]:
        """What changed besides the password."""
        return {name: value for name, value in super().changes().items() if name != "password"}
