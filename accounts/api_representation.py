"""Accounts and sub-accounts as the Vobiz documents print them: exactly these keys, in both profiles.

Where the prose prints null and the official SDK takes text only, text is sent: it satisfies both.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from accounts.models import Account, ApiToken
from console.api.vobiz.times import day, instant, with_offset
from console.models import LastUse

REDACTED = "<redacted>"
NOT_KEPT: Mapping[str, Any] = {
    # Documented attributes of a billing system, which this console is not: its documented defaults.
    "auth_token_expire_time": None,
    "account_type": "standard",
    "postpaid": False,
    "auto_recharge": False,
    "auto_recharge_config": None,
    "carrier_type": None,
    "customer_type": None,
    "credit_limit": 0,
    "base_cps_limit": 1,
    "purchased_cps": 10,
    "cps_limit": 11,
    "base_concurrent_calls_limit": 10,
    "purchased_concurrent_calls": 0,
    "concurrent_calls_limit": 10,
    "risk_rating": 0,
    "risk_status": None,
    "features": {"call_queue": False},
    "ip_auth_enabled": False,
    "ip_whitelist_rules": {},
    "allow_aws_ips": False,
    "is_verified": True,
    "is_trial_account": False,
}
PRICING_TIER_ID = str(uuid.uuid5(uuid.NAMESPACE_URL, "console:pricing-tier:standard"))
PRICING_TIER: Mapping[str, Any] = {
    "id": PRICING_TIER_ID,
    "name": "Standard",
    "description": "",
    "currency": "INR",
    "rate_per_minute": 0.45,
    "billing_increment_seconds": 60,
    "minimum_duration_seconds": 0,
    "is_active": True,
    "is_default": True,
}
KEPT_TEXTS = ("name", "email", "phone", "description", "country", "timezone", "city", "state", "address", "zip_code")


def account_object(account: Account, last_login: datetime | None) -> dict[str, Any]:
    """``GET /auth/me``."""
    return {
        **NOT_KEPT,
        **{name: getattr(account, name) or "" for name in (*KEPT_TEXTS, "company")},
        "type": "account",
        "id": account.number,
        "api_id": str(account.api_id),
        "auth_id": account.auth_id,
        "auth_secret": REDACTED,
        "enabled": account.enabled,
        "is_active": account.is_live,
        "role": "user" if account.is_sub_account else "admin",
        "created_at": with_offset(account.created_at),
        "updated_at": with_offset(account.updated_at),
        "last_login": with_offset(last_login or account.created_at),
        "pricing_tier_id": PRICING_TIER_ID,
        "pricing_tier": dict(PRICING_TIER),
    }


def sub_account_object(
    account: Account, main: Account, *, last_used: datetime | None = None, auth_token: str = REDACTED
) -> dict[str, Any]:
    """A sub-account; ``auth_token`` is clear in the answer to its creation only."""
    return {
        "id": account.number,
        "auth_id": account.auth_id,
        "auth_token": auth_token,
        "api_id": str(account.api_id),
        "parent_account_id": main.number,
        "parent_auth_id": main.auth_id,
        "name": account.name,
        "email": account.email,
        "phone": account.phone,
        "description": account.description,
        "permissions": account.permissions,
        "rate_limit": account.rate_limit,
        "email_verified": False,
        "enabled": account.enabled,
        "is_active": account.enabled and main.enabled,
        "created": day(account.created_at),
        "modified": day(account.updated_at),
        "created_at": instant(account.created_at),
        "updated_at": instant(account.updated_at),
        "last_used": None if last_used is None else instant(last_used),
        "account": f"/v1/Account/{main.auth_id}/",
        "resource_uri": f"/v1/Account/{main.auth_id}/Subaccount/{account.auth_id}/",
    }


def last_uses(accounts: Iterable[Account]) -> dict[int, datetime]:
    """When a token of each account was last used, by the account's primary key: two statements for a whole page."""
    ids = [account.pk for account in accounts]
    tokens = ApiToken.objects.filter(account__in=ids).values_list("pk", "account")
    owners = {f"token:{pk}": owner for pk, owner in tokens}
    found: dict[int, datetime] = {}
    for key, moment in LastUse.objects.filter(key__in=list(owners)).values_list("key", "at"):
        found[owners[key]] = max(moment, found.get(owners[key], moment))
    return found
