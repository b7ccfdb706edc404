"""The sections of webhooks and of what is sent to them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from console.api.calls import VobizCalls, names_of
from console.sections import SETTINGS, Section
from events.api_shapes import WebhookChanges, WebhookCreate

WEBHOOKS = Section(
    name="webhooks",
    model_label="events.Webhook",
    key="webhook_id",
    icon="megaphone",
    label=_("Event webhooks"),
    one=_("webhook"),
    many=_("webhooks"),
    group=SETTINGS,
    order=70,
    is_tile=False,
    search_fields=("url", "description"),
    intro=_("A webhook tells a program of yours, signed, when something here changes, registers or is blocked."),
    api=VobizCalls(
        collection="/api/v1/Account/{account}/webhooks/",
        one="/api/v1/Account/{account}/webhooks/{key}/",
        creates=names_of(WebhookCreate),
        changes=names_of(WebhookChanges),
        changes_by="PUT",
    ),
)
DELIVERIES = Section(
    name="deliveries",
    model_label="events.Delivery",
    key="delivery_id",
    icon="paper-airplane",
    label=_("Deliveries"),
    one=_("delivery"),
    many=_("deliveries"),
    group=SETTINGS,
    order=71,
    is_tile=False,
    intro=_("What was sent to webhooks, what they answered, and what is tried again."),
)
