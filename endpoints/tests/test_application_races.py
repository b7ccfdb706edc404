"""An application is deleted or disabled at the very moment when it is given: a refusal in words at every door."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.http import Http404
from django.test import Client

from accounts.models import Account
from accounts.services import account_lock
from bulk import services
from bulk.kinds.registry import kinds
from bulk.models import Job, JobState, Mode
from bulk.steps import apply as step
from bulk.tests.conftest import apply, check_file, errors_of, settle
from console import invariants
from console.models import AuditEntry
from endpoints.models import Application, Endpoint
from endpoints.services import (
    InUse,
    application_delete,
    application_update,
    endpoint_create,
    endpoint_delete,
    endpoint_update,
)
from tests.tenants import SIP_PASSWORD, make_account, make_application, make_endpoint
from tests.vobiz import Api

pytestmark = pytest.mark.django_db
Between = Callable[[Callable[[], Any]], None]
GONE = "Application not found"


@pytest.fixture
def app(account: Account) -> Application:
    return make_application(account, "ivr")


@pytest.fixture
def desk(account: Account) -> Endpoint:
    return make_endpoint(account, "desk")


@pytest.fixture
def before_the_lock(monkeypatch: pytest.MonkeyPatch) -> Between:
    """Has something done after a door has read what it needs, and before its service holds the account."""

    def arrange(work: Callable[[], Any]) -> None:
        waiting = [work]

        def lock(account_id: int) -> Account:
            if waiting:
                waiting.pop()()
            return account_lock(account_id)

        for module in ("endpoints.services", "sip.services"):
            monkeypatch.setattr(f"{module}.account_lock", lock)

    return arrange


# --- doors ------------------------------------------------------------------------------------------------------------


def test_the_api_creates_nothing_and_says_why(api: Api, app: Application, before_the_lock: Between) -> None:
    before_the_lock(lambda: application_delete(application=app))
    body = {"username": "new1", "alias": "New", "password": SIP_PASSWORD, "application": str(app.app_id)}
    answer = api.post("Endpoint/", body)
    assert (answer.status_code, answer.json()["details"]) == (400, {"application": GONE})
    assert not Endpoint.objects.exists()


def test_the_api_changes_nothing_and_says_why(
    api: Api, app: Application, desk: Endpoint, before_the_lock: Between
) -> None:
    before_the_lock(lambda: application_delete(application=app))
    answer = api.post(f"Endpoint/{desk.endpoint_id}/", {"application": str(app.app_id)})
    assert (answer.status_code, answer.json()["details"]) == (400, {"application": GONE})


@pytest.mark.parametrize("where", ["new/", "{}/edit/"])
def test_a_page_comes_back_with_the_words_beside_the_field(
    owner: Client, account: Account, app: Application, desk: Endpoint, before_the_lock: Between, where: str
) -> None:
    before_the_lock(lambda: application_delete(application=app))
    sent = {"username": "new1", "alias": "New", "password": SIP_PASSWORD, "application": app.pk, "allow_voice": "on"}
    answer = owner.post(f"/accounts/{account.auth_id}/endpoints/{where.format(desk.endpoint_id)}", sent)
    assert answer.status_code == 200
    assert answer.context["form"].errors == {"application": [GONE]}


def test_a_bulk_action_names_each_row(
    owner: Client, account: Account, app: Application, desk: Endpoint, before_the_lock: Between
) -> None:
    before_the_lock(lambda: application_delete(application=app))
    sent = {"action": "assign", "row": desk.endpoint_id, "confirmed": "1", "expected": "1", "application": app.pk}
    answer = owner.post(f"/accounts/{account.auth_id}/endpoints/bulk/", sent, follow=True)
    assert answer.status_code == 200
    assert GONE in answer.content.decode()


def test_a_bulk_job_reports_each_row(
    account: Account, app: Application, desk: Endpoint, before_the_lock: Between
) -> None:
    before_the_lock(lambda: application_delete(application=app))
    assert errors_of(settle(job_of(account, app, desk)))[0][2] == GONE


def test_a_bulk_job_whose_application_was_deleted_before_it_began_says_so(
    account: Account, app: Application, desk: Endpoint
) -> None:
    job = job_of(account, app, desk)
    application_delete(application=app)
    done = settle(job)
    assert done.error or errors_of(done)
    assert Endpoint.objects.get(pk=desk.pk).application is None


def job_of(account: Account, app: Application, *rows: Endpoint) -> Job:
    """The bulk action as a job."""
    typed = {"application": [str(app.pk)]}
    return services.action_start(
        account=account, section="endpoints", action="assign", typed=typed, keys=[row.pk for row in rows]
    )


@pytest.mark.parametrize("what", ["assign", "rotate"])
def test_a_row_that_is_deleted_just_then_is_a_line_of_the_report(
    account: Account, app: Application, desk: Endpoint, before_the_lock: Between, what: str
) -> None:
    hall, gone = make_endpoint(account, "hall"), Endpoint.objects.get(pk=desk.pk)
    before_the_lock(lambda: endpoint_delete(endpoint=gone))
    if what == "assign":
        done = settle(job_of(account, app, desk, hall))
    else:
        kind, keys = kinds()["endpoints"], [desk.pk, hall.pk]
        done = settle(services.rotation_start(account=account, kind=kind, keys=keys, overlap_minutes=0))
    assert (done.state, done.changed_count, errors_of(done)) == (JobState.DONE, 1, [[1, "", "It is gone since."]])


@pytest.mark.parametrize("mode", [Mode.ALL, Mode.GOOD])
def test_an_import_refuses_the_lines_that_name_it(account: Account, app: Application, mode: Mode) -> None:
    job = check_file(account, "endpoints", "username,alias,application\nnew1,New,ivr\nnew2,Two,\n")
    application_delete(application=app)
    done = apply(job, mode)
    if mode == Mode.ALL:
        assert (done.state, Endpoint.objects.count()) == (JobState.FAILED, 0)
        assert GONE in done.error
    else:
        assert errors_of(done) == [[2, "application", GONE]]
        assert Endpoint.objects.get().username == "new2"


def test_an_import_asks_for_the_default_anew_in_each_part(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two parts, anything may have happened to it."""
    monkeypatch.setattr("bulk.parts.LINES_PER_PART", 2)
    default = make_application(account, "default", default_endpoint_app=True)
    job = check_file(account, "endpoints", "username,alias\n" + "".join(f"n{each},N\n" for each in range(4)))
    whole = step.write_part
    parts_seen: list[int] = []

    def write_part(job: Job, kind: Any, context: Any, number: int) -> Any:
        if parts_seen:
            for endpoint in Endpoint.objects.all():
                endpoint_update(endpoint=endpoint, application=None)
            application_delete(application=default)
        parts_seen.append(number)
        return whole(job, kind, context, number)

    monkeypatch.setattr(step, "write_part", write_part)
    assert apply(job, Mode.GOOD).state == JobState.DONE
    assert len(parts_seen) == 2
    assert set(Endpoint.objects.values_list("application", flat=True)) == {None}


def test_what_was_disabled_meanwhile_is_not_answered_for(
    account: Account, app: Application, desk: Endpoint, before_the_lock: Between
) -> None:
    stale = Application.objects.get(pk=app.pk)
    before_the_lock(lambda: application_update(application=app, enabled=False))
    endpoint_update(endpoint=desk, application=stale)
    desk.subscriber.refresh_from_db()
    assert desk.subscriber.application_sid is None
    made = endpoint_create(
        endpoint=Endpoint(account=account, username="new1", alias="New", application=stale), password=SIP_PASSWORD
    )
    assert made.subscriber.application_sid is None


def test_what_was_deleted_meanwhile_is_neither_changed_nor_deleted_again(account: Account, app: Application) -> None:
    """Above all not made again by a change that was loaded before."""
    stale = [Application.objects.get(pk=app.pk) for _number in range(2)]
    application_delete(application=app)
    with pytest.raises(Http404):
        application_update(application=stale[0], app_name="again")
    with pytest.raises(Http404):
        application_delete(application=stale[1])
    assert not Application.objects.exists()
    assert AuditEntry.objects.filter(object_type="application", action="delete").count() == 1


def test_a_change_takes_nothing_back_that_another_made_meanwhile(account: Account, app: Application) -> None:
    stale = Application.objects.get(pk=app.pk)
    application_update(application=app, enabled=False)
    application_update(application=stale, app_name="renamed")
    found = Application.objects.get(pk=app.pk)
    assert (found.enabled, found.app_name) == (False, "renamed")


# --- with threads -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_new", [False, True])
def test_deleting_it_while_it_is_given_leaves_all_or_nothing(is_new: bool) -> None:
    """Either it was in use before, and stays, or it is gone, and nobody has it."""
    account = make_account("Acme")
    app = make_application(account, "ivr")
    rows = [make_endpoint(account, f"desk{number}") for number in range(12)]
    stale = [Application.objects.get(pk=app.pk) for _row in rows]
    barrier = Barrier(len(rows))

    def work(number: int) -> str:
        barrier.wait()
        try:
            if number % 4 == 0:
                application_delete(application=stale[number])
                return "deleted"
            if is_new:
                make_endpoint(account, f"new{number}", application=stale[number])
            else:
                endpoint_update(endpoint=rows[number], application=stale[number])
        except InUse:
            return "in use"
        except Http404:
            return "gone"
        except ValidationError as error:
            return str(error.error_dict["application"][0].code)
        finally:
            connections.close_all()
        return "given"

    with ThreadPoolExecutor(len(rows)) as pool:
        found = Counter(pool.map(work, range(len(rows))))
    if Application.objects.exists():
        assert found == {"in use": 3, "given": 9}
        assert Endpoint.objects.filter(application=app).count() == 9
    else:
        assert found == {"deleted": 1, "gone": 2, "not_found": 9}
        assert not Endpoint.objects.filter(application__isnull=False).exists()
    assert invariants.verify() == []
