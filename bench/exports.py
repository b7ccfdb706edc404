"""Seconds of an export of the large account's endpoints, against a bare cursor loop over the same rows and columns.

    python -m bench.exports

Works in the database of the settings, which ``python -m bench`` has filled. Prints JSON: both in seconds, the median of
alternating runs; their ratio; and the most memory that the process held while it exported, in MB.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from collections.abc import Sequence

import django

RUNS = 3
ROWS_AT_A_TIME = 1000


def main() -> None:
    """Export and read bare, in turn."""
    from accounts.models import Account
    from bench.loading import LARGE

    account = Account.objects.get(name=LARGE, parent=None)
    before, exported, bare, rows = memory_mb(), [], [], 0
    for _run in range(RUNS):
        taken, rows = export(account)
        exported.append(taken)
        peak = memory_mb()
        bare.append(read_bare(account))
    (own_seconds, own_processor), (floor_seconds, floor_processor) = (
        zip(*each, strict=True) for each in (exported, bare)
    )
    result = {
        "rows": rows,
        "export_seconds": round(statistics.median(own_seconds), 2),
        "bare_seconds": round(statistics.median(floor_seconds), 2),
        "ratio": ratio(own_seconds, floor_seconds),
        "processor_ratio": ratio(own_processor, floor_processor),
        "memory_before_mb": before,
        "peak_memory_mb": peak,
    }
    sys.stdout.write(json.dumps(result))


def ratio(own: Sequence[float], floor: Sequence[float]) -> float:
    """How near the export comes to the bare loop, the median over runs."""
    return round(statistics.median(bare / taken for taken, bare in zip(own, floor, strict=True)), 3)


def clocks() -> tuple[float, float]:
    """Seconds by the clock, and of this process's processor time: the server of PostgreSQL is not in it."""
    return time.perf_counter(), time.process_time()


def since(started: tuple[float, float]) -> tuple[float, float]:
    """How many of both have passed."""
    seconds, processor = clocks()
    return seconds - started[0], processor - started[1]


def export(account: object) -> tuple[tuple[float, float], int]:
    """Seconds (see ``clocks``) that the whole file takes, and how many rows it has."""
    from bulk.export import as_csv
    from bulk.kinds.registry import kinds

    kind, started, lines = kinds()["endpoints"], clocks(), 0
    for piece in as_csv(kind, kind.rows(account)):  # type: ignore[arg-type]
        lines += piece.encode().count(b"\n")
    return since(started), lines - 1


def read_bare(account: object) -> tuple[float, float]:
    """Seconds (see ``clocks``) that a cursor takes over the same rows."""
    from django.db import connection

    from bulk.kinds.registry import kinds

    rows = kinds()["endpoints"].rows(account).order_by("pk")  # type: ignore[arg-type]
    names = ("username", "alias", "application__app_id", "sub_account__auth_id", "enabled", "allow_voice")
    more = ("allow_message", "allow_video", "allow_same_domain", "allow_other_domains", "allow_phones", "allow_apps")
    columns = (*names, *more, "endpoint_id", "subscriber__username", "subscriber__realm__shown_as", "created_at")
    sql, parameters = rows.values_list(*columns).query.sql_with_params()
    started = clocks()
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while cursor.fetchmany(ROWS_AT_A_TIME):
            pass
    return since(started)


def memory_mb() -> int:
    """The most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    django.setup()
    main()
