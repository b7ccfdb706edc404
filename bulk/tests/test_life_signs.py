"""A worker's life signs, from their own thread, and the sweeper that looks for jobs whose worker is silent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.management import call_command
from django.db import OperationalError

from accounts.models import Account
from bulk import pulse, runner, services, sweeping
from bulk.kinds.registry import kinds
from bulk.models import Job, Pulse

WAIT_SECONDS = 30


@pytest.fixture
def job(account: Account) -> Job:
    """A job that this process has claimed."""
    queued = services.import_start(account=account, kind=kinds()["endpoints"], data=b"username,alias\na,A\n")
    claimed = runner.claim(queued.pk)
    assert claimed is not None
    return claimed


@pytest.fixture
def beating(settings: Any) -> None:
    """Life signs from a thread, fifty a second."""
    settings.JOB_HEARTBEAT_THREAD, settings.JOB_LEASE_SECONDS = True, 0.1


@pytest.mark.django_db(transaction=True)
def test_the_thread_renews_the_lease_and_shows_the_progress(job: Job, beating: None) -> None:
    with pulse.Heart(job) as heart:
        heart.tick(7)
        assert eventually(lambda: Pulse.objects.filter(job_pk=job.pk, done=7).exists())


@pytest.mark.django_db(transaction=True)
def test_the_thread_hears_that_the_job_should_stop(job: Job, beating: None) -> None:
    with pulse.Heart(job) as heart:
        pulse.ask_to_stop(job)
        assert eventually(lambda: heart.is_cancelled)
        with pytest.raises(pulse.Cancelled):
            heart.tick()


@pytest.mark.django_db
def test_a_worker_without_headway_gives_no_more_signs(job: Job, beating: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "STALLED_SECONDS", -1)
    with pulse.Heart(job) as heart:
        heart._thread.join(WAIT_SECONDS)
        assert not heart._thread.is_alive()


@pytest.mark.django_db
def test_a_database_that_is_away_for_a_moment_does_not_end_the_signs(
    job: Job, beating: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    heart, beat = pulse.Heart(job), Mock(side_effect=[OperationalError, *[None] * 10_000])
    monkeypatch.setattr(heart, "beat", beat)
    with heart:
        assert eventually(lambda: beat.call_count > 1)


@pytest.mark.django_db
def test_a_sweep_hands_on_what_nobody_works_at(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    handed = Mock()
    monkeypatch.setattr(sweeping, "hand_on", handed)
    monkeypatch.setattr(sweeping, "orphans", lambda: ["one", "two"])
    sweeping.sweep()
    assert [call.args for call in handed.call_args_list] == [("one",), ("two",)]


def test_the_sweeper_erases_now_and_then_and_sweeps_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    swept, erased = Mock(), Mock()
    monkeypatch.setattr(sweeping, "sweep", swept)
    monkeypatch.setattr(sweeping, "erase", erased)
    sweeper = sweeping.Sweeper()
    sweeper.erased = -sweeping.ERASE_SECONDS - 1.0
    sweeper.once()
    sweeper.once()
    assert (swept.call_count, erased.call_count) == (2, 1)


class Enough(Exception):
    """Ends the endless loop of a test."""


def test_the_sweeper_outlives_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    sweeper = sweeping.Sweeper()
    once = Mock(side_effect=[OperationalError, Enough])
    monkeypatch.setattr(sweeper, "once", once)
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    monkeypatch.setattr(sweeping, "connections", Mock())
    with pytest.raises(Enough):
        sweeper.run()
    assert once.call_count == 2


@pytest.mark.parametrize(("reload", "is_child", "starts"), [(False, "", 1), (True, "", 0), (True, "true", 1)])
def test_a_worker_has_one_sweeper_beside_it_also_where_code_is_reloaded(
    reload: bool, is_child: str, starts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweeper = Mock()
    monkeypatch.setenv("RUN_MAIN", is_child)
    monkeypatch.setattr("bulk.management.commands.db_worker.Sweeper", lambda: sweeper)
    monkeypatch.setattr("bulk.management.commands.db_worker.worker_starting", Mock(), raising=False)
    monkeypatch.setattr("django_tasks_db.management.commands.db_worker.Command.handle", lambda *_args, **_options: None)
    call_command("db_worker", reload=reload)
    assert sweeper.start.call_count == starts


def eventually(is_true: Callable[[], bool]) -> bool:
    """Whether it becomes true before long."""
    pause = threading.Event()
    return any(is_true() or pause.wait(0.02) for _try in range(WAIT_SECONDS * 50))
