"""The framework app: it keeps triggers and trigram indexes in place after every migrate."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.core.signals import request_finished
from django.db.models.signals import post_migrate


class ConsoleConfig(AppConfig):
    """Connects what must happen once all apps are there."""

    name = "console"
    verbose_name = "Console"

    def ready(self) -> None:
        """Install counters after migrations; register the system checks and what is purged."""
        from console import (
            checks,  # noqa: F401  (importing checks registers them)
            counters,
            invariants,
            limiter,
            outage,
            proof,
            retention,
            shared_cache,
            telemetry,
            trail,
        )
        from console.sqlite3 import trigrams

        retention.register("rate_buckets", limiter.purge)
        retention.register("shared_cache", shared_cache.purge)
        retention.register("audit_trail", trail.purge)
        invariants.register("row counters that are not exact", counters.inexact, counters.repair)
        invariants.register("trigrams that are not those of their rows", trigrams.wrong, trigrams.repair)
        user_logged_in.connect(proof.note_sign_in, dispatch_uid="console.proof")
        post_migrate.connect(install, dispatch_uid="console.install")
        request_finished.connect(outage.drop_dead_connections, dispatch_uid="console.outage")
        telemetry.start()


def install(using: str = "default", **_kwargs: Any) -> None:
    """Put in place what no migration makes.

    Triggers of counted tables and of the audit trail, trigram indexes, volatile tables that are not logged.
    """
    from console import counters, indexes, trail, unlogged
    from console.sqlite3 import trigrams

    counters.install(using)
    trail.close(using)
    indexes.install(using)
    trigrams.install(using)
    unlogged.install(using)
