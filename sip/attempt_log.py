"""Writes authentication attempts in batches, beside the requests: at most a second of them is lost in a crash."""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections.abc import Sequence
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import DataError, Error, IntegrityError, close_old_connections, connection, transaction
from django.db.models import Q
from django.utils import timezone

from sip import tallies
from sip.models import AuthAttempt, Outcome, Subscriber

FLUSH_SECONDS = 0.5
MAX_PENDING = 50_000  # while the database is away; later ones are dropped then, and counted
BATCH_ROWS = 500
FLUSH_ROWS = 10 * BATCH_ROWS
LAST_USED_GRAIN = timedelta(minutes=1)
logger = structlog.get_logger("sip.attempts")


class AttemptLog:
    """A queue and the one thread that empties it into the database."""

    def __init__(self) -> None:
        self.dropped = 0
        self.forget()

    def forget(self) -> None:
        """Start empty and without a thread: a forked process must not write what its parent will."""
        self._pending: list[AuthAttempt] = []
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, attempt: AuthAttempt) -> None:
        """Queue an attempt; never blocks on the database."""
        with self._lock:
            if len(self._pending) >= MAX_PENDING:
                self.dropped += 1
                return
            self._pending.append(attempt)
            if settings.ATTEMPT_LOG_THREAD and (self._thread is None or not self._thread.is_alive()):
                self._thread = threading.Thread(target=self._run, name="attempt-log", daemon=True)
                self._thread.start()
                atexit.register(self._write_the_rest)

    def flush(self) -> int:
        """Write what is queued now, 5000 at most. Returns how many; on a database error they stay queued."""
        with self._writing:
            with self._lock:
                batch, self._pending = self._pending[:FLUSH_ROWS], self._pending[FLUSH_ROWS:]
            if not batch:
                return 0
            try:
                write(batch)
            except Error:
                with self._lock:
                    self._pending = (batch + self._pending)[:MAX_PENDING]
                raise
        return len(batch)

    def _run(self) -> None:
        while True:
            time.sleep(FLUSH_SECONDS)
            if self._thread is not threading.current_thread():
                return  # forgotten meanwhile
            try:
                while self.flush():
                    pass
                close_old_connections()
            except Error as error:
                logger.warning("attempts wait for the database", error=type(error).__name__)
                connection.close()
            except Exception:
                logger.exception("attempts could not be written")

    def _write_the_rest(self) -> None:
        try:
            while self.flush():
                pass
        except Error as error:
            logger.warning("attempts were lost at exit", error=type(error).__name__)


def write(batch: Sequence[AuthAttempt]) -> None:
    """Insert a batch and note when its admitted subscribers were last used; a row that cannot be stored is left out."""
    try:
        with transaction.atomic():
            store(batch)
            note_use({attempt.subscriber_id for attempt in batch if attempt.outcome == Outcome.OK})
    except (DataError, IntegrityError) as error:
        if len(batch) == 1:
            logger.warning("an attempt could not be stored", error=type(error).__name__)
            return
        middle = len(batch) // 2
        write(batch[:middle])
        write(batch[middle:])


def store(rows: Sequence[AuthAttempt]) -> None:
    """Insert attempts and count them for the overviews; the caller's transaction holds both together."""
    AuthAttempt.objects.bulk_create(rows, batch_size=BATCH_ROWS)
    tallies.add(rows)


def note_use(subscriber_ids: set[int | None]) -> None:
    """Remember that these subscribers were used now, to the minute."""
    if not subscriber_ids:
        return
    now = timezone.now()
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - LAST_USED_GRAIN)
    Subscriber.objects.filter(stale, pk__in=subscriber_ids).update(last_used_at=now)


attempts = AttemptLog()
os.register_at_fork(after_in_child=attempts.forget)
