"""What the OpenAPI document says of webhooks and deliveries."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from bulk.api_schema import Meta
from console.api.vobiz.operations import AUTH_ID, PAGE_OF_20, Answer, Operation, path, query
from events.api_shapes import SecretRotation, WebhookChanges, WebhookCreate
from events.models import OFFERED, DeliveryState, EventType

TAG = "Webhooks"
API_ID: dict[str, Any] = {"api_id": serializers.UUIDField()}
FIELDS: dict[str, Any] = {
    "id": serializers.UUIDField(),
    "url": serializers.URLField(),
    "events": serializers.ListField(child=serializers.ChoiceField(OFFERED)),
    "description": serializers.CharField(allow_blank=True),
    "enabled": serializers.BooleanField(),
    "failures": serializers.IntegerField(help_text="In a row."),
    "failing_since": serializers.DateTimeField(allow_null=True),
    "stopped_at": serializers.DateTimeField(allow_null=True, help_text="When it was switched off for failing."),
    "former_secret_until": serializers.DateTimeField(allow_null=True),
    "created_at": serializers.DateTimeField(),
    "updated_at": serializers.DateTimeField(),
}
DELIVERY: dict[str, Any] = {
    "id": serializers.UUIDField(),
    "event_id": serializers.UUIDField(help_text="The same in every try: know by it what you have had."),
    "event": serializers.ChoiceField(EventType.choices),
    "state": serializers.ChoiceField(DeliveryState.choices),
    "tries": serializers.IntegerField(),
    "response_status": serializers.IntegerField(allow_null=True),
    "error": serializers.CharField(allow_blank=True),
    "next_try_at": serializers.DateTimeField(allow_null=True),
    "last_tried_at": serializers.DateTimeField(allow_null=True),
    "delivered_at": serializers.DateTimeField(allow_null=True),
    "created_at": serializers.DateTimeField(),
    "body": serializers.DictField(),
}
Webhook = inline_serializer("Webhook", FIELDS)
MadeWebhook = inline_serializer("MadeWebhook", {**API_ID, **FIELDS, "secret": serializers.CharField()})
WebhookPage = inline_serializer("WebhookPage", {**API_ID, "meta": Meta(), "objects": type(Webhook)(many=True)})
Delivery = inline_serializer("Delivery", DELIVERY)
DeliveryPage = inline_serializer("DeliveryPage", {**API_ID, "meta": Meta(), "objects": type(Delivery)(many=True)})
WEBHOOK_ID = path("webhook_id", "The webhook's id", {"type": "string"})
DELIVERY_ID = path("delivery_id", "The delivery's id", {"type": "string"})
INVALID = ("A field breaks a rule: see details.", {"error": "invalid request parameters"})
MISSING = ("There is no such webhook.", {"error": "Webhook not found"})
OFF = ("The webhook is disabled.", {"error": "invalid request parameters"})
NEW = {"url": "https://hooks.example.com/console", "events": ["endpoint.created", "registration.registered"]}
ONE = (AUTH_ID, WEBHOOK_ID)
SIGNED = (
    "Each delivery is a POST of JSON with `Console-Event`, `Console-Event-Id`, `Console-Delivery`, `Console-Try` and "
    "`Console-Signature: t=…,v1=…`: the HMAC-SHA-256 of `t.body` under the secret, which only this answer shows."
)

LIST = Operation(
    "list-webhooks",
    "get",
    TAG,
    "List webhooks",
    {200: Answer("One page, newest first", WebhookPage)},
    parameters=(AUTH_ID, *PAGE_OF_20),
)
CREATE = Operation(
    "create-webhook",
    "post",
    TAG,
    "Create a webhook",
    {201: Answer("Created; its secret is not shown again", MadeWebhook)},
    description=SIGNED,
    request=WebhookCreate,
    request_examples={"two events": NEW},
    parameters=(AUTH_ID,),
    refusals={400: INVALID},
)
RETRIEVE = Operation(
    "retrieve-webhook",
    "get",
    TAG,
    "Retrieve a webhook",
    {200: Answer("The webhook", Webhook)},
    parameters=ONE,
    refusals={404: MISSING},
)
UPDATE = Operation(
    "update-webhook",
    "put",
    TAG,
    "Update a webhook",
    {200: Answer("The webhook as it is now", Webhook)},
    description="Changes what the body names. Another address, or being enabled, starts afresh.",
    request=WebhookChanges,
    request_examples={"disable": {"enabled": False}},
    parameters=ONE,
    refusals={400: INVALID, 404: MISSING},
)
DELETE = Operation(
    "delete-webhook",
    "delete",
    TAG,
    "Delete a webhook",
    {204: Answer("Deleted")},
    parameters=ONE,
    refusals={404: MISSING},
)
ROTATE = Operation(
    "rotate-webhook",
    "post",
    TAG,
    "Give a webhook a new secret",
    {200: Answer("Its new secret, not shown again", MadeWebhook)},
    request=SecretRotation,
    request_examples={"a day": {"overlap_minutes": 1440}},
    parameters=ONE,
    refusals={400: INVALID, 404: MISSING},
)
PING = Operation(
    "ping-webhook",
    "post",
    TAG,
    "Send a test event",
    {202: Answer("Its delivery", Delivery)},
    parameters=ONE,
    refusals={400: OFF, 404: MISSING},
)
DELIVERIES = Operation(
    "list-deliveries",
    "get",
    TAG,
    "List a webhook's deliveries",
    {200: Answer("One page, newest first", DeliveryPage)},
    parameters=(
        *ONE,
        query("state", "Only those.", {"type": "string", "enum": list(DeliveryState.values)}),
        *PAGE_OF_20,
    ),
    refusals={404: MISSING},
)
RESEND = Operation(
    "resend-delivery",
    "post",
    TAG,
    "Send a delivery again",
    {202: Answer("The delivery, waiting", Delivery)},
    parameters=(*ONE, DELIVERY_ID),
    refusals={400: OFF, 404: ("There is no such delivery.", {"error": "Delivery not found"})},
)
