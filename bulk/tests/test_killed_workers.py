"""Real workers, killed at random moments of an import: nothing half written, nothing twice, the state always true.

Four imports here, twenty in a soak (``script/soak``). Each loses three
workers: one in its dry run, two while it writes.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from accounts.models import Account
from bulk import services
from bulk.kinds.registry import kinds
from bulk.models import Job, JobState, Mode, Pulse, Step
from console.models import AuditEntry
from endpoints.models import Endpoint
from sip.models import Secret, Subscriber
from tests import processes
from tests.faults.figures import count, report
from tests.tenants import make_account

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
IMPORTS = count(2, 10)  # of each mode
LINES = 3000
KILLS = (Step.CHECK, Step.APPLY, Step.APPLY)  # in which step a worker dies, or soon after it


def database_url(alias: str) -> str:
    """The test database, as a variable of the environment names it."""
    found = connections[alias].settings_dict
    if settings.IS_SQLITE:
        return f"sqlite:///{found['NAME']}"
    return f"postgres://{found['USER']}:{found['PASSWORD']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


class Worker:
    """A ``db_worker`` process on the test database."""

    def __init__(self, directory: Path) -> None:
        self.log = directory / "worker.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it with short leases."""
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": database_url("default"),
        }
        environment |= {"JOB_LEASE_SECONDS": "1", "JOB_HEARTBEAT_THREAD": "1"}
        if settings.IS_SQLITE:
            environment["VOLATILE_DATABASE_URL"] = database_url("volatile")
        command = [sys.executable, "manage.py", "db_worker", "--no-startup-delay", "--interval", "0.1", "--no-reload"]
        with self.log.open("ab") as log:
            self.process = processes.start(command, log=log, environment=environment, directory=settings.BASE_DIR)

    def kill(self) -> None:
        """Kill -9."""
        if self.process is not None:
            processes.stop(self.process, by=signal.SIGKILL)


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    """A worker that does not outlive the test."""
    started = Worker(tmp_path)
    yield started
    started.kill()


def wait_for_headway(job: Job, step: Step, seconds: float = 240) -> None:
    """Return when a worker has begun that step, or the next one, or the job is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        job.refresh_from_db()
        pulse = Pulse.objects.filter(job_pk=job.pk).first()
        is_running = job.state == JobState.RUNNING and pulse is not None and pulse.is_alive
        if not job.is_active or (is_running and job.step in (step, Step.APPLY)):
            return
        time.sleep(0.02)
    raise AssertionError("no worker took the job up")


def wait_for_the_end(job: Job, seconds: float = 240) -> None:
    """Return when the job is over."""
    deadline = time.monotonic() + seconds
    while job.is_active and time.monotonic() < deadline:
        time.sleep(0.1)
        job.refresh_from_db()
    assert not job.is_active, "the job is not over"


def check_truth(job: Job, account: Account) -> None:
    """What is written is all or nothing, in pairs, and what the job says of itself."""
    job.refresh_from_db()
    written = Endpoint.objects.filter(account=account).count()
    assert Subscriber.objects.filter(account=account).count() == written
    assert Secret.objects.filter(subscriber__account=account).count() == written
    assert AuditEntry.objects.filter(main_account_id=account.pk, object_type="endpoint").count() == written
    assert written == (job.created_count if job.step == Step.APPLY else 0)
    if job.options["then"] == Mode.ALL:
        assert written == (LINES if job.state == JobState.DONE else 0)


@pytest.mark.parametrize("mode", [Mode.ALL, Mode.GOOD])
def test_a_killed_import_is_taken_over_without_a_line_twice(worker: Worker, mode: str) -> None:
    text = "username,alias\n" + "".join(f"phone{number},Desk-{number}\n" for number in range(LINES))
    steps: Counter[str] = Counter()  # in which a worker was killed
    for number in range(IMPORTS):
        account = make_account(f"Acme {number}")
        job = services.import_start(account=account, kind=kinds()["endpoints"], data=text.encode(), then=mode)
        for step in KILLS:
            worker.start()
            wait_for_headway(job, step)
            time.sleep(random.uniform(0, 1.2))
            worker.kill()
            check_truth(job, account)
            steps["over" if not job.is_active else "check" if job.step == Step.CHECK else "apply"] += 1
        worker.start()
        wait_for_the_end(job)
        worker.kill()
        check_truth(job, account)
        assert (job.state, job.created_count) == (JobState.DONE, LINES)
        assert len(services.secrets_take(job=job)) == LINES
        assert kinds()["endpoints"].rows(account).count() == LINES
    report("kill -9 of an import's worker", mode=mode, imports=IMPORTS, lines_each=LINES, **steps)
