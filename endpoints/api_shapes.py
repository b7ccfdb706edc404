"""What the bodies of the endpoint and application APIs may hold."""

from __future__ import annotations

from typing import Any

from django.db import models

from console.api.vobiz.shapes import Flag, Identifier, Secret, Shape, Text
from endpoints.models import Application, Endpoint
from sip import passwords

LENGTHS = (passwords.MINIMUM_LENGTH, passwords.MAXIMUM_LENGTH)


def rule(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    """The model field of that name."""
    field: models.Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]  # never a reverse one
    return field


class EndpointChanges(Shape):
    """What an update may change."""

    aliases = {"app_id": "application"}
    plain_of = Endpoint

    password = Secret(lengths=LENGTHS, help_text=passwords.HELP_TEXT)
    alias = Text(rule=rule(Endpoint, "alias"))
    application = Identifier(allow_null=True, help_text="Where its calls go; null detaches.")
    allow_voice = Flag()
    allow_message = Flag()
    allow_video = Flag()


class EndpointCreate(EndpointChanges):
    """A new endpoint."""

    aliases = {"app_id": "application", "subaccount": "sub_account"}

    username = Text(rule=rule(Endpoint, "username"), required=True)
    password = Secret(lengths=LENGTHS, help_text=passwords.HELP_TEXT, required=True)
    alias = Text(rule=rule(Endpoint, "alias"), required=True)
    application = Identifier(
        allow_null=True, help_text="Where its calls go; left out, the default for endpoints; null, none."
    )
    allow_same_domain = Flag()
    allow_other_domains = Flag()
    allow_phones = Flag()
    allow_apps = Flag()
    sub_account = Text(allow_null=True, help_text="The auth id of the sub-account that it is for.")


class ApplicationChanges(Shape):
    """What an update may change."""

    aliases = {
        "name": "app_name",
        "subaccount": "sub_account",
        "log_incoming_messages": "log_incoming_message",
    }

    app_name = Text(rule=rule(Application, "app_name"))
    answer_url = Text(rule=rule(Application, "answer_url"))
    answer_method = Text(rule=rule(Application, "answer_method"))
    hangup_url = Text(rule=rule(Application, "hangup_url"))
    hangup_method = Text(rule=rule(Application, "hangup_method"))
    fallback_answer_url = Text(rule=rule(Application, "fallback_answer_url"), allow_null=True)
    fallback_method = Text(rule=rule(Application, "fallback_method"))
    message_url = Text(rule=rule(Application, "message_url"), allow_null=True)
    message_method = Text(rule=rule(Application, "message_method"))
    sip_transfer_url = Text(rule=rule(Application, "sip_transfer_url"), allow_null=True)
    sip_transfer_method = Text(rule=rule(Application, "sip_transfer_method"))
    application_type = Text(rule=rule(Application, "application_type"))
    enabled = Flag()
    default_app = Flag()
    default_number_app = Flag()
    default_endpoint_app = Flag(help_text="Endpoints created later without an application get this one.")
    log_incoming_message = Flag()
    public_uri = Flag()


class ApplicationCreate(ApplicationChanges):
    """A new application."""

    app_name = Text(rule=rule(Application, "app_name"), required=True)
    answer_url = Text(rule=rule(Application, "answer_url"), required=True)
    sub_account = Text(allow_null=True, help_text="The auth id of the sub-account that it is for.")
