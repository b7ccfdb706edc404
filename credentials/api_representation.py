"""Credentials as the Vobiz documents print them: these eight keys in both profiles, never the description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from console.api.vobiz.times import instant

REDACTED = "<redacted>"
ACCOUNT = "account__auth_id"
REALM = "subscriber__realm__shown_as"


def rows_of(credentials: QuerySet[Any]) -> QuerySet[Any, dict[str, Any]]:
    """The credentials as rows."""
    return credentials.values("credential_id", "username", "enabled", "created_at", "updated_at", ACCOUNT, REALM)


def of_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """The object of a row."""
    return {
        "id": str(row["credential_id"]),
        "account_id": row[ACCOUNT],
        "username": row["username"],
        "password": REDACTED,
        "realm": row[REALM],
        "enabled": row["enabled"],
        "created_at": instant(row["created_at"]),
        "updated_at": instant(row["updated_at"]),
    }


def of_instance(credential: Any) -> dict[str, Any]:
    """The object of a credential that was just written."""
    names = ("credential_id", "username", "enabled", "created_at", "updated_at")
    row = {name: getattr(credential, name) for name in names}
    realm = credential.subscriber.realm.shown_as
    return of_row({**row, ACCOUNT: credential.account.auth_id, REALM: realm})
