"""The pages of webhooks and deliveries."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console import components
from console.panels import DATES, Choice, Fact, Panel
from console.sections import Words
from console.views.base import ObjectPage
from console.views.bulk import BulkAction, BulkPage, delete, disable, enable
from console.views.detail import DELETE, DISABLE, EDIT, ENABLE, DetailPage, ObjectAction
from console.views.editing import CreatePage, DeletePage, EditPage, FormPage
from console.views.listing import ListPage
from console.views.secret import GivesSecret, SecretPage
from events import filters, forms, services, tables
from events.models import Delivery, Webhook
from sip.record_views import RecordList

SHOWN = 8  # deliveries on a webhook's page


def words(value: list[str]) -> SafeString:
    """A list of names, in monospace."""
    return components.networks(value)


class WebhookList(ListPage):
    """Webhooks."""

    table_class = tables.WebhookTable
    filterset_class = filters.WebhookFilters
    bulk_actions = (
        BulkAction(
            "ping",
            gettext_lazy("Send a test"),
            gettext_lazy("A test event is sent to them at once."),
            lambda webhook: services.webhook_ping(webhook=webhook),
            question=gettext_lazy("Send a test to %(count)s %(things)s?"),
            icon="paper-airplane",
        ),
        enable(
            gettext_lazy("They are told what happens from now on."),
            lambda webhook: services.webhook_update(webhook=webhook, enabled=True),
        ),
        disable(
            gettext_lazy("Nothing is sent to them, and what happens meanwhile is not kept for them."),
            lambda webhook: services.webhook_update(webhook=webhook, enabled=False),
        ),
        delete(
            gettext_lazy("What was to be sent to them is not sent. This cannot be undone."),
            lambda webhook: services.webhook_delete(webhook=webhook),
        ),
    )

    def rows(self) -> QuerySet[Any]:
        """With the account, which the audit trail asks for."""
        return super().rows().select_related("account")


class WebhookBulk(BulkPage):
    """Bulk actions of webhooks."""

    list_page = WebhookList


class WebhookDetail(DetailPage):
    """One webhook, and what was sent to it last."""

    template_name = "events/webhook.html"
    panels = (
        Panel(
            gettext_lazy("Receiver"),
            (
                Fact("url", draw=components.identifier),
                Fact("description"),
                Fact("webhook_id", draw=components.identifier),
                Fact("events", draw=words),
            ),
        ),
        Panel(
            gettext_lazy("Failing"),
            (
                Fact("failing_since", gettext_lazy("Since"), components.moment),
                Fact("failures"),
                Fact("hold_until", gettext_lazy("Next try"), components.moment),
                Fact("stopped_at", draw=components.moment),
            ),
            is_half=True,
            only_if="failing_since",
        ),
        DATES,
    )
    actions: ClassVar[tuple[ObjectAction, ...]] = (
        EDIT,
        ObjectAction("ping", gettext_lazy("Send a test"), "paper-airplane", bulk=True, only_if="enabled"),
        ObjectAction("rotate", gettext_lazy("Rotate secret"), "arrow-path"),
        DISABLE,
        ENABLE,
        DELETE,
    )

    def context(self, **extra: Any) -> dict[str, Any]:
        """Adds its health and the last deliveries."""
        rows = Delivery.objects.of(self.account).filter(webhook=self.object)[:SHOWN]
        deliveries = [(delivery, tables.state_of(delivery)) for delivery in rows]
        return super().context(state=tables.health_of(self.object), deliveries=deliveries, **extra)


class WebhookCreate(GivesSecret, CreatePage):
    """A new webhook; its secret is shown once."""

    form_class = forms.WebhookForm

    def save(self, form: Any) -> services.MadeWebhook:
        """Create it."""
        return services.webhook_create(webhook=form.instance)

    def done(self, result: Any) -> HttpResponse:
        """To its secret."""
        return self.hand_over(result.webhook, secret=result.secret)


class WebhookEdit(EditPage):
    """Change a webhook."""

    form_class = forms.WebhookForm

    def save(self, form: Any) -> Webhook:
        """Change it."""
        return services.webhook_update(webhook=self.fresh(), **form.changes())


class WebhookRotate(GivesSecret, ObjectPage, FormPage):
    """A new secret."""

    form_class = forms.RotateForm
    submit_label = gettext_lazy("Rotate secret")

    def get_title(self) -> Words:
        """Whose secret."""
        return _("New secret for %(name)s") % {"name": self.object}

    def back(self) -> str:
        """To the webhook."""
        return self.section.url("detail", self.account, self.object)

    def save(self, form: Any) -> services.MadeWebhook:
        """Make it."""
        return services.webhook_rotate(webhook=self.object, **form.cleaned_data)

    def done(self, result: Any) -> HttpResponse:
        """To the secret."""
        return self.hand_over(self.object, secret=result.secret)


class WebhookSecret(SecretPage):
    """A webhook's secret, once."""

    template_name = "events/secret.html"

    def get_title(self) -> Words:
        """Whose it is."""
        return _("Secret of %(name)s") % {"name": self.object}

    def panel(self, content: dict[str, Any]) -> dict[str, Any]:
        """The address and the secret."""
        secret = ("secret", _("Secret"), content["secret"], True)
        return {"rows": [("url", _("Address"), self.object.url, False), secret]}


class WebhookDelete(DeletePage):
    """Delete a webhook."""

    def consequences(self) -> list[str]:
        """What its receiver will notice."""
        return [_("Nothing is sent to it any more."), _("The list of what was sent to it goes too.")]

    def remove(self) -> None:
        """Delete it."""
        services.webhook_delete(webhook=self.object)


class DeliveryList(RecordList):
    """Deliveries."""

    table_class = tables.DeliveryTable
    filterset_class = filters.DeliveryFilters
    leads_to = ("webhooks-list", gettext_lazy("Event webhooks"))
    bulk_actions = (
        BulkAction(
            "resend",
            gettext_lazy("Send again"),
            gettext_lazy("They are sent now, with the same event ids: a receiver knows what it has had."),
            lambda delivery: services.delivery_resend(delivery=delivery),
            question=gettext_lazy("Send %(count)s %(things)s again?"),
            icon="arrow-path",
            needs="operate",
        ),
    )


class DeliveryBulk(BulkPage):
    """Bulk actions of deliveries."""

    list_page = DeliveryList


class DeliveryDetail(DetailPage):
    """One delivery: what was sent, what was answered, when it is tried again."""

    template_name = "events/delivery.html"
    panels = (
        Panel(
            gettext_lazy("Delivery"),
            (
                Fact("event.type", gettext_lazy("Event"), components.identifier),
                Fact("webhook.url", gettext_lazy("Webhook"), components.identifier),
                Choice("state"),
                Fact("last_status", draw=components.text),
                Fact("last_error"),
                Fact("tries", draw=components.text),
                Fact("event.event_id", gettext_lazy("Event id"), components.identifier),
                Fact("delivery_id", draw=components.identifier),
            ),
        ),
        Panel(
            gettext_lazy("Dates"),
            (
                Fact("event.occurred_at", gettext_lazy("Happened"), components.moment),
                Fact("last_tried_at", draw=components.moment),
                Fact("due_at", draw=components.moment),
                Fact("delivered_at", draw=components.moment),
            ),
            is_half=True,
        ),
    )
    actions: ClassVar[tuple[ObjectAction, ...]] = (
        ObjectAction("resend", gettext_lazy("Send again"), "arrow-path", needs="operate", bulk=True),
    )

    def get_title(self) -> Words:
        """The event."""
        return str(self.object.event.get_type_display())

    def context(self, **extra: Any) -> dict[str, Any]:
        """Adds the body, a key a line."""
        body = json.dumps(json.loads(self.object.event.body), ensure_ascii=False, indent=2)
        return super().context(state=tables.state_of(self.object), body=body, **extra)
