"""Credentials in the Django admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from console.admin_pages import group
from console.forms import LinesField
from credentials.models import Credential
from credentials.services import credential_create, credential_delete, credential_update
from sip.admin_pages import HolderAdmin, HolderAdminForm


class CredentialAdminForm(HolderAdminForm):
    """A credential; its networks are typed one a line."""

    allowed_networks = LinesField(
        required=False,
        label=_("Allowed networks"),
        help_text=_("One a line, such as 203.0.113.0/24. Empty: from anywhere."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@admin.register(Credential)
class CredentialAdmin(HolderAdmin):
    """What SIP trunks authenticate with."""

    form = CredentialAdminForm
    list_display = ("username", "account", "enabled", "description", "aor", "created_at")
    list_filter = ("enabled", "created_at")
    list_select_related = ("account", "subscriber__realm")
    search_fields = ("username__startswith", "credential_id__exact", "account__auth_id__exact")
    search_help_text = _("The start of a username, a credential's id, or an account's id.")
    autocomplete_fields = ("account",)
    readonly_fields = ("credential_id", "aor", "created_at", "updated_at")
    fieldsets = (
        group("account username aor credential_id password overlap_minutes enabled", also=Credential.plain_fields),
        group("allowed_networks", _("Restriction")),
        group("created_at updated_at", _("Dates")),
    )

    def create(self, instance: Any, form: Any) -> None:
        """Create it with its subscriber."""
        credential_create(credential=instance, password=form.new_password)

    def write(self, instance: Any, **changes: Any) -> None:
        """Change it and its subscriber."""
        credential_update(credential=instance, **changes)

    def remove(self, instance: Any) -> None:
        """Delete it with its subscriber."""
        credential_delete(credential=instance)
