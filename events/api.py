"""The API of webhooks and deliveries. Ours, in the style of the documented ones."""

from __future__ import annotations

import json
import re
from typing import Any

from django.core.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_base import VobizView
from accounts.permissions import Resource
from console.api.vobiz.errors import Refused
from console.api.vobiz.paging import Window
from console.forms import MAXIMUM_OVERLAP_MINUTES
from events import api_schema as described
from events import services
from events.api_shapes import SecretRotation, WebhookChanges, WebhookCreate
from events.models import Delivery, DeliveryState, Webhook

UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
CREATE, CHANGES, ROTATION = WebhookCreate(), WebhookChanges(), SecretRotation()


class Webhooks(VobizView):
    """The account's webhooks, and new ones."""

    resource = Resource.ACCOUNTS
    operations = {"get": described.LIST, "post": described.CREATE}

    def get(self, request: Request, auth_id: str) -> Response:
        """One page, newest first."""
        rows = Webhook.objects.of(self.account)
        return Response({"api_id": self.api_id, **page_of(rows, request, webhook_object)})

    def post(self, request: Request, auth_id: str) -> Response:
        """Create one; its secret is in this answer only."""
        made = services.webhook_create(webhook=Webhook(account=self.account, **CREATE.read(request.data)))
        return Response({"api_id": self.api_id, **webhook_object(made.webhook), "secret": made.secret}, status=201)


class WebhookView(VobizView):
    """Base of what is about one webhook."""

    resource = Resource.ACCOUNTS

    @property
    def webhook(self) -> Webhook:
        """The webhook of the address, the account's own. Raises ``Refused`` 404."""
        webhook_id = str(self.kwargs["webhook_id"])
        rows = Webhook.objects.of(self.account).select_related("account")
        found: Webhook | None = rows.filter(webhook_id=webhook_id).first() if UUID.match(webhook_id) else None
        if found is None:
            raise Refused(404, "There is no such webhook.", error="Webhook not found", id=webhook_id)
        return found

    def secret(self, made: services.MadeWebhook) -> Response:
        """The webhook with its new secret."""
        return Response({"api_id": self.api_id, **webhook_object(made.webhook), "secret": made.secret})


class WebhookDetail(WebhookView):
    """One webhook. PUT, PATCH and POST do the same."""

    operations = {
        "get": described.RETRIEVE,
        "put": described.UPDATE,
        "patch": described.UPDATE,
        "post": described.UPDATE,
        "delete": described.DELETE,
    }

    def get(self, request: Request, auth_id: str, webhook_id: str) -> Response:
        """Describe it."""
        return Response(webhook_object(self.webhook))

    def put(self, request: Request, auth_id: str, webhook_id: str) -> Response:
        """Change what the body names."""
        return Response(webhook_object(services.webhook_update(webhook=self.webhook, **CHANGES.read(request.data))))

    patch = post = put

    def delete(self, request: Request, auth_id: str, webhook_id: str) -> Response:
        """Delete it."""
        services.webhook_delete(webhook=self.webhook)
        return Response(status=204)


class WebhookRotate(WebhookView):
    """A new secret."""

    operations = {"post": described.ROTATE}

    def post(self, request: Request, auth_id: str, webhook_id: str) -> Response:
        """Make it; it is in this answer only."""
        minutes = ROTATION.read(request.data).get("overlap_minutes", 0)
        if not 0 <= minutes <= MAXIMUM_OVERLAP_MINUTES:
            words = ValidationError(f"0 to {MAXIMUM_OVERLAP_MINUTES}.", code="invalid")
            raise ValidationError({"overlap_minutes": words})
        return self.secret(services.webhook_rotate(webhook=self.webhook, overlap_minutes=minutes))


class WebhookPing(WebhookView):
    """A test event."""

    operations = {"post": described.PING}

    def post(self, request: Request, auth_id: str, webhook_id: str) -> Response:
        """Have it sent."""
        return Response(delivery_object(services.webhook_ping(webhook=self.webhook)), status=202)


class Deliveries(WebhookView):
    """What was sent to a webhook."""

    operations = {"get": described.DELIVERIES}

    def get(self, request: Request, auth_id: str, webhook_id: str) -> Response:
        """One page, newest first."""
        rows = Delivery.objects.of(self.account).filter(webhook=self.webhook)
        if (state := request.query_params.get("state", "")) in DeliveryState.values:
            rows = rows.filter(state=state)
        return Response({"api_id": self.api_id, **page_of(rows, request, delivery_object)})


class DeliveryResend(WebhookView):
    """A delivery, once more."""

    operations = {"post": described.RESEND}

    def post(self, request: Request, auth_id: str, webhook_id: str, delivery_id: str) -> Response:
        """Send it now."""
        rows = Delivery.objects.of(self.account).filter(webhook=self.webhook)
        found = rows.filter(delivery_id=delivery_id).first() if UUID.match(delivery_id) else None
        if found is None:
            raise Refused(404, "There is no such delivery.", error="Delivery not found", id=delivery_id)
        return Response(delivery_object(services.delivery_resend(delivery=found)), status=202)


def page_of(rows: Any, request: Request, shown: Any) -> dict[str, Any]:
    """The page that the query asks for."""
    window, total = Window.asked_for(request.query_params), rows.count()
    objects = [shown(row) for row in rows[window.offset : window.offset + window.limit]]
    return {"meta": {"limit": window.limit, "offset": window.offset, "total": total}, "objects": objects}


def webhook_object(webhook: Webhook) -> dict[str, Any]:
    """A webhook as the API shows it: never its secret."""
    return {
        "id": str(webhook.webhook_id),
        "url": webhook.url,
        "events": webhook.events,
        "description": webhook.description,
        "enabled": webhook.enabled,
        "failures": webhook.failures,
        "failing_since": webhook.failing_since,
        "stopped_at": webhook.stopped_at,
        "former_secret_until": webhook.former_until,
        "created_at": webhook.created_at,
        "updated_at": webhook.updated_at,
    }


def delivery_object(delivery: Delivery) -> dict[str, Any]:
    """A delivery with the body that is sent."""
    return {
        "id": str(delivery.delivery_id),
        "event_id": str(delivery.event.event_id),
        "event": delivery.event.type,
        "state": delivery.state,
        "tries": delivery.tries,
        "response_status": delivery.last_status,
        "error": delivery.last_error,
        "next_try_at": delivery.due_at,
        "last_tried_at": delivery.last_tried_at,
        "delivered_at": delivery.delivered_at,
        "created_at": delivery.created_at,
        "body": json.loads(delivery.event.body),
    }
