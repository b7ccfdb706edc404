"""The tables of webhooks and deliveries."""

from __future__ import annotations

import django_tables2
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from console import tables
from console.components import component
from events.models import Delivery, DeliveryState, Webhook

TONES = {DeliveryState.WAITING: "warn", DeliveryState.DELIVERED: "good", DeliveryState.FAILED: "bad"}


def state_of(delivery: Delivery) -> SafeString:
    """What became of a delivery: a dot and a word."""
    return component("status", tone=TONES[DeliveryState(delivery.state)], word=DeliveryState(delivery.state).label)


def health_of(webhook: Webhook) -> SafeString:
    """Whether a webhook is on, and whether its receiver takes what is sent."""
    if not webhook.enabled:
        word = _("Switched off after failing") if webhook.stopped_at else _("Disabled")
        return component("status", tone="bad" if webhook.stopped_at else "off", word=word)
    if webhook.failures:
        return component("status", tone="warn", word=_("Failing"))
    return component("status", tone="good", word=_("Enabled"))


class WebhookTable(tables.ConsoleTable):
    """Webhooks."""

    url = tables.ObjectColumn(mono=True)
    description = tables.TextColumn()
    enabled = django_tables2.Column(verbose_name=_("State"))
    events = tables.TextColumn(orderable=False)
    failures = tables.NumberColumn()
    failing_since = tables.MomentColumn()
    webhook_id = tables.IdentifierColumn()
    created_at = tables.MomentColumn()

    class Meta(tables.ConsoleTable.Meta):
        model = Webhook
        fields: tuple[str, ...] = ()
        shown = ("description", "enabled", "events", "created_at")

    def render_enabled(self, record: Webhook) -> SafeString:
        """Its health."""
        return health_of(record)

    def render_events(self, value: list[str]) -> SafeString:
        """Their names, all on hover."""
        names = ", ".join(value)
        return format_html('<span class="mono" title="{}">{}</span>', names, names)


class DeliveryTable(tables.ConsoleTable):
    """Deliveries, newest first."""

    type = django_tables2.Column(accessor="event__type", verbose_name=_("Event"), orderable=False)
    state = django_tables2.Column(orderable=False)
    url = tables.TextColumn(accessor="webhook__url", verbose_name=_("Webhook"), orderable=False)
    last_status = tables.NumberColumn(orderable=False)
    last_error = tables.TextColumn(orderable=False)
    tries = tables.NumberColumn(orderable=False)
    due_at = tables.MomentColumn(orderable=False)
    last_tried_at = tables.MomentColumn(orderable=False)
    created_at = tables.MomentColumn(orderable=False)
    event_id = tables.IdentifierColumn(accessor="event__event_id", verbose_name=_("Event id"), orderable=False)
    delivery_id = tables.IdentifierColumn(orderable=False)

    class Meta(tables.ConsoleTable.Meta):
        model = Delivery
        fields: tuple[str, ...] = ()
        shown = ("state", "url", "last_status", "tries", "due_at", "created_at")

    def render_type(self, record: Delivery) -> SafeString:
        """The event, which leads to the delivery."""
        url = self.section.url("detail", self.account, record)
        return format_html('<a class="main-cell mono" href="{}">{}</a>', url, record.event.type)

    def render_state(self, record: Delivery) -> SafeString:
        """A dot and a word."""
        return state_of(record)
