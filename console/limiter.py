"""A fixed-window limit kept in one SQL statement: exact under any number of threads and processes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connections

from console.models import LastUse, RateBucket
from console.routers import volatile_alias

clock: Callable[[], float] = time.time
USE_INTERVAL = timedelta(minutes=1)

TAKE = (
    "INSERT INTO console_ratebucket (key, window, used) VALUES (%s, %s, 1) "
    "ON CONFLICT (key) DO UPDATE SET "
    "used = CASE WHEN console_ratebucket.window = excluded.window THEN console_ratebucket.used + 1 ELSE 1 END, "
    "window = excluded.window RETURNING used"
).replace("window", '"window"')


@dataclass(frozen=True, slots=True)
class Decision:
    """What the limiter says: whether this request passes, how many are left, and when the window ends."""

    is_allowed: bool
    limit: int
    remaining: int
    reset_seconds: int


def take(key: str, *, limit: int, window_seconds: int = 60) -> Decision:
    """Count one use of ``key`` in the current window and say whether it is within ``limit``."""
    now = int(clock())
    with connections[volatile_alias()].cursor() as cursor:
        cursor.execute(TAKE, [key, (now // window_seconds + 1) * window_seconds])
        used = int(cursor.fetchone()[0])
    return Decision(
        is_allowed=used <= limit,
        limit=limit,
        remaining=max(0, limit - used),
        reset_seconds=window_seconds - now % window_seconds,
    )


def purge(*, older_than_seconds: int = 3600) -> int:
    """Remove the buckets whose window ended so long ago. Returns how many."""
    return RateBucket.objects.filter(window__lt=int(clock()) - older_than_seconds).delete()[0]


def note_use(key: str, *, source: str) -> None:
    """Remember that ``key`` was used now, from ``source``; at most one write a minute."""
    now = datetime.fromtimestamp(clock(), UTC)
    known = LastUse.objects.filter(key=key).values_list("at", flat=True).first()
    if known is None or now - known >= USE_INTERVAL:
        LastUse.objects.update_or_create(key=key, defaults={"at": now, "source": source})
