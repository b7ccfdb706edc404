"""Rows per second of an endpoint import, against a bare ``bulk_create`` of the same rows in the same run.

    python -m bench.imports [LINES]

Works in the database of the settings: give it one that may be thrown away. Prints JSON: seconds, rates, their ratio,
and the most memory that the process held while it imported, in MB.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import django


def main(lines: int) -> None:
    """Import ``lines`` endpoints, then write the same rows bare."""
    from accounts.models import Account
    from accounts.services import account_create
    from bulk import runner, services
    from bulk.kinds.registry import kinds
    from bulk.models import Mode

    account = account_create(account=Account(name="Bench")).account
    text = "username,alias\n" + "".join(f"bench{number},Desk-{number}\n" for number in range(lines))
    job = services.import_start(account=account, kind=kinds()["endpoints"], data=text.encode())
    del text
    check_seconds = timed(lambda: runner.run(job.pk))
    job.refresh_from_db()
    job = services.import_confirm(job=job, mode=Mode.ALL)
    apply_seconds = timed(lambda: runner.run(job.pk))
    job.refresh_from_db()
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    bare_seconds = bare(account.pk)
    result = {
        "lines": lines,
        "created": job.created_count,
        "state": job.state,
        "check_seconds": round(check_seconds, 2),
        "apply_seconds": round(apply_seconds, 2),
        "bare_seconds": round(bare_seconds, 2),
        "apply_lines_per_second": round(lines / apply_seconds),
        "bare_lines_per_second": round(lines / bare_seconds),
        "ratio": round(bare_seconds / apply_seconds, 2),
        "ratio_with_dry_run": round(bare_seconds / (apply_seconds + check_seconds), 2),
        "peak_memory_mb": memory_mb,
    }
    sys.stdout.write(json.dumps(result, indent=2) + "\n")


def timed(work: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def bare(account_id: int) -> float:
    """Delete what was imported and write the very same rows again with nothing but ``bulk_create``."""
    from django.db import transaction

    from console.models import AuditEntry, AuditGate
    from endpoints.models import Endpoint
    from sip.models import Secret, Subscriber

    tables: tuple[Any, ...] = (
        Subscriber.objects.filter(kind="endpoint"),
        Secret.objects.filter(subscriber__kind="endpoint"),
        Endpoint.objects.filter(account_id=account_id),
        AuditEntry.objects.filter(object_type="endpoint"),
    )
    held = [list(rows.order_by("pk")) for rows in tables]
    with transaction.atomic():
        gate = AuditGate.objects.create()  # without it, the database keeps the trail (see console.trail)
        for rows in (tables[1], tables[2], tables[3], tables[0]):
            rows.order_by()._raw_delete(rows.db)
        gate.delete()
    seconds = 0.0
    with transaction.atomic():
        for rows in held:
            model = type(rows[0])
            seconds += timed(partial(model._default_manager.bulk_create, rows, batch_size=1000))
    return seconds


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
    django.setup()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
