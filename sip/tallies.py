"""Hourly counts of what attempts came to: what the overviews show without counting the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from accounts.models import Account
from sip.models import AttemptTally, AuthAttempt, Reason

PLATFORM = 0  # the scope that everything counts in
HOURS = 24
ADMITTED = frozenset({Reason.ADMITTED.value, Reason.OLD_PASSWORD.value})
Key = tuple[int, datetime, str]  # scope, hour, reason
UPSERT = """INSERT INTO sip_attempttally (scope_id, hour, reason, count) VALUES %s
ON CONFLICT (scope_id, hour, reason) DO UPDATE SET count = sip_attempttally.count + excluded.count"""
ROWS_A_STATEMENT = 200


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour: when it began, and how many attempts were refused in it."""

    start: datetime
    refused: int


@dataclass(frozen=True, slots=True)
class Day:
    """The last 24 hours, the oldest first, and why attempts were refused, the most frequent reason first."""

    hours: list[Hour]
    attempts: int
    reasons: list[tuple[Reason, int]]

    @property
    def refused(self) -> int:
        """How many attempts were refused."""
        return sum(hour.refused for hour in self.hours)


def add(attempts: Iterable[AuthAttempt]) -> None:
    """Count attempts in the hours they were made in; the caller has a transaction open."""
    counted: Counter[Key] = Counter()
    for attempt in attempts:
        scopes = {attempt.account_id or PLATFORM, attempt.main_account_id or PLATFORM, PLATFORM}
        counted.update((scope, hour_of(attempt.at), str(attempt.reason)) for scope in scopes)
    rows = sorted(counted.items())  # in one order everywhere, so that two writers wait for each other at most once
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        _upsert(rows[start : start + ROWS_A_STATEMENT])


def _upsert(rows: list[tuple[Key, int]]) -> None:
    adapted = connection.ops.adapt_datetimefield_value
    values = [value for (scope, hour, reason), count in rows for value in (scope, adapted(hour), reason, count)]
    with connection.cursor() as cursor:
        cursor.execute(UPSERT % ", ".join(["(%s, %s, %s, %s)"] * len(rows)), values)


def hour_of(moment: datetime) -> datetime:
    """The beginning of its hour."""
    return moment.replace(minute=0, second=0, microsecond=0)


def last_day(scope_id: int) -> Day:
    """The last 24 hours of an account, or of the platform, in one statement of a few hundred rows at most."""
    first = hour_of(timezone.now()) - timedelta(hours=HOURS - 1)
    rows = AttemptTally.objects.filter(scope_id=scope_id, hour__gte=first).values_list("hour", "reason", "count")
    by_hour, by_reason, attempts = Counter[datetime](), Counter[str](), 0
    for hour, reason, count in rows:
        attempts += count
        if reason not in ADMITTED:
            by_hour[hour] += count
            by_reason[reason] += count
    hours = [first + timedelta(hours=number) for number in range(HOURS)]
    ordered = sorted(by_reason.items(), key=lambda pair: (-pair[1], pair[0]))
    reasons = [(Reason(reason), count) for reason, count in ordered]
    return Day([Hour(hour, by_hour[hour]) for hour in hours], attempts, reasons)


def most_refused(limit: int = 5) -> list[tuple[int, int]]:
    """Main accounts with the most refused attempts in this hour and the last one: their keys, with the number."""
    first = hour_of(timezone.now()) - timedelta(hours=1)
    rows = AttemptTally.objects.filter(hour__gte=first, scope_id__in=Account.objects.main().values("pk"))
    refused = rows.exclude(reason__in=ADMITTED).values_list("scope_id").annotate(refused=Sum("count"))
    return list(refused.order_by("-refused", "scope_id")[:limit])
