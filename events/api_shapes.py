"""What the bodies of the webhook API may hold."""

from __future__ import annotations

from typing import Any

from django.db import models

from console.api.vobiz.shapes import Document, Flag, Number, Shape, Text
from console.forms import MAXIMUM_OVERLAP_MINUTES
from events.models import OFFERED, Webhook

EVENTS = {
    "type": "array",
    "items": {"type": "string", "enum": [name for name, _label in OFFERED]},
    "minItems": 1,
    "uniqueItems": True,
}


def rule(name: str) -> models.Field[Any, Any]:
    """The model field of that name."""
    field: models.Field[Any, Any] = Webhook._meta.get_field(name)  # type: ignore[assignment]  # never a reverse one
    return field


class WebhookChanges(Shape):
    """What an update may change."""

    url = Text(rule=rule("url"), help_text="https, on a public address.")
    events = Document(schema=EVENTS, help_text="What it is told.")
    description = Text(rule=rule("description"))
    enabled = Flag()


class WebhookCreate(WebhookChanges):
    """A new webhook."""

    url = Text(rule=rule("url"), required=True, help_text="https, on a public address.")
    events = Document(schema=EVENTS, required=True, help_text="What it is told.")


class SecretRotation(Shape):
    """How long the former secret signs too."""

    overlap_minutes = Number(help_text=f"0 to {MAXIMUM_OVERLAP_MINUTES}; 0 unless given.")
