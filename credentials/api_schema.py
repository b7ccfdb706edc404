"""What the OpenAPI document says of the credential API: objects, operations and the documents' examples."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from console.api.vobiz.operations import AUTH_ID, PAGE_OF_20, Answer, Operation, path
from credentials.api_shapes import CredentialChanges, CredentialCreate

TAG = "Trunks"


class Credential(serializers.Serializer[Any]):
    """A username and password of a SIP trunk."""

    id = serializers.UUIDField()
    account_id = serializers.CharField()
    username = serializers.CharField()
    password = serializers.ChoiceField(["<redacted>"])
    realm = serializers.CharField()
    enabled = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class CredentialMeta(serializers.Serializer[Any]):
    """Where in the list this page is."""

    limit = serializers.IntegerField()
    offset = serializers.IntegerField()
    total = serializers.IntegerField()


class CredentialPage(serializers.Serializer[Any]):
    """One page of credentials, newest first."""

    meta = CredentialMeta()
    objects = Credential(many=True)


OBJECT = {
    "id": "aabbccdd-1234-5678-90ab-cdef12345678",
    "account_id": "MA_XXXXXXXX",
    "username": "acme_sip_user_01",
    "password": "<redacted>",
    "realm": "MA_XXXXXXXX.sip.vobiz.ai",
    "enabled": True,
    "created_at": "2026-03-25T10:00:00Z",
    "updated_at": "2026-03-25T10:00:00Z",
}
NEW = {
    "username": "office_phone_main",
    "password": "Vbz!2025$SecureP@ss",
    "enabled": True,
    "description": "Main office desk phone",
}
CREDENTIAL_ID = path("credential_id", "The credential's id", {"type": "string"})
INVALID = (
    "A field breaks a rule: see details.",
    {
        "error": "invalid request parameters",
        "details": {"password": "Password must be at least 8 characters"},
    },
)
MISSING = ("There is no such credential.", {"error": "Credential not found"})
TAKEN = ("The username is taken.", {"error": "Username already exists for this trunk"})

LIST = Operation(
    "list-credentials",
    "get",
    TAG,
    "List all credentials",
    {
        200: Answer(
            "One page, newest first",
            CredentialPage,
            {"page": {"meta": {"limit": 20, "offset": 0, "total": 1}, "objects": [OBJECT]}},
        )
    },
    parameters=(AUTH_ID, *PAGE_OF_20),
)
CREATE = Operation(
    "create-credential",
    "post",
    TAG,
    "Create a credential",
    {201: Answer("Credential created", Credential, {"created": OBJECT})},
    description="Create SIP credentials for trunk authentication.",
    request=CredentialCreate,
    request_examples={"smallest": {"username": "myuser", "password": "securepassword123"}, "all fields": NEW},
    parameters=(AUTH_ID,),
    refusals={400: INVALID, 409: TAKEN},
)
RETRIEVE = Operation(
    "retrieve-credential",
    "get",
    TAG,
    "Retrieve a credential",
    {200: Answer("The credential", Credential, {"credential": OBJECT})},
    parameters=(AUTH_ID, CREDENTIAL_ID),
    refusals={404: MISSING},
)
UPDATE = Operation(
    "update-credential",
    "put",
    TAG,
    "Update a credential",
    {200: Answer("The credential as it is now", Credential, {"credential": OBJECT})},
    description="Changes what the body names. A new password cuts off what registered with the old one.",
    request=CredentialChanges,
    request_examples={"rotate": {"password": "Vbz!2025$SecureP@ss"}, "disable": {"enabled": False}},
    parameters=(AUTH_ID, CREDENTIAL_ID),
    refusals={400: INVALID, 404: MISSING},
)
DELETE = Operation(
    "delete-credential",
    "delete",
    TAG,
    "Delete a credential",
    {204: Answer("Deleted")},
    parameters=(AUTH_ID, CREDENTIAL_ID),
    refusals={404: MISSING},
)
