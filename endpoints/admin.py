"""Applications and endpoints in the Django admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from console.admin_pages import ConsoleAdmin, group
from endpoints.models import Application, Endpoint
from endpoints.services import (
    application_create,
    application_delete,
    application_update,
    endpoint_create,
    endpoint_delete,
    endpoint_update,
)
from sip.admin_pages import HolderAdmin


@admin.register(Application)
class ApplicationAdmin(ConsoleAdmin):
    """Where calls go."""

    list_display = ("app_name", "app_id", "account", "sub_account", "enabled", "default_endpoint_app", "answer_url")
    list_filter = ("enabled", "default_endpoint_app", "created_at")
    list_select_related = ("account", "sub_account")
    search_fields = ("app_name__startswith", "app_id__exact", "account__auth_id__exact", "sub_account__auth_id__exact")
    search_help_text = _("The start of a name, an application's id, or an account's id.")
    autocomplete_fields = ("account", "sub_account")
    readonly_fields = ("app_id", "created_at", "updated_at")
    fieldsets = (
        group("account sub_account app_name app_id enabled"),
        group("answer_url answer_method hangup_url hangup_method fallback_answer_url fallback_method", _("Calls")),
        group("message_url message_method sip_transfer_url sip_transfer_method", _("Messages and transfers")),
        group(
            "default_endpoint_app default_number_app default_app log_incoming_message public_uri application_sid",
            _("Use"),
        ),
        group("created_at updated_at", _("Dates")),
    )

    def create(self, instance: Any, form: Any) -> None:
        """Create it."""
        application_create(application=instance)

    def change(self, instance: Any, form: Any) -> None:
        """Change it, and what the webhook answers for its endpoints."""
        application_update(application=instance, **form.changes())

    def remove(self, instance: Any) -> None:
        """Delete it, unless endpoints use it."""
        application_delete(application=instance)


@admin.register(Endpoint)
class EndpointAdmin(HolderAdmin):
    """The phones that register."""

    list_display = ("username", "alias", "account", "sub_account", "application", "enabled", "aor", "created_at")
    list_filter = ("enabled", "created_at")
    list_select_related = ("account", "sub_account", "application", "subscriber__realm")
    search_fields = (
        "username__startswith", "alias__startswith", "endpoint_id__exact", "account__auth_id__exact",
        "sub_account__auth_id__exact",
    )  # fmt: skip
    search_help_text = _("The start of a username or alias, an endpoint's id, or an account's id.")
    autocomplete_fields = ("account", "sub_account", "application")
    readonly_fields = ("endpoint_id", "aor", "created_at", "updated_at")
    fieldsets = (
        group(
            "account sub_account username alias aor endpoint_id password overlap_minutes enabled",
            also=Endpoint.plain_fields,
        ),
        group("application", _("Routing")),
        group(
            "allow_voice allow_message allow_video allow_phones allow_apps allow_same_domain allow_other_domains",
            _("Permissions"),
        ),
        group("created_at updated_at", _("Dates")),
    )

    def create(self, instance: Any, form: Any) -> None:
        """Create it with its subscriber."""
        endpoint_create(endpoint=instance, password=form.new_password)

    def write(self, instance: Any, **changes: Any) -> None:
        """Change it and its subscriber."""
        endpoint_update(endpoint=instance, **changes)

    def remove(self, instance: Any) -> None:
        """Delete it with its subscriber."""
        endpoint_delete(endpoint=instance)
