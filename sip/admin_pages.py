"""The bases of the admin pages of what holds a subscriber: endpoints, credentials, devices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from console.admin_forms import ConsoleAdminForm
from console.admin_pages import ConsoleAdmin
from console.forms import OverlapField
from sip import passwords


class HolderAdminForm(ConsoleAdminForm):
    """Takes a password and never shows one: required for a new object, a rotation for an existing one."""

    password = forms.CharField(
        required=False, strip=False, label=_("Password"), help_text=passwords.HELP_TEXT,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    overlap_minutes = OverlapField(
        required=False, empty_value=0, help_text=_("Until then both work. Only with a new password.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.fields.pop("overlap_minutes", None)
        elif "password" in self.fields:
            self.fields["password"].label = _("New password")

    @property
    def new_password(self) -> str | None:
        """What was typed; nothing typed is no change, and for a new object an error of the model's."""
        typed = self.cleaned_data.get("password", "")
        return typed if typed or self.instance._state.adding else None

    def _post_clean(self) -> None:
        self.instance.password = self.new_password
        super()._post_clean()  # type: ignore[misc]
        self.instance.password = None


class HolderAdmin(ConsoleAdmin):
    """Adds enabling and disabling to the list, and the password to the form."""

    form = HolderAdminForm
    change_only = ("overlap_minutes",)
    actions = ("enable", "disable")

    def write(self, instance: Any, **changes: Any) -> None:
        """Call the update service. Raises ``ValidationError``."""
        raise NotImplementedError

    def change(self, instance: Any, form: Any) -> None:
        """Change it; a password that was typed replaces the old one, now or after the overlap."""
        overlap = form.cleaned_data["overlap_minutes"]
        self.write(instance, password=form.new_password, overlap_minutes=overlap, **form.changes())

    @admin.action(description=_("Enable the selected %(verbose_name_plural)s"))
    def enable(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Let them register again."""
        for instance in queryset:
            self.write(instance, enabled=True)

    @admin.action(description=_("Disable the selected %(verbose_name_plural)s"))
    def disable(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Refuse them."""
        for instance in queryset:
            self.write(instance, enabled=False)

    @admin.display(description=_("SIP URI"))
    def aor(self, instance: Any) -> str:
        """The address of record."""
        return str(instance.subscriber.aor)
