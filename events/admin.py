"""Webhooks and deliveries in the Django admin: to be looked at."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from console.admin_pages import ReadOnlyAdmin, group
from events.models import Delivery, Event, Registered, Watched, Webhook


@admin.register(Webhook)
class WebhookAdmin(ReadOnlyAdmin):
    """Where accounts have events sent to."""

    list_display = ("url", "account", "enabled", "failures", "failing_since", "created_at")
    list_filter = ("enabled", "created_at")
    list_select_related = ("account",)
    search_fields = ("url__icontains", "webhook_id__exact", "account__auth_id__exact")
    search_help_text = _("A part of the address, a webhook's id, or an account's id.")
    fieldsets = (
        group("webhook_id account url description events enabled"),
        group("failures failing_since stopped_at", _("Failing")),
        group("created_at updated_at", _("Dates")),
    )


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """What was sent, and what came of it."""

    list_display = ("delivery_id", "event", "webhook", "state", "last_status", "tries", "due_at", "created_at")
    list_filter = ("state", "created_at")
    list_select_related = ("event", "webhook")
    search_fields = ("delivery_id__exact", "event__event_id__exact", "webhook__account__auth_id__exact")
    search_help_text = _("A delivery's, an event's or an account's id.")
    fieldsets = (
        group("delivery_id event webhook state last_status last_error tries"),
        group("created_at due_at last_tried_at delivered_at", _("Dates")),
    )


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """What was told, to the byte."""

    list_display = ("event_id", "type", "account", "occurred_at")
    list_filter = ("type", "occurred_at")
    list_select_related = ("account",)
    search_fields = ("event_id__exact", "account__auth_id__exact")
    search_help_text = _("An event's or an account's id.")
    fieldsets = (group("event_id type account occurred_at body"),)


@admin.register(Watched)
class WatchedAdmin(ReadOnlyAdmin):
    """Accounts whose registrations are compared with what was told last."""

    list_display = ("account", "account__name", "account__enabled")
    list_filter = ("account__enabled",)
    list_select_related = ("account",)
    search_fields = ("account__auth_id__exact",)
    search_help_text = _("An account's id.")
    fieldsets = (group("account"),)


@admin.register(Registered)
class RegisteredAdmin(ReadOnlyAdmin):
    """Subscribers that were registered when last looked at."""

    list_display = ("username", "realm", "kind", "account")
    list_filter = ("kind",)
    list_select_related = ("account",)
    search_fields = ("username__startswith", "account__auth_id__exact")
    search_help_text = _("The start of a username, or an account's id.")
    fieldsets = (group("account subscriber_id username realm kind"),)
