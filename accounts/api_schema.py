"""What the OpenAPI document says of the account API: objects, operations and the documents' examples."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api_representation import NOT_KEPT, PRICING_TIER, PRICING_TIER_ID
from accounts.api_shapes import PERMISSIONS, Refresh, SubAccountChanges, SubAccountCreate
from console.api.vobiz.operations import AUTH_ID, Answer, Operation, path, query

TAG, ACCOUNT_TAG = "Sub-Accounts", "Account"
API_ID = "550e8400-e29b-41d4-a716-446655440000"


class PricingTier(serializers.Serializer[Any]):
    """What calls cost: shown because clients ask for it; nothing is charged here."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    currency = serializers.CharField()
    rate_per_minute = serializers.FloatField()
    billing_increment_seconds = serializers.IntegerField()
    minimum_duration_seconds = serializers.IntegerField()
    is_active = serializers.BooleanField()
    is_default = serializers.BooleanField()


class Features(serializers.Serializer[Any]):
    """Which features are on."""

    call_queue = serializers.BooleanField()


@extend_schema_field({"type": ["object", "null"]})
class Anything(serializers.JSONField):
    """An object or null."""


class Account(serializers.Serializer[Any]):
    """The account that the credentials belong to. What a billing system would fill in has its documented default."""

    type = serializers.CharField()
    id = serializers.CharField()
    api_id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    auth_id = serializers.CharField()
    auth_secret = serializers.CharField()
    auth_token_expire_time = Anything()
    country = serializers.CharField(allow_blank=True)
    timezone = serializers.CharField(allow_blank=True)
    city = serializers.CharField(allow_blank=True)
    state = serializers.CharField(allow_blank=True)
    address = serializers.CharField(allow_blank=True)
    zip_code = serializers.CharField(allow_blank=True)
    company = serializers.CharField(allow_blank=True)
    account_type = serializers.CharField()
    postpaid = serializers.BooleanField()
    auto_recharge = serializers.BooleanField()
    auto_recharge_config = Anything()
    enabled = serializers.BooleanField()
    carrier_type = Anything()
    customer_type = Anything()
    credit_limit = serializers.IntegerField()
    cps_limit = serializers.IntegerField()
    concurrent_calls_limit = serializers.IntegerField()
    base_cps_limit = serializers.IntegerField()
    base_concurrent_calls_limit = serializers.IntegerField()
    purchased_cps = serializers.IntegerField()
    purchased_concurrent_calls = serializers.IntegerField()
    risk_rating = serializers.IntegerField()
    risk_status = Anything()
    features = Features()
    ip_auth_enabled = serializers.BooleanField()
    ip_whitelist_rules = serializers.DictField()
    allow_aws_ips = serializers.BooleanField()
    role = serializers.ChoiceField(["admin", "user"])
    is_active = serializers.BooleanField()
    is_verified = serializers.BooleanField()
    is_trial_account = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    last_login = serializers.DateTimeField()
    pricing_tier_id = serializers.UUIDField()
    pricing_tier = PricingTier()


@extend_schema_field({**PERMISSIONS, "type": ["object", "null"]})
class Permissions(serializers.JSONField):
    """What a sub-account may do; null inherits."""


class SubAccount(serializers.Serializer[Any]):
    """A sub-account. Its token is shown by its creation only."""

    id = serializers.CharField()
    auth_id = serializers.CharField()
    auth_token = serializers.CharField()
    api_id = serializers.UUIDField()
    parent_account_id = serializers.CharField()
    parent_auth_id = serializers.CharField()
    name = serializers.CharField()
    email = serializers.CharField(allow_null=True)
    phone = serializers.CharField(allow_null=True)
    description = serializers.CharField(allow_null=True)
    permissions = Permissions()
    rate_limit = serializers.IntegerField()
    email_verified = serializers.BooleanField()
    enabled = serializers.BooleanField()
    is_active = serializers.BooleanField()
    created = serializers.DateField()
    modified = serializers.DateField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    last_used = serializers.DateTimeField(allow_null=True)
    account = serializers.CharField()
    resource_uri = serializers.CharField()


class SubAccountList(serializers.Serializer[Any]):
    """One page of sub-accounts, newest first."""

    sub_accounts = SubAccount(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()
    size = serializers.IntegerField()


class Credentials(serializers.Serializer[Any]):
    """What the sub-account's own programs send."""

    auth_id = serializers.CharField()
    auth_token = serializers.CharField()


class Tokens(serializers.Serializer[Any]):
    """A short session, as ``Authorization: Bearer``, and what gets the next one."""

    access_token = serializers.CharField()
    refresh_token = serializers.CharField()
    token_type = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds.")


class CreatedSubAccount(serializers.Serializer[Any]):
    """A new sub-account with its credentials, shown once."""

    message = serializers.CharField()
    sub_account = SubAccount()
    auth_credentials = Credentials()
    tokens = Tokens()


class Message(serializers.Serializer[Any]):
    """What happened."""

    message = serializers.CharField()


ME_EXAMPLE = {
    **NOT_KEPT,
    "type": "account",
    "id": "500000",
    "api_id": API_ID,
    "name": "Acme",
    "email": "ops@acme.example",
    **dict.fromkeys("phone description country city state address zip_code company".split(), ""),
    "timezone": "UTC",
    "auth_id": "MA_XXXXXXXX",
    "auth_secret": "<redacted>",
    "enabled": True,
    "is_active": True,
    "role": "admin",
    **dict.fromkeys(("created_at", "updated_at", "last_login"), "2025-09-30T08:33:24.700542+00:00"),
    "pricing_tier_id": PRICING_TIER_ID,
    "pricing_tier": PRICING_TIER,
}
OBJECT = {
    "id": "500001",
    "auth_id": "SA_XXXXXXXX",
    "auth_token": "<redacted>",
    "api_id": API_ID,
    "parent_account_id": "500000",
    "parent_auth_id": "MA_XXXXXXXX",
    "name": "Support team",
    "email": None,
    "phone": None,
    "description": None,
    "permissions": None,
    "rate_limit": 1000,
    "email_verified": False,
    "enabled": True,
    "is_active": True,
    "created": "2026-03-25",
    "modified": "2026-03-25",
    "created_at": "2026-03-25T10:00:00Z",
    "updated_at": "2026-03-25T10:00:00Z",
    "last_used": None,
    "account": "/v1/Account/MA_XXXXXXXX/",
    "resource_uri": "/v1/Account/MA_XXXXXXXX/Subaccount/SA_XXXXXXXX/",
}
TOKEN = "0" * 63 + "1"
TOKENS = {"access_token": "eyJ...", "refresh_token": "eyJ...", "token_type": "bearer", "expires_in": 1800}
SUB_AUTH_ID = path("sub_auth_id", "The sub-account's auth id, or its number", {"type": "string"})
INVALID = {
    "error": "invalid request parameters",
    "details": {"email": "An e-mail address is required for customer use"},
}
NO_MAIN = ("The auth_id in the path is not a main account you own.", {"error": "Account not found"})
NO_SUB = ("There is no such sub-account.", {"error": "Sub-account not found"})
WRONG = ("A field breaks a rule: see details.", INVALID)

ME = Operation(
    "retrieve-account", "get", ACCOUNT_TAG, "Who am I", {200: Answer("The account", Account, {"account": ME_EXAMPLE})}
)
LIST = Operation(
    "list-sub-accounts",
    "get",
    TAG,
    "List sub-accounts",
    {
        200: Answer(
            "One page, newest first",
            SubAccountList,
            {"page": {"sub_accounts": [OBJECT], "total": 1, "page": 1, "size": 25}},
        )
    },
    parameters=(
        AUTH_ID,
        query("page", "Which page, from 1.", {"type": "integer", "default": 1}),
        query("size", "How many a page, 1 to 100.", {"type": "integer", "default": 25}),
        query("active_only", "Leave out those that are disabled.", {"type": "boolean", "default": False}),
    ),
    refusals={404: NO_MAIN},
)
CREATE = Operation(
    "create-sub-account",
    "post",
    TAG,
    "Create a sub-account",
    {
        201: Answer(
            "Created; the token is not shown again",
            CreatedSubAccount,
            {
                "created": {
                    "message": "Sub-account created successfully",
                    "sub_account": {**OBJECT, "auth_token": TOKEN},
                    "auth_credentials": {"auth_id": "SA_XXXXXXXX", "auth_token": TOKEN},
                    "tokens": TOKENS,
                }
            },
        )
    },
    request=SubAccountCreate,
    request_examples={"smallest": {"name": "Support team"}},
    parameters=(AUTH_ID,),
    refusals={400: WRONG, 404: NO_MAIN},
)
RETRIEVE = Operation(
    "retrieve-sub-account",
    "get",
    TAG,
    "Retrieve a sub-account",
    {200: Answer("The sub-account", SubAccount, {"sub-account": OBJECT})},
    parameters=(AUTH_ID, SUB_AUTH_ID),
    refusals={404: NO_SUB},
)
UPDATE = Operation(
    "update-sub-account",
    "put",
    TAG,
    "Update a sub-account",
    {200: Answer("The sub-account as it is now", SubAccount, {"sub-account": OBJECT})},
    description="Changes what the body names and nothing else. Disabling one stops its API and its phones.",
    request=SubAccountChanges,
    request_examples={"disable": {"enabled": False}},
    parameters=(AUTH_ID, SUB_AUTH_ID),
    refusals={400: WRONG, 404: NO_SUB},
)
DELETE = Operation(
    "delete-sub-account",
    "delete",
    TAG,
    "Delete a sub-account",
    {200: Answer("Deleted", Message, {"deleted": {"message": "Sub-account deleted successfully"}})},
    description="Its tokens, credentials and devices go; its endpoints and applications return to the main account.",
    parameters=(AUTH_ID, SUB_AUTH_ID),
    refusals={404: NO_SUB},
)
REFRESH = Operation(
    "refresh-session",
    "post",
    ACCOUNT_TAG,
    "Exchange a refresh token",
    {200: Answer("Fresh tokens", Tokens, {"tokens": TOKENS})},
    request=Refresh,
    request_examples={"refresh": {"refresh_token": "eyJ..."}},
    is_public=True,
)
