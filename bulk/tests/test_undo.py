"""Undoing an import: what it made goes, what it changed comes back, what changed since stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Account
from bulk import services
from bulk.models import Job, JobState, Mode
from bulk.tests.conftest import apply, check_file, errors_of, settle
from credentials.services import credential_create
from endpoints.models import Endpoint
from endpoints.services import application_delete, endpoint_delete, endpoint_update
from sip.models import Subscriber
from tests.tenants import make_application, make_endpoint

pytestmark = pytest.mark.django_db


def undo(job: Job) -> Job:
    return settle(services.undo_start(job=job))


def test_what_was_made_goes_with_its_subscriber(account: Account) -> None:
    job = undo(apply(check_file(account, "endpoints", "username,alias\na,A\nb,B\n")))
    assert (job.state, job.created_count) == (JobState.DONE, 2)
    assert not Subscriber.objects.exists()


def test_what_was_changed_gets_its_former_values(account: Account, sub_account: Account) -> None:
    ivr = make_application(account, "ivr")
    endpoint = make_endpoint(account, "a", alias="Before", application=ivr, sub_account=sub_account)
    before = endpoint.audited_values()
    job = apply(check_file(account, "endpoints", "username,alias,application,sub_account,enabled\na,After,,,no\n"))
    assert undo(job).changed_count == 1
    assert Endpoint.objects.get().audited_values() == before


def test_what_was_changed_since_is_left_alone_and_said(account: Account) -> None:
    job = apply(check_file(account, "endpoints", "username,alias\na,A\nb,B\n"))
    endpoint_update(endpoint=Endpoint.objects.get(username="a"), alias="Mine")
    undone = undo(job)
    assert (undone.created_count, undone.refused_count) == (1, 1)
    assert Endpoint.objects.get().alias == "Mine"
    assert errors_of(undone) == [[2, "", "It was changed since, by ?."]]


def test_what_is_gone_since_is_said(account: Account) -> None:
    job = apply(check_file(account, "endpoints", "username,alias\na,A\n"))
    endpoint_delete(endpoint=Endpoint.objects.get())
    assert errors_of(undo(job)) == [[1, "", "It is gone since."]]


def test_a_password_has_no_former_value(account: Account) -> None:
    make_endpoint(account, "a")
    undone = undo(apply(check_file(account, "endpoints", "username,password\na,AnotherPass99\n")))
    assert (undone.unchanged_count, undone.refused_count) == (1, 0)


def test_an_application_that_is_gone_since_cannot_be_given_back(account: Account) -> None:
    ivr = make_application(account, "ivr")
    make_endpoint(account, "a", application=ivr)
    job = apply(check_file(account, "endpoints", "username,application\na,\n"))
    application_delete(application=ivr)
    assert errors_of(undo(job)) == [[1, "", "application: It is gone since."]]


def test_a_job_that_undoes_nothing_is_refused(account: Account) -> None:
    job = undo(apply(check_file(account, "endpoints", "username,alias\na,A\n")))
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED, target=None)
    assert (settle(job).state, job.error) == (JobState.FAILED, "There is nothing to undo.")


def test_a_sub_account_that_was_used_since_stays(account: Account) -> None:
    job = apply(check_file(account, "sub-accounts", "name\nBerlin\nParis\n"))
    from credentials.models import Credential

    berlin = Account.objects.get(name="Berlin")
    credential_create(credential=Credential(account=berlin, username="trunk"), password="SecurePass123")
    undone = undo(job)
    assert list(account.sub_accounts.all()) == [berlin]
    assert errors_of(undone) == [[2, "", "It was used since."]]


def test_an_import_is_undone_once(account: Account) -> None:
    job = apply(check_file(account, "endpoints", "username,alias\na,A\n"))
    undo(job)
    with pytest.raises(ValidationError, match="once"):
        services.undo_start(job=job)


def test_an_import_is_undone_within_a_day(account: Account) -> None:
    job = apply(check_file(account, "endpoints", "username,alias\na,A\n"))
    job.finished_at = (job.finished_at or job.created_at) - timedelta(days=1)
    job.save()
    with pytest.raises(ValidationError, match="within the last day"):
        services.undo_start(job=job)


def test_good_lines_of_a_cancelled_import_can_be_undone(account: Account) -> None:
    job = apply(check_file(account, "endpoints", "username,alias\na,A\n!,B\n"), Mode.GOOD)
    Job.objects.filter(pk=job.pk).update(state=JobState.CANCELLED)
    undo(job)
    assert not Endpoint.objects.exists()
