"""What the tests of the Django admin's writes share."""

from __future__ import annotations

from typing import Any

from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from console.models import AuditEntry

BY_STAFF = ("admin", "staff@example.test")


def url(name: str, *args: Any) -> str:
    return reverse(f"admin:{name}", args=args)


def act(client: Client, name: str, action: str, *rows: Any) -> Any:
    """Choose rows of a list and run an action on them."""
    chosen = {"action": action, "_selected_action": [row.pk for row in rows], "post": "yes"}
    return client.post(url(f"{name}_changelist"), chosen)


def said(response: Any) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def errors(response: Any) -> dict[str, list[str]]:
    return {name: list(faults) for name, faults in response.context["adminform"].form.errors.items()}


def trail(object_type: str) -> list[tuple[str, str, str]]:
    """Action, door and person of every audit row of a kind, oldest first."""
    rows = AuditEntry.objects.filter(object_type=object_type).order_by("pk")
    return list(rows.values_list("action", "door", "actor_label"))
