"""Where two passwords are valid at once, and which of the two was used last. The authentication log knows."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.models import Account
from bulk.kinds.base import Kind
from sip.models import AuthAttempt, Outcome, Reason, Secret
from sip.overview import listed_in


def old_passwords(account: Account) -> QuerySet[Any]:
    """The former passwords that are still valid, the first to end first, of every kind that the account's lists show.

    ``new_since`` is when the new one was made, ``last_reason`` what the latest admitted attempt since then was made
    with (``admitted`` or ``old_password``), or None where there was none.
    """
    current = Secret.objects.filter(subscriber=OuterRef("subscriber"), valid_until=None)
    rows: QuerySet[Any] = Secret.objects.filter(listed_in(account, "subscriber__"), valid_until__gt=timezone.now())
    rows = rows.annotate(new_since=Subquery(current.values("created_at")[:1]))
    rows = rows.annotate(last_reason=latest_reason()).select_related("subscriber__realm")
    return rows.order_by("valid_until", "pk")


def latest_reason() -> Subquery:
    """What the latest admitted attempt of a row's subscriber, since ``new_since``, was made with."""
    admitted = AuthAttempt.objects.filter(
        subscriber_id=OuterRef("subscriber_id"), outcome=Outcome.OK, at__gte=OuterRef("new_since")
    )
    return Subquery(admitted.order_by("-id").values("reason")[:1])


def overlapping(kind: Kind, account: Account) -> QuerySet[Any]:
    """The rows whose former password is still valid, the first to end first.

    ``old_until`` is when it ends, ``new_since`` when the new one was made, ``last_reason`` what the latest admitted
    attempt since then was made with (``admitted`` or ``old_password``), or None where there was none.
    """
    subscriber = OuterRef("subscriber")
    former = Secret.objects.filter(subscriber=subscriber, valid_until__gt=timezone.now())
    current = Secret.objects.filter(subscriber=subscriber, valid_until=None)
    rows: QuerySet[Any] = kind.rows(account).annotate(
        old_until=Subquery(former.values("valid_until")[:1]), new_since=Subquery(current.values("created_at")[:1])
    )
    rows = rows.filter(old_until__isnull=False).annotate(last_reason=latest_reason())
    return rows.order_by("old_until", "pk")


def still_valid(row: Any) -> dict[str, Any]:
    """One of them, as the API shows it."""
    moved = None if row.last_reason is None else row.last_reason == Reason.ADMITTED
    return {"id": row.public_id, "username": row.username, "old_password_until": row.old_until, "has_moved": moved}
