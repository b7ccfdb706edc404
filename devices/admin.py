"""Devices and their users in the Django admin: a device's document as JSON, held to its schema by the service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from console.admin_forms import ConsoleAdminForm
from console.admin_pages import ConsoleAdmin, ReadOnlyAdmin, group, one_of
from console.forms import OverlapField
from devices.editor.words import TYPES
from devices.models import Device, Hotdesk, KazooUser
from devices.refusals import DocumentRefused
from devices.services import device_create, device_delete, device_update
from devices.user_services import user_create, user_delete


class DeviceAdminForm(ConsoleAdminForm):
    """A device's document, and beside it a new SIP password, which is never shown."""

    password = forms.CharField(
        required=False, strip=False, label=_("New SIP password"), help_text=_("Empty: no change."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    overlap_minutes = OverlapField(required=False, empty_value=0, help_text=_("Only with a new password."))

    def data_for_service(self) -> Any:
        """The document with the new password in its place, as a request would send it."""
        document, password = self.cleaned_data["document"], self.cleaned_data["password"]
        if not password or not isinstance(document, dict) or not isinstance(document.get("sip", {}), dict):
            return document
        return {**document, "sip": {**document.get("sip", {}), "password": password}}


@admin.register(Device)
class DeviceAdmin(ConsoleAdmin):
    """Kazoo devices."""

    form = DeviceAdminForm
    change_only = ("overlap_minutes",)
    list_display = ("name", "device_type", "account", "username", "mac_address", "enabled", "created_at")
    list_filter = ("enabled", one_of(TYPES, parameter="device_type", label=_("type")), "created_at")
    list_select_related = ("account",)
    search_fields = ("name__startswith", "username__startswith", "device_id__exact", "account__auth_id__exact")
    search_help_text = _("The start of a name or SIP username, a device's id, or an account's id.")
    autocomplete_fields = ("account",)
    readonly_fields = ("device_id", "revision", "created_at", "updated_at")
    fieldsets = (
        group("account device_id document password overlap_minutes"),
        group("revision created_at updated_at", _("Dates")),
    )

    def create(self, instance: Any, form: Any) -> None:
        """Create it, with its subscriber if it has a username and a password."""
        with beside_the_document():
            made = device_create(account=instance.account, data=form.data_for_service()).device
        instance.pk, instance._state.adding = made.pk, False
        instance.refresh_from_db()

    def change(self, instance: Any, form: Any) -> None:
        """Replace its document."""
        overlap = form.cleaned_data.get("overlap_minutes") or 0
        data, device_id = form.data_for_service(), instance.device_id
        with beside_the_document():
            device_update(
                account=instance.account, device_id=device_id, data=data, merges=False, overlap_minutes=overlap
            )

    def remove(self, instance: Any) -> None:
        """Delete it with its subscriber."""
        device_delete(account=instance.account, device_id=instance.device_id)


@contextmanager
def beside_the_document() -> Iterator[None]:
    """Show every fault of a document beside it."""
    try:
        yield
    except DocumentRefused as error:
        raise ValidationError({"document": error.messages}) from error


@admin.register(KazooUser)
class KazooUserAdmin(ConsoleAdmin):
    """The users that own devices."""

    list_display = ("name", "user_id", "account", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("account",)
    search_fields = ("name__startswith", "user_id__exact", "account__auth_id__exact")
    search_help_text = _("The start of a name, a user's id, or an account's id.")
    autocomplete_fields = ("account",)
    readonly_fields = ("user_id", "created_at")
    fieldsets = (group("account name first_name last_name user_id created_at"),)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """For the list's actions only: a user is made and deleted, not changed."""
        return obj is None and super().has_change_permission(request)

    def create(self, instance: Any, form: Any) -> None:
        """Create it."""
        user_create(user=instance)

    def remove(self, instance: Any) -> None:
        """Delete it; devices keep naming it."""
        user_delete(user=instance)


@admin.register(Hotdesk)
class HotdeskAdmin(ReadOnlyAdmin):
    """Who has logged in at which device, as the devices' documents say."""

    list_display = ("user_id", "device", "owner")
    list_filter = ("device__enabled",)
    list_select_related = ("device__account",)
    search_fields = ("user_id__exact", "device__device_id__exact", "device__account__auth_id__exact")
    search_help_text = _("A user's id, a device's id, or an account's id.")
    ordering = ("-id",)
    fields = ("user_id", "device", "owner")

    @admin.display(description=_("account"))
    def owner(self, hotdesk: Any) -> str:
        """The device's account."""
        return str(hotdesk.device.account)
