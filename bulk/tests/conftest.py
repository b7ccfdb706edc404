"""What the tests of bulk work share: a file on its way in, in one call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Account
from bulk import parts, runner, services
from bulk.kinds.registry import kinds
from bulk.models import Job, Mode, Role


def check_file(account: Account, kind: str, text: str | bytes, then: str = "") -> Job:
    """Upload a file and have it checked (and applied, with ``then``)."""
    data = text.encode() if isinstance(text, str) else text
    job = services.import_start(account=account, kind=kinds()[kind], data=data, then=then)
    return settle(job)


def settle(job: Job) -> Job:
    """Do what the workers would do about a job now."""
    runner.run(job.pk)
    job.refresh_from_db()
    while job.is_active:
        runner.run(job.pk)
        job.refresh_from_db()
    return job


def apply(job: Job, mode: str = Mode.ALL) -> Job:
    """Confirm a checked import and have it written."""
    return settle(services.import_confirm(job=job, mode=mode))


def report_of(job: Job) -> list[Any]:
    """The report's lines."""
    return list(parts.read_all(job, Role.REPORT))


def errors_of(job: Job) -> list[Any]:
    """The errors of the report's refused lines: line, column, words."""
    return [[line, *error] for line, _outcome, _label, errors in report_of(job) for error in errors]


@pytest.fixture
def endpoints_csv() -> Callable[[int], str]:
    """Makes a file of so many endpoints."""

    def make(count: int) -> str:
        return "username,alias\n" + "".join(f"phone{number},Desk-{number}\n" for number in range(count))

    return make
