"""What the OpenAPI document says of hand-over links."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from bulk.api_schema import Meta
from console.api.vobiz.operations import AUTH_ID, PAGE_OF_20, Answer, Operation, path, query
from handover.api_shapes import LinkShape
from handover.holders import HOLDERS
from handover.models import LinkState

TAG = "Hand-over links"
FIELDS: dict[str, Any] = {
    "id": serializers.UUIDField(),
    "for": serializers.CharField(help_text="The address of record."),
    "state": serializers.ChoiceField(LinkState.choices),
    "expires_at": serializers.DateTimeField(),
    "used_at": serializers.DateTimeField(allow_null=True),
    "used_from": serializers.CharField(allow_blank=True),
    "made_by": serializers.CharField(allow_blank=True),
    "created_at": serializers.DateTimeField(),
}
API_ID: dict[str, Any] = {"api_id": serializers.UUIDField()}
Link = inline_serializer("Link", FIELDS)
MadeLink = inline_serializer("MadeLink", {**API_ID, **FIELDS, "link": serializers.URLField()})
LinkPage = inline_serializer(
    "LinkPage", {**API_ID, "meta": Meta(), "objects": inline_serializer("Link", FIELDS, many=True)}
)
LINK_ID = path("link_id", "The link's id", {"type": "string"})
KIND = query("kind", "Whose settings.", {"type": "string", "enum": [*HOLDERS], "default": "endpoints"})
MISSING = ("There is no such link.", {"error": "Link not found"})

LIST = Operation(
    "list-links",
    "get",
    TAG,
    "List hand-over links",
    {200: Answer("One page, newest first", LinkPage)},
    parameters=(AUTH_ID, *PAGE_OF_20),
)
CREATE = Operation(
    "create-link",
    "post",
    TAG,
    "Make a hand-over link",
    {201: Answer("Made; its address is not shown again", MadeLink)},
    description="Opens once, within its minutes, a page with the settings and QR code of a phone.",
    request=LinkShape,
    request_examples={"an hour": {"username": "reception", "password": "Vbz!2025$SecureP@ss", "minutes": 60}},
    parameters=(AUTH_ID, KIND),
    refusals={
        400: (
            "The password is not its current one, or a field breaks a rule.",
            {"error": "invalid request parameters"},
        ),
        404: ("There is no such username.", {"error": "Username not found"}),
    },
)
RETRIEVE = Operation(
    "retrieve-link",
    "get",
    TAG,
    "Retrieve a hand-over link",
    {200: Answer("What became of it", Link)},
    parameters=(AUTH_ID, LINK_ID),
    refusals={404: MISSING},
)
REVOKE = Operation(
    "revoke-link",
    "delete",
    TAG,
    "Revoke a hand-over link",
    {204: Answer("Revoked")},
    parameters=(AUTH_ID, LINK_ID),
    refusals={400: ("It was opened, or is over.", {"error": "invalid request parameters"}), 404: MISSING},
)
