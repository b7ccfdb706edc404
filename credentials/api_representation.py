"""Credentials as the Vobiz documents print them: these eight keys in both profiles, never the description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import BigIntegerField, QuerySet

from accounts.models import Account
from console.api.vobiz.paging import Span
from console.api.vobiz.times import instant
from console.prepared import Bound, Prepared
from credentials.models import Credential

REDACTED = "<redacted>"
ACCOUNT = "account__auth_id"
REALM = "subscriber__realm__shown_as"
PLAIN = ("credential_id", "username", "enabled", "created_at", "updated_at")
COLUMNS = (*PLAIN, ACCOUNT, REALM)


def rows_of(credentials: QuerySet[Any]) -> QuerySet[Any, dict[str, Any]]:
    """The credentials as rows."""
    return credentials.values(*COLUMNS)


def rows_in(account: Account, span: Span) -> list[dict[str, Any]]:
    """A stretch of the account's own credentials, newest first."""
    return _page.dicts(span, account=account.pk)


def _build_page(span: Span) -> QuerySet[Any]:
    return span.of(Credential.objects.filter(account_id=Bound("account", BigIntegerField())))


_page = Prepared(COLUMNS, _build_page)


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
    row = {name: getattr(credential, name) for name in PLAIN}
    realm = credential.subscriber.realm.shown_as
    return of_row({**row, ACCOUNT: credential.account.auth_id, REALM: realm})
