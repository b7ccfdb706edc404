"""What the bodies of the account API may hold."""

from __future__ import annotations

from typing import Any

from django.db import models

from accounts.models import Account
from console.api.vobiz.shapes import Document, Flag, Number, Secret, Shape, Text

PERMISSIONS = {
    "type": "object",
    "properties": {"calls": {"type": "boolean"}, "cdr": {"type": "boolean"}},
    "additionalProperties": False,
}


def rule(name: str) -> models.Field[Any, Any]:
    """The model field of that name."""
    field: models.Field[Any, Any] = Account._meta.get_field(name)  # type: ignore[assignment]  # never a reverse one
    return field


class SubAccountChanges(Shape):
    """What an update may change; null and absent are different things."""

    name = Text(rule=rule("name"))
    email = Text(rule=rule("email"), allow_null=True)
    phone = Text(rule=rule("phone"), allow_null=True)
    description = Text(rule=rule("description"), allow_null=True)
    rate_limit = Number(rule=rule("rate_limit"), help_text="Requests per minute.")
    permissions = Document(schema=PERMISSIONS, allow_null=True, help_text="Replaced as a whole; null inherits.")
    enabled = Flag()
    kyc_mode = Text(rule=rule("kyc_mode"))
    business_type = Text(rule=rule("business_type"), allow_null=True)


class SubAccountCreate(SubAccountChanges):
    """A new sub-account: only its name must be there."""

    name = Text(rule=rule("name"), required=True)
    password = Secret(
        allow_null=True,
        help_text="Accepted for the sake of old clients and not kept: people get into the console by invitation.",
    )


class Refresh(Shape):
    """A refresh token."""

    refresh_token = Secret(required=True)
