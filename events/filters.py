"""The filters of webhooks and deliveries."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from console.filters import ConsoleFilterSet, SearchFilter, YesNoFilter
from events.models import Delivery, DeliveryState, EventType, Webhook


class WebhookFilters(ConsoleFilterSet):
    """Words, state."""

    q = SearchFilter("url", "description")
    enabled = YesNoFilter(label=_("State"), yes=_("Enabled"), no=_("Disabled"))

    class Meta:
        model = Webhook
        fields: tuple[str, ...] = ()


class DeliveryFilters(ConsoleFilterSet):
    """Words, state, event, webhook."""

    q = SearchFilter("webhook__url", "event__type", "last_error")
    state = django_filters.ChoiceFilter(label=_("State"), choices=DeliveryState.choices, empty_label=_("Any"))
    type = django_filters.ChoiceFilter("event__type", label=_("Event"), choices=EventType.choices, empty_label=_("Any"))
    webhook = django_filters.ModelChoiceFilter(
        label=_("Webhook"), queryset=Webhook.objects.none(), to_field_name="webhook_id", empty_label=_("Any")
    )

    class Meta:
        model = Delivery
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("webhook", Webhook.objects.of(self.account))
