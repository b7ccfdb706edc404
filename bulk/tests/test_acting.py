"""A bulk action on more rows than one request changes: a job does it, and its page tells what became of each."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Account
from bulk.models import Job, JobState
from bulk.tests.conftest import report_of, settle
from console.models import AuditEntry
from console.views import bulk
from endpoints.models import Application, Endpoint
from tests.tenants import make_application, make_endpoint

MANY = 7


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that changes no more than five rows."""
    monkeypatch.setattr(bulk, "MOST_ROWS", 5)


def act(client: Client, account: Account, section: str, action: str, **data: str) -> Job:
    """Confirm a bulk action on all that match, and find the job that it started."""
    form = {"action": action, "all": "1", "confirmed": "1", "expected": str(MANY), **data}
    response = client.post(f"/accounts/{account.auth_id}/{section}/bulk/", form)
    job = Job.objects.get()
    assert response["Location"] == f"/accounts/{account.auth_id}/imports/{job.job_id}/"
    return job


@pytest.mark.usefixtures("few")
def test_all_that_match_are_disabled_whatever_their_number(owner: Client, account: Account) -> None:
    endpoints = [make_endpoint(account, f"desk{number}") for number in range(MANY)]
    make_endpoint(account, "other", enabled=False)
    page = owner.post(
        f"/accounts/{account.auth_id}/endpoints/bulk/", {"action": "disable", "all": "1", "query": "enabled=true"}
    )
    assert "A worker does it" in page.content.decode()
    job = act(owner, account, "endpoints", "disable", query="enabled=true")
    assert Endpoint.objects.filter(enabled=True).count() == MANY

    job = settle(job)
    assert (job.state, job.changed_count, job.refused_count) == (JobState.DONE, MANY, 0)
    assert not Endpoint.objects.filter(enabled=True).exists()
    entries = AuditEntry.objects.filter(action="update", object_type="endpoint")
    assert {entry.object_id for entry in entries} == {endpoint.public_id for endpoint in endpoints}
    assert {entry.actor_label for entry in entries} == {"alice@example.test"}
    shown = owner.get(f"/accounts/{account.auth_id}/imports/{job.job_id}/").content.decode()
    assert f"Disable: {MANY} endpoints" in shown
    assert "Done" in shown


@pytest.mark.usefixtures("few")
def test_what_its_form_asked_is_kept_for_the_job(owner: Client, account: Account) -> None:
    for number in range(MANY):
        make_endpoint(account, f"desk{number}")
    application = make_application(account, "ivr")
    settle(act(owner, account, "endpoints", "assign", application=str(application.pk)))
    assert Endpoint.objects.filter(application=application).count() == MANY


@pytest.mark.usefixtures("few")
def test_what_its_form_named_may_be_gone_when_the_job_runs(owner: Client, account: Account) -> None:
    for number in range(MANY):
        make_endpoint(account, f"desk{number}")
    application = make_application(account, "ivr")
    job = act(owner, account, "endpoints", "assign", application=str(application.pk))
    application.delete()
    job = settle(job)
    assert (job.state, job.changed_count) == (JobState.FAILED, 0)
    assert "valid choice" in job.error


@pytest.mark.usefixtures("few")
def test_what_is_refused_stays_and_is_told(owner: Client, account: Account) -> None:
    applications = [make_application(account, f"ivr{number}") for number in range(MANY)]
    make_endpoint(account, "desk", application=applications[2])
    job = act(owner, account, "applications", "delete", typed=str(MANY))
    applications[4].delete()
    job = settle(job)
    assert (job.changed_count, job.refused_count) == (MANY - 2, 2)
    assert list(Application.objects.all()) == [applications[2]]
    said = [errors[0][1] for _line, _outcome, _name, errors in report_of(job) if errors]
    assert said == ["Application is currently in use by 1 endpoints", "It is gone since."]
    assert "in use" in owner.get(f"/accounts/{account.auth_id}/imports/{job.job_id}/").content.decode()


@pytest.mark.usefixtures("few")
def test_while_another_job_runs_it_is_refused(owner: Client, account: Account) -> None:
    for number in range(MANY):
        make_endpoint(account, f"desk{number}")
    act(owner, account, "endpoints", "disable")
    form = {"action": "enable", "all": "1", "confirmed": "1", "expected": str(MANY)}
    response = owner.post(f"/accounts/{account.auth_id}/endpoints/bulk/", form, follow=True)
    assert "Another job of this account is still running." in response.content.decode()
