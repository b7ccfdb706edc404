"""Jobs: who runs them, how they end, and that nobody writes for a job that another has taken over."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Account
from bulk import parts, pulse, runner, services, sweeping
from bulk.kinds.registry import kinds
from bulk.models import Job, JobKind, JobState, Mode, Part, Pulse, Role, SecretsState
from bulk.steps.base import fence
from bulk.tests.conftest import apply, check_file, settle
from endpoints.models import Endpoint

pytestmark = pytest.mark.django_db


def queued(account: Account, text: str = "username,alias\na,A\n") -> Job:
    return services.import_start(account=account, kind=kinds()["endpoints"], data=text.encode())


def lapse(job: Job) -> None:
    Pulse.objects.filter(job_pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_job_is_claimed_once(account: Account) -> None:
    job = queued(account)
    assert runner.claim(job.pk) is not None
    assert runner.claim(job.pk) is None


def test_a_job_whose_lease_lapsed_is_claimed_by_another(account: Account) -> None:
    job = queued(account)
    first = runner.claim(job.pk)
    lapse(job)
    second = runner.claim(job.pk)
    assert first is not None
    assert second is not None
    assert second.attempt == first.attempt + 1


def test_who_was_taken_over_from_writes_nothing(account: Account) -> None:
    job = queued(account)
    first = runner.claim(job.pk)
    lapse(job)
    runner.claim(job.pk)
    assert first is not None
    with pytest.raises(pulse.LeaseLost), transaction.atomic():
        fence(first)


def test_who_was_taken_over_from_notices_at_the_next_tick(account: Account) -> None:
    job = queued(account)
    first = runner.claim(job.pk)
    lapse(job)
    runner.claim(job.pk)
    assert first is not None
    with pytest.raises(pulse.LeaseLost), pulse.Heart(first) as heart:
        heart.tick(1)


def test_a_job_that_kills_its_workers_is_given_up(account: Account) -> None:
    job = queued(account)
    for _try in range(runner.MOST_TRIES):
        runner.claim(job.pk)
        lapse(job)
    assert settle(job).state == JobState.FAILED
    assert job.error == "Given up: 5 workers died over it."


def test_the_database_holds_an_account_to_one_active_job(account: Account) -> None:
    queued(account)
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(account=account, kind=JobKind.IMPORT, subject="endpoints", state=JobState.RUNNING)


def test_a_waiting_job_is_cancelled_at_once(account: Account) -> None:
    job = services.job_cancel(job=queued(account))
    assert job.state == JobState.CANCELLED
    assert not Part.objects.filter(job=job, role=Role.CONTENT).exists()


def test_a_running_job_is_cancelled_by_its_worker_and_writes_nothing(account: Account) -> None:
    job = services.import_confirm(job=check_file(account, "endpoints", "username,alias\na,A\n"), mode=Mode.ALL)
    running = runner.claim(job.pk)
    services.job_cancel(job=job)
    assert running is not None
    with pulse.Heart(running) as heart:
        runner.work(running, heart)
    job.refresh_from_db()
    assert (job.state, Endpoint.objects.count()) == (JobState.CANCELLED, 0)


def test_a_cancellation_that_came_too_late_for_the_check_does_not_stop_the_import(account: Account) -> None:
    job = check_file(account, "endpoints", "username,alias\na,A\n")
    pulse.ask_to_stop(job)
    assert apply(job).state == JobState.DONE


def test_what_is_over_cannot_be_cancelled(account: Account) -> None:
    job = apply(check_file(account, "endpoints", "username,alias\na,A\n"))
    with pytest.raises(ValidationError, match="over already"):
        services.job_cancel(job=job)


def test_good_lines_go_on_where_a_killed_worker_stopped(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LINES_PER_PART", 2)
    text = "username,alias\n" + "".join(f"p{n},A{n}\n" for n in range(5)) + "p0,Again\n"
    job = services.import_confirm(job=check_file(account, "endpoints", text), mode=Mode.GOOD)
    running = runner.claim(job.pk)
    assert running is not None

    with monkeypatch.context() as patched:
        patched.setattr(pulse.Heart, "tick", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt), pulse.Heart(running) as heart:
            runner.work(running, heart)
    job.refresh_from_db()
    assert (job.state, job.cursor, Endpoint.objects.count()) == (JobState.RUNNING, 1, 2)
    lapse(job)
    job = settle(job)
    assert (job.state, job.created_count, job.refused_count, Endpoint.objects.count()) == (JobState.DONE, 5, 1, 5)
    assert len(services.secrets_take(job=job)) == 5


def test_an_orphan_is_handed_on_once_a_lease(account: Account) -> None:
    job = queued(account)
    runner.claim(job.pk)
    assert sweeping.orphans() == []
    lapse(job)
    assert sweeping.orphans() == [job]
    assert [sweeping.hand_on(job), sweeping.hand_on(job)] == [True, False]


def test_an_error_of_ours_fails_the_job_without_details(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "numbers", Mock(side_effect=ZeroDivisionError))
    job = settle(queued(account))
    assert (job.state, job.error) == (JobState.FAILED, "An error of the console itself. Its log names the job.")


def test_content_is_sealed_and_erased_when_the_import_is_done(account: Account) -> None:
    job = check_file(account, "endpoints", "username,alias,password\na,A,VerySecret99\n")
    assert "VerySecret99" not in "".join(Part.objects.values_list("sealed", flat=True))
    job = apply(job)
    assert not Part.objects.filter(job=job, role=Role.CONTENT).exists()


def test_unfetched_passwords_and_old_uploads_are_erased(account: Account) -> None:
    done = apply(check_file(account, "endpoints", "username,alias\na,A\n"))
    checked = check_file(account, "endpoints", "username,alias\nb,B\n")
    yesterday = timezone.now() - timedelta(hours=25)
    Job.objects.update(created_at=yesterday, secrets_until=yesterday)
    services.erase_expired()
    done.refresh_from_db()
    checked.refresh_from_db()
    assert done.secrets_state == SecretsState.ERASED
    assert not Part.objects.exclude(role=Role.REPORT).exists()
    assert not checked.can_confirm


def test_passwords_are_in_no_task_and_no_audit_row(account: Account) -> None:
    from django_tasks_db.models import DBTaskResult

    from console.models import AuditEntry

    apply(check_file(account, "endpoints", "username,alias,password\na,A,VerySecret99\n"))
    tasks = list(DBTaskResult.objects.values_list("args_kwargs", flat=True))
    rows = list(AuditEntry.objects.values_list("changes", flat=True))
    assert tasks
    assert "VerySecret99" not in f"{tasks}{rows}"


def test_workers_erase_uploads_keys_and_links_that_expired(account: Account) -> None:
    from handover.models import Link
    from handover.services import links_create
    from idempotency.models import KeptAnswer

    card = {"username": "a", "realm": "r", "server": "s", "password": "p", "name": ""}
    links_create(account=account, cards=[card], minutes=15)
    past = timezone.now() - timedelta(days=2)
    KeptAnswer.objects.create(account_id=account.pk, key_hash="k", request_hash="r", busy_until=past, expires_at=past)
    Link.objects.update(expires_at=past)
    sweeping.erase()
    assert (KeptAnswer.objects.count(), Link.objects.get().sealed) == (0, "")
