"""What the bodies of the credential API may hold."""

from __future__ import annotations

from typing import Any

from django.db import models

from console.api.vobiz.shapes import Document, Flag, Secret, Shape, Text
from credentials.models import Credential
from sip import passwords
from sip.networks import MAXIMUM_NETWORKS

LENGTHS = (passwords.MINIMUM_LENGTH, passwords.MAXIMUM_LENGTH)
NETWORKS = {"type": "array", "items": {"type": "string"}, "maxItems": MAXIMUM_NETWORKS}


def rule(name: str) -> models.Field[Any, Any]:
    """The model field of that name."""
    field: models.Field[Any, Any] = Credential._meta.get_field(name)  # type: ignore[assignment]  # never a reverse one
    return field


class CredentialChanges(Shape):
    """What an update may change."""

    plain_of = Credential

    password = Secret(lengths=LENGTHS, help_text=passwords.HELP_TEXT)
    enabled = Flag()
    description = Text(rule=rule("description"), help_text="Accepted, and shown in the console only.")
    allowed_networks = Document(
        schema=NETWORKS,
        help_text="Where it may be used from, such as 203.0.113.0/24; empty: from anywhere. Shown in the console only.",
    )


class CredentialCreate(CredentialChanges):
    """A new credential."""

    username = Text(rule=rule("username"), required=True)
    password = Secret(lengths=LENGTHS, help_text=passwords.HELP_TEXT, required=True)
