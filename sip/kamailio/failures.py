"""Brings the failures that Kamailio noted into the authentication log, with the reason that only the console knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from sip.attempt_log import store
from sip.models import AuthAttempt, Outcome, Realm, Reason, Subscriber

BATCH_ROWS = 1000
_TAKE = """
DELETE FROM sip.failed_attempt WHERE id IN (
    SELECT id FROM sip.failed_attempt ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING id, at, reason, method, source, username, domain, user_agent
"""


@dataclass(frozen=True, slots=True)
class Failure:
    """One request that Kamailio refused, as its sender named itself."""

    at: datetime
    reason: str
    method: str
    source: str
    username: str
    realm: str
    user_agent: str


def drain() -> int:
    """Move every noted failure into the log, in batches; several consoles may do so at once. Returns how many."""
    moved = 0
    while True:
        with transaction.atomic():
            failures = _take()
            store(attempts(failures))
        moved += len(failures)
        if len(failures) < BATCH_ROWS:
            return moved


def _take() -> list[Failure]:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [BATCH_ROWS])
        rows = sorted(cursor.fetchall())
    return [Failure(at, reason, method, source, *map(_text, texts)) for _id, at, reason, method, source, *texts in rows]


def _text(raw: Any) -> str:
    """Bytes from anywhere as text that every column takes."""
    return bytes(raw).decode(errors="replace").replace("\0", "�")


def attempts(failures: Sequence[Failure]) -> list[AuthAttempt]:
    """The rows for the log, each with the account and subscriber that it concerns, if any: two look-ups in all."""
    names = {failure.realm for failure in failures}
    keys = {failure.username.casefold() for failure in failures}
    realms = {realm.name: realm for realm in Realm.objects.filter(name__in=names).select_related("account")}
    found = Subscriber.objects.filter(realm__in=realms.values(), username_key__in=keys)
    subscribers = {(each.realm_id, each.username_key): each for each in found.select_related("account__parent")}
    rows = []
    for failure in failures:
        realm = realms.get(failure.realm)
        subscriber = subscribers.get((realm.pk, failure.username.casefold())) if realm else None
        rows.append(_attempt(failure, realm, subscriber))
    return rows


def _attempt(failure: Failure, realm: Realm | None, subscriber: Subscriber | None) -> AuthAttempt:
    account = subscriber.account if subscriber else realm.account if realm else None
    return AuthAttempt(
        at=failure.at,
        main_account_id=account.main_id if account else None,
        account_id=account.pk if account else None,
        subscriber_id=subscriber.pk if subscriber else None,
        realm=failure.realm[:253],
        username=failure.username[:64],
        method=failure.method,
        outcome=Outcome.FAIL,
        reason=_reason(failure, realm, subscriber),
        source=failure.source,
        user_agent=failure.user_agent[:255],
        via="kamailio",
    )


def _reason(failure: Failure, realm: Realm | None, subscriber: Subscriber | None) -> str:
    """Kamailio sees enabled subscribers only: who is disabled is unknown to it, and who has another realm as well."""
    if failure.reason != Reason.UNKNOWN_USER:
        return failure.reason
    if realm is None:
        return Reason.UNKNOWN_REALM
    if subscriber is None:
        return Reason.UNKNOWN_USER
    if not subscriber.enabled:
        return Reason.DISABLED
    return Reason.UNKNOWN_USER if subscriber.account.is_live else Reason.ACCOUNT_DISABLED
