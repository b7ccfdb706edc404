"""The authentication log: written in batches, beside the requests, whatever happens to the database."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, InterfaceError, OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sip import attempt_log
from sip.attempt_log import AttemptLog, attempts
from sip.models import AuthAttempt, Outcome, Reason, Subscriber
from sip.tests.conftest import Logged
from sip.tests.sbc import Sbc, invite, question


def attempt(**values: Any) -> AuthAttempt:
    """An attempt of nobody in particular."""
    return AuthAttempt(**{"outcome": Outcome.FAIL, "reason": Reason.UNKNOWN_USER, "username": "someone", **values})


@pytest.fixture
def log() -> Iterator[AttemptLog]:
    """A log of the test's own."""
    made = AttemptLog()
    yield made
    made.forget()


# --- batches ----------------------------------------------------------------------------------------------------------


def test_an_attempt_waits_for_the_next_batch(sbc: Sbc, daveh: Subscriber) -> None:
    sbc.ask(question())
    assert AuthAttempt.objects.count() == 0
    assert (attempts.flush(), AuthAttempt.objects.count()) == (1, 1)


def test_it_tells_who_from_where_with_what_and_what_came_of_it(sbc: Sbc, daveh: Subscriber, logged: Logged) -> None:
    before = timezone.now()
    sbc.ask(question())
    row = logged.last
    told = row.subscriber_id, row.realm, row.username, row.method, row.outcome, row.source, row.user_agent, row.via
    assert told == (daveh.pk, "mycompany.com", "daveh", "REGISTER", "ok", "203.0.113.7", "Desk phone 1.0", "webhook")
    assert (before <= row.at <= timezone.now(), row.granted_expires_seconds) == (True, 300)


def test_a_call_was_granted_no_time(sbc: Sbc, daveh: Subscriber, logged: Logged) -> None:
    sbc.ask(invite())
    assert (logged.last.method, logged.last.granted_expires_seconds) == ("INVITE", None)


def test_fifty_attempts_are_one_insert_and_one_tally(log: AttemptLog, db: None) -> None:
    for _each in range(50):
        log.add(attempt())
    with CaptureQueriesContext(connection) as captured:
        log.flush()
    inserts = [query["sql"].split()[2].strip('"') for query in captured if query["sql"].startswith("INSERT")]
    assert sorted(inserts) == ["sip_attempttally", "sip_authattempt"]


def test_an_empty_log_asks_the_database_nothing(log: AttemptLog) -> None:
    assert log.flush() == 0


def test_attempts_keep_their_order(log: AttemptLog, db: None) -> None:
    for number in range(10):
        log.add(attempt(username=str(number)))
    log.flush()
    assert [row.username for row in AuthAttempt.objects.order_by("id")] == [str(number) for number in range(10)]


# --- trouble ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_attempts_wait_while_the_database_is_away(
    log: AttemptLog, db: None, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    log.add(attempt())
    with monkeypatch.context() as away:
        away.setattr(attempt_log, "write", failing_with(error))
        with pytest.raises(error):
            log.flush()
    assert log.flush() == 1


def failing_with(error: type[Exception]) -> Any:
    def fail(_batch: object) -> None:
        raise error

    return fail


def test_the_queue_has_an_end_and_what_is_dropped_is_counted(log: AttemptLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt_log, "MAX_PENDING", 3)
    for _each in range(5):
        log.add(attempt())
    assert log.dropped == 2


def test_a_row_that_cannot_be_stored_does_not_keep_the_others_out(log: AttemptLog, db: None) -> None:
    for number in range(9):
        log.add(attempt(username=str(number), **({"reason": None} if number == 4 else {})))
    log.flush()
    assert sorted(row.username for row in AuthAttempt.objects.all()) == ["0", "1", "2", "3", "5", "6", "7", "8"]


def test_a_batch_is_written_whole_or_not_at_all(db: None, daveh: Subscriber, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt_log, "note_use", failing_with(OperationalError))
    with pytest.raises(OperationalError):
        attempt_log.write([attempt(outcome=Outcome.OK, subscriber_id=daveh.pk)])
    assert not AuthAttempt.objects.exists()


def test_one_row_that_cannot_be_stored_is_let_go(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt_log, "note_use", failing_with(IntegrityError))
    attempt_log.write([attempt()])
    assert not AuthAttempt.objects.exists()


# --- the thread -------------------------------------------------------------------------------------------------------


@pytest.fixture
def threaded(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Sizes of the batches that a thread writes, every few milliseconds, without a database."""
    written: list[int] = []
    settings.ATTEMPT_LOG_THREAD = True
    monkeypatch.setattr(attempt_log, "FLUSH_SECONDS", 0.01)
    monkeypatch.setattr(attempt_log, "write", lambda batch: written.append(len(batch)))
    monkeypatch.setattr(attempt_log, "close_old_connections", lambda: None)
    return written


def wait_for(written: list[int], total: int) -> None:
    deadline = time.monotonic() + 10
    while sum(written) < total and time.monotonic() < deadline:
        time.sleep(0.005)
    assert sum(written) == total


def test_a_thread_writes_what_waits(log: AttemptLog, threaded: list[int]) -> None:
    log.add(attempt())
    wait_for(threaded, 1)


@pytest.fixture
def failing(threaded: list[int], monkeypatch: pytest.MonkeyPatch) -> list[Exception]:
    """What the next writes of the thread fail with."""
    errors: list[Exception] = []

    def write(batch: list[AuthAttempt]) -> None:
        if errors:
            raise errors.pop(0)
        threaded.append(len(batch))

    monkeypatch.setattr(attempt_log, "write", write)
    return errors


def test_it_goes_on_after_an_outage(log: AttemptLog, threaded: list[int], failing: list[Exception]) -> None:
    failing += [OperationalError(), InterfaceError(), OperationalError()]
    log.add(attempt())
    wait_for(threaded, 1)


def test_it_goes_on_after_a_fault_of_its_own(log: AttemptLog, threaded: list[int], failing: list[Exception]) -> None:
    failing.append(ValueError())
    log.add(attempt())
    while failing:
        time.sleep(0.005)
    log.add(attempt())
    wait_for(threaded, 1)


def test_a_forked_process_writes_its_own_attempts_only(threaded: list[int], db: None) -> None:
    attempts.add(attempt())
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.write(writing, bytes([len(attempts._pending), attempts._thread is None]))
        os._exit(0)
    os.wait()
    assert os.read(reading, 2) == bytes([0, True])


# --- last used --------------------------------------------------------------------------------------------------------


def last_used(subscriber: Subscriber) -> Any:
    attempts.flush()
    subscriber.refresh_from_db()
    return subscriber.last_used_at


def test_a_right_password_is_a_use(sbc: Sbc, daveh: Subscriber) -> None:
    sbc.ask(question())
    assert timezone.now() - last_used(daveh) < timedelta(seconds=60)


def test_a_call_is_a_use(sbc: Sbc, daveh: Subscriber) -> None:
    sbc.ask(invite())
    assert last_used(daveh) is not None


def test_a_refusal_is_no_use(sbc: Sbc, daveh: Subscriber) -> None:
    sbc.ask(question(password="not-the-password"))
    assert last_used(daveh) is None


@pytest.mark.parametrize(("seconds_ago", "is_written"), [(30, False), (90, True)])
def test_use_is_noted_to_the_minute(sbc: Sbc, daveh: Subscriber, seconds_ago: int, is_written: bool) -> None:
    earlier = timezone.now() - timedelta(seconds=seconds_ago)
    Subscriber.objects.filter(pk=daveh.pk).update(last_used_at=earlier)
    sbc.ask(question())
    assert (last_used(daveh) != earlier) == is_written


def test_what_waits_is_written_at_the_end_of_the_process(log: AttemptLog, db: None) -> None:
    log.add(attempt())
    log._write_the_rest()
    assert AuthAttempt.objects.count() == 1


def test_a_database_that_is_away_at_the_end_is_no_traceback(log: AttemptLog, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> int:
        raise OperationalError

    monkeypatch.setattr(log, "flush", away)
    log._write_the_rest()
