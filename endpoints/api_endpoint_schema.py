"""What the OpenAPI document says of the endpoint API: objects, operations and the documents' examples.

The examples of the pages break the rule that the pages state for names, so theirs are brought within it.
"""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from console.api.vobiz.operations import AUTH_ID, PAGE_OF_20, SDK, Answer, Operation, path, query
from console.api.vobiz.shapes import plain_shapes
from endpoints import models
from endpoints.api_shapes import EndpointChanges, EndpointCreate

TAG = "Endpoints"
API_ID = "550e8400-e29b-41d4-a716-446655440000"


@extend_schema_field(
    {
        "oneOf": [
            {
                "type": "object",
                "properties": {
                    "app_id": {"type": "string"},
                    "app_name": {"type": "string"},
                    "answer_url": {"type": "string"},
                    "answer_method": {"type": "string"},
                },
                "required": ["app_id", "app_name"],
            },
            {"type": "string"},
            {"type": "null"},
        ]
    }
)
class ApplicationOfEndpoint(serializers.JSONField):
    """The application: an object, or its address for the official SDKs."""


class SipRegistration(serializers.Serializer[Any]):
    """Where the endpoint can be reached now."""

    contact = serializers.CharField()
    expires = serializers.DateTimeField()
    user_agent = serializers.CharField(allow_null=True)
    received = serializers.CharField(allow_null=True)
    path = serializers.CharField(allow_null=True)


class Endpoint(serializers.Serializer[Any]):
    """A SIP endpoint. The official SDKs get the required keys and no others."""

    endpoint_id = serializers.CharField()
    username = serializers.CharField()
    alias = serializers.CharField()
    resource_uri = serializers.CharField()
    sip_uri = serializers.CharField()
    sip_registered = serializers.ChoiceField(["true", "false"])
    application = ApplicationOfEndpoint()
    sub_account = serializers.CharField(allow_null=True)
    allow_voice = serializers.BooleanField(required=False)
    allow_message = serializers.BooleanField(required=False)
    allow_video = serializers.BooleanField(required=False)
    allow_same_domain = serializers.BooleanField(required=False)
    allow_other_domains = serializers.BooleanField(required=False)
    allow_phones = serializers.BooleanField(required=False)
    allow_apps = serializers.BooleanField(required=False)
    sip_contact = serializers.CharField(required=False, allow_null=True)
    sip_expires = serializers.DateTimeField(required=False, allow_null=True)
    sip_user_agent = serializers.CharField(required=False, allow_null=True)
    created_at = serializers.DateTimeField(required=False)
    updated_at = serializers.DateTimeField(required=False)

    def get_fields(self) -> dict[str, Any]:
        """With the plain fields of the model."""
        return {**super().get_fields(), **plain_shapes(models.Endpoint)}


class RetrievedEndpoint(Endpoint):
    """One endpoint, with its registration while it is registered."""

    api_id = serializers.UUIDField(required=False)
    sip_registration = SipRegistration(required=False)


class PageMeta(serializers.Serializer[Any]):
    """Where in the list this page is; ``next`` and ``previous`` are addresses."""

    limit = serializers.IntegerField()
    offset = serializers.IntegerField()
    total_count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class EndpointPage(serializers.Serializer[Any]):
    """One page of endpoints, newest first."""

    api_id = serializers.UUIDField()
    meta = PageMeta()
    objects = Endpoint(many=True)


class CreatedEndpoint(serializers.Serializer[Any]):
    """A new endpoint. The official SDKs get the required keys and no others."""

    alias = serializers.CharField()
    endpoint_id = serializers.CharField()
    username = serializers.CharField()
    api_id = serializers.UUIDField(required=False)
    message = serializers.CharField(required=False)
    sip_uri = serializers.CharField(required=False)
    resource_uri = serializers.CharField(required=False)


FLAGS = {
    "allow_voice": True,
    "allow_message": True,
    "allow_video": False,
    "allow_same_domain": True,
    "allow_other_domains": False,
    "allow_phones": True,
    "allow_apps": True,
}
IDENTITY = {
    "endpoint_id": "193962768711692",
    "username": "acmesipuser01",
    "alias": "Acme-Desktop-Phone",
    "resource_uri": "/v1/Account/MA_XXXXXXXX/Endpoint/193962768711692/",
    "sip_uri": "sip:acmesipuser01@sip.vobiz.ai",
    "sip_registered": "false",
    "sub_account": None,
}
FOR_SDK = {**IDENTITY, "application": "/v1/Account/MA_XXXXXXXX/Application/123456789012345/"}
LISTED = {
    **IDENTITY,
    "application": {"app_id": "123456789012345", "app_name": "Support"},
    **FLAGS,
    "sip_contact": None,
    "sip_expires": None,
    "sip_user_agent": None,
    "created_at": "2026-05-12T05:11:51.635106Z",
    "updated_at": "2026-05-12T05:11:51.635106Z",
}
REGISTERED = {
    **LISTED,
    "api_id": API_ID,
    "application": {
        "app_id": "123456789012345",
        "app_name": "Support",
        "answer_url": "https://example.com/answer",
        "answer_method": "POST",
    },
    "sip_registered": "true",
    "sip_contact": "192.168.1.100:5060",
    "sip_expires": "2026-05-12T06:11:51Z",
    "sip_user_agent": "Yealink SIP-T46S",
    "sip_registration": {
        "contact": "sip:acmesipuser01@192.168.1.100:5060",
        "expires": "2026-05-12T06:11:51Z",
        "user_agent": "Yealink SIP-T46S",
        "received": "203.0.113.42:5060",
        "path": None,
    },
}
CREATED = {
    "api_id": API_ID,
    "message": "created",
    "endpoint_id": "87654321",
    "sip_uri": "sip:johndoe@sip.vobiz.ai",
    "resource_uri": "/v1/Account/MA_XXXXXXXX/Endpoint/87654321/",
    "alias": "Johns-Desktop-Phone",
    "username": "johndoe",
}
NEW = {
    "username": "johndoe",
    "password": "SecurePassword123!",
    "alias": "Johns-Desktop-Phone",
    "application": 12345678,
    **FLAGS,
}
SMALLEST = {
    "username": "salesdesk",
    "password": "VerySecurePass123!",
    "alias": "Sales-Team-Desk-Phone",
    "allow_voice": True,
}
META = {"limit": 20, "offset": 0, "total_count": 1, "next": None, "previous": None}
INVALID = (
    "A field breaks a rule: see details.",
    {
        "error": "invalid request parameters",
        "details": {
            "username": "Only alphanumeric characters are allowed",
            "password": "Password must be at least 8 characters",
        },
    },
)
MISSING = ("There is no such endpoint.", {"error": "Endpoint not found", "endpoint_id": "99999999"})
TAKEN = ("The username is taken.", {"error": "username already exists", "username": "johndoe"})
ENDPOINT_ID = path("endpoint_id", "The endpoint's id", {"type": "string", "pattern": "^[0-9]{1,18}$"})
FILTERS = (
    query("username__contains", "Usernames that contain this, in any case."),
    query("username__exact", "This username."),
    query("username__startswith", "Usernames that start with this, in any case."),
    query("alias__contains", "Aliases that contain this, in any case."),
    query("alias__exact", "This alias."),
    query("application_id__exact", "Endpoints of this application.", {"type": "integer"}),
    query("application_id__isnull", "Endpoints without an application, or with one.", {"type": "boolean"}),
    query("sub_account", "Endpoints of this sub-account."),
)

LIST = Operation(
    "list-endpoints",
    "get",
    TAG,
    "List all endpoints",
    {
        200: Answer(
            "One page, newest first",
            EndpointPage,
            {
                "page": {"api_id": API_ID, "meta": META, "objects": [LISTED]},
                "for an SDK": {"api_id": API_ID, "meta": META, "objects": [FOR_SDK]},
            },
        )
    },
    description="A main account sees the endpoints of its sub-accounts too.",
    parameters=(AUTH_ID, SDK, *PAGE_OF_20, *FILTERS),
    refusals={400: ("A filter cannot be understood: see details.", {"error": "invalid request parameters"})},
)
CREATE = Operation(
    "create-endpoint",
    "post",
    TAG,
    "Create an endpoint",
    {
        201: Answer(
            "Endpoint created",
            CreatedEndpoint,
            {
                "created": CREATED,
                "for an SDK": {
                    "alias": "Acme-Desktop-Phone",
                    "endpoint_id": "193962768711692",
                    "username": "acmesipuser01",
                },
            },
        )
    },
    description="Create a new SIP endpoint that can be used to make and receive calls through IP phones, softphones, "
    "or SIP clients. Each endpoint is assigned a unique SIP URI and endpoint ID.",
    request=EndpointCreate,
    request_examples={"basic": SMALLEST, "with application and permissions": NEW},
    parameters=(AUTH_ID, SDK),
    refusals={400: INVALID, 409: TAKEN},
)
RETRIEVE = Operation(
    "retrieve-endpoint",
    "get",
    TAG,
    "Retrieve an endpoint",
    {200: Answer("The endpoint", RetrievedEndpoint, {"registered": REGISTERED, "for an SDK": FOR_SDK})},
    parameters=(AUTH_ID, ENDPOINT_ID, SDK),
    refusals={404: MISSING},
)
UPDATE = Operation(
    "update-endpoint",
    "post",
    TAG,
    "Update an endpoint",
    {202: Answer("Changed", {"type": "string", "enum": [""]}, {"changed": ""})},
    description="Changes what the body names. A new password cuts its phones off. What cannot be changed (username, "
    "sub_account, the other permissions) may be sent with the value that it has.",
    request=EndpointChanges,
    request_examples={"alias": {"alias": "Reception"}, "detach": {"application": None}},
    parameters=(AUTH_ID, ENDPOINT_ID),
    refusals={400: INVALID, 404: MISSING},
)
DELETE = Operation(
    "delete-endpoint",
    "delete",
    TAG,
    "Delete an endpoint",
    {204: Answer("Deleted; its phones are unregistered")},
    parameters=(AUTH_ID, ENDPOINT_ID),
    refusals={404: MISSING},
)
