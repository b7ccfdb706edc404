"""Applications as the Vobiz documents print them, from plain rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from console.api.vobiz.profile import Profile
from console.api.vobiz.times import with_blank

Row = Mapping[str, Any]
AS_STORED = (
    "answer_method", "answer_url", "app_name", "application_type", "default_app", "default_endpoint_app", "enabled",
    "fallback_answer_url", "fallback_method", "hangup_method", "hangup_url", "log_incoming_message", "message_method",
    "message_url", "public_uri", "sip_transfer_method", "sip_transfer_url",
)  # fmt: skip
SUB_ACCOUNT = "sub_account__auth_id"


def rows_of(applications: QuerySet[Any]) -> QuerySet[Any, dict[str, Any]]:
    """The applications as rows."""
    return applications.values(*AS_STORED, "app_id", "default_number_app", "created_at", "updated_at", SUB_ACCOUNT)


def item(profile: Profile, auth_id: str) -> Callable[[Row], dict[str, Any]]:
    """What makes an object of a row, seen by the URL of the account ``auth_id``. Only the prose has one key more."""
    if profile is Profile.OPENAPI:
        return lambda row: common(row, auth_id)
    return lambda row: {**common(row, auth_id), "default_number_app": row["default_number_app"]}


def common(row: Row, auth_id: str) -> dict[str, Any]:
    """What both profiles show."""
    return {
        **{name: row[name] for name in AS_STORED},
        "app_id": str(row["app_id"]),
        "created_at": with_blank(row["created_at"]),
        "resource_uri": resource_uri(auth_id, row["app_id"]),
        "sip_uri": f"sip:{row['app_id']}@{settings.SIP_DOMAIN}",
        "sub_account": row[SUB_ACCOUNT],
        "updated_at": with_blank(row["updated_at"]),
    }


def resource_uri(auth_id: str, app_id: object = "") -> str:
    """The documented address, without ``/api``: of one application or of the list."""
    return f"/v1/Account/{auth_id}/Application/" + (f"{app_id}/" if app_id else "")
