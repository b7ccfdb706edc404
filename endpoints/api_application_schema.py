"""What the OpenAPI document says of the application API: objects, operations and the documents' examples."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from console.api.vobiz.operations import AUTH_ID, PAGE_OF_20, SDK, Answer, Operation, path
from endpoints.api_endpoint_schema import API_ID, META, PageMeta
from endpoints.api_shapes import ApplicationChanges, ApplicationCreate

TAG = "Applications"


class Application(serializers.Serializer[Any]):
    """Where calls go. The official SDKs get the required keys and no others."""

    app_id = serializers.CharField()
    app_name = serializers.CharField()
    answer_url = serializers.CharField()
    answer_method = serializers.CharField()
    hangup_url = serializers.CharField(allow_blank=True)
    hangup_method = serializers.CharField()
    fallback_answer_url = serializers.CharField(allow_null=True)
    fallback_method = serializers.CharField()
    message_url = serializers.CharField(allow_null=True)
    message_method = serializers.CharField()
    sip_transfer_url = serializers.CharField(allow_null=True)
    sip_transfer_method = serializers.CharField()
    application_type = serializers.CharField()
    enabled = serializers.BooleanField()
    default_app = serializers.BooleanField()
    default_endpoint_app = serializers.BooleanField()
    log_incoming_message = serializers.BooleanField()
    public_uri = serializers.BooleanField()
    sip_uri = serializers.CharField()
    sub_account = serializers.CharField(allow_null=True)
    resource_uri = serializers.CharField()
    created_at = serializers.CharField()
    updated_at = serializers.CharField()
    default_number_app = serializers.BooleanField(required=False)


class RetrievedApplication(Application):
    """One application."""

    api_id = serializers.UUIDField()


class ApplicationPage(serializers.Serializer[Any]):
    """One page of applications, newest first."""

    api_id = serializers.UUIDField()
    meta = PageMeta()
    objects = Application(many=True)


class CreatedApplication(serializers.Serializer[Any]):
    """The id of a new application."""

    api_id = serializers.UUIDField()
    app_id = serializers.CharField()
    message = serializers.CharField()


class ChangedApplication(serializers.Serializer[Any]):
    """An application was changed."""

    api_id = serializers.UUIDField()
    message = serializers.CharField()


FOR_SDK = {
    "app_id": "123456789012345",
    "app_name": "Support",
    "answer_url": "https://example.com/answer",
    "answer_method": "POST",
    "hangup_url": "https://example.com/answer",
    "hangup_method": "POST",
    "fallback_answer_url": None,
    "fallback_method": "POST",
    "message_url": None,
    "message_method": "POST",
    "sip_transfer_url": None,
    "sip_transfer_method": "POST",
    "application_type": "XML",
    "enabled": True,
    "default_app": False,
    "default_endpoint_app": False,
    "log_incoming_message": True,
    "public_uri": False,
    "sip_uri": "sip:123456789012345@sip.vobiz.ai",
    "sub_account": None,
    "resource_uri": "/v1/Account/MA_XXXXXXXX/Application/123456789012345/",
    "created_at": "2026-04-02 12:11:19.740666+00:00",
    "updated_at": "2026-04-02 12:11:19.740666+00:00",
}
OBJECT = {**FOR_SDK, "default_number_app": False}
APP_ID = path("app_id", "The application's id", {"type": "string", "pattern": "^[0-9]{1,18}$"})
INVALID = (
    "A field breaks a rule: see details.",
    {"error": "invalid request parameters", "details": {"answer_url": "Enter a valid URL."}},
)
MISSING = ("There is no such application.", {"error": "Application not found", "app_id": "99999999"})
IN_USE = (
    "Endpoints call through it.",
    {
        "error": "Cannot delete application",
        "message": "Application is currently in use by 5 endpoints",
        "app_id": "123456789012345",
    },
)

LIST = Operation(
    "list-applications",
    "get",
    TAG,
    "List all applications",
    {
        200: Answer(
            "One page, newest first",
            ApplicationPage,
            {
                "page": {"api_id": API_ID, "meta": META, "objects": [OBJECT]},
                "for an SDK": {"api_id": API_ID, "meta": {**META, "next": ""}, "objects": [FOR_SDK]},
            },
        )
    },
    parameters=(AUTH_ID, SDK, *PAGE_OF_20),
)
CREATE = Operation(
    "create-application",
    "post",
    TAG,
    "Create an application",
    {
        201: Answer(
            "Application created",
            CreatedApplication,
            {"created": {"api_id": API_ID, "app_id": "123456789012345", "message": "created"}},
        )
    },
    description="The first application that is made the default for endpoints, or a later one that takes its place, "
    "is where the calls of endpoints go that are created afterwards without an application.",
    request=ApplicationCreate,
    request_examples={
        "smallest": {"app_name": "Support", "answer_url": "https://example.com/answer"},
        "default for endpoints": {
            "app_name": "Support",
            "answer_url": "https://example.com/answer",
            "answer_method": "POST",
            "default_endpoint_app": True,
        },
    },
    parameters=(AUTH_ID,),
    refusals={400: INVALID},
)
RETRIEVE = Operation(
    "retrieve-application",
    "get",
    TAG,
    "Retrieve an application",
    {
        200: Answer(
            "The application",
            RetrievedApplication,
            {"application": {"api_id": API_ID, **OBJECT}, "for an SDK": {"api_id": API_ID, **FOR_SDK}},
        )
    },
    parameters=(AUTH_ID, APP_ID, SDK),
    refusals={404: MISSING},
)
UPDATE = Operation(
    "update-application",
    "post",
    TAG,
    "Update an application",
    {200: Answer("Changed", ChangedApplication, {"changed": {"api_id": API_ID, "message": "changed"}})},
    description="Changes what the body names. The sub-account cannot be changed.",
    request=ApplicationChanges,
    request_examples={"address": {"answer_url": "https://example.com/other"}},
    parameters=(AUTH_ID, APP_ID),
    refusals={400: INVALID, 404: MISSING},
)
DELETE = Operation(
    "delete-application",
    "delete",
    TAG,
    "Delete an application",
    {204: Answer("Deleted")},
    parameters=(AUTH_ID, APP_ID),
    refusals={404: MISSING, 409: IN_USE},
)
