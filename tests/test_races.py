"""Twenty at once: whatever comes together, one gets the name, limits hold, and nobody sees an error that is none."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Barrier, Event
from typing import Any

import httpx
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections
from django.http import Http404

from accounts.models import Account, Membership
from accounts.permissions import Role
from accounts.services import account_create, account_delete, member_remove
from bulk.kinds.registry import kinds
from bulk.models import JobState, Mode
from bulk.services import import_start
from bulk.tests.conftest import apply, check_file
from console import invariants
from console.models import AuditEntry
from credentials.services import credential_delete, credential_update
from endpoints.models import Application, Endpoint
from endpoints.services import application_create, endpoint_delete, endpoint_update
from sip.models import Realm, Secret, Subscriber
from sip.tests.conftest import sbc_of
from sip.tests.sbc import REALM, question
from tests.live import LiveConsole
from tests.tenants import SIP_PASSWORD, make_account, make_credential, make_endpoint, make_person

TOGETHER = 20
PASSWORD = "SecurePass123"


def at_once(work: Callable[[int], Any], count: int = TOGETHER) -> list[Any]:
    """Call ``work(0)``, ``work(1)``... in so many threads that start together. Returns what each returned."""
    barrier = Barrier(count)

    def start(number: int) -> Any:
        barrier.wait()
        try:
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(start, range(count)))


# --- over HTTP, against the processes that production runs ------------------------------------------------------------


class Tenant:
    """An account of the live console, as its client knows it."""

    def __init__(self, console: LiveConsole, *arguments: str) -> None:
        name = f"Racer {secrets.token_hex(4)}"
        self.created = console.manage_json("create_account", "--name", name, "--json", *arguments)
        self.auth_id = self.created["auth_id"]
        headers = {"X-Auth-ID": self.auth_id, "X-Auth-Token": self.created["auth_token"]}
        self.client = httpx.Client(base_url=f"{console.url}/api/v1/Account/{self.auth_id}", headers=headers, timeout=60)

    def endpoint(self, username: str) -> httpx.Response:
        return self.client.post("/Endpoint/", json={"username": username, "alias": "racer", "password": PASSWORD})

    def credential(self, username: str) -> httpx.Response:
        return self.client.post("/credentials", json={"username": username, "password": PASSWORD})


@contextmanager
def closing(*tenants: Tenant) -> Iterator[None]:
    try:
        yield
    finally:
        for tenant in tenants:
            tenant.client.close()


@pytest.fixture
def tenant(live_console: LiveConsole) -> Iterator[Tenant]:
    fresh = Tenant(live_console)
    with closing(fresh):
        yield fresh


@pytest.fixture
def rival(live_console: LiveConsole) -> Iterator[Tenant]:
    fresh = Tenant(live_console)
    with closing(fresh):
        yield fresh


def statuses(responses: Sequence[httpx.Response]) -> dict[int, int]:
    return dict(Counter(response.status_code for response in responses))


def said(responses: Sequence[httpx.Response], key: str) -> set[Any]:
    """What those say that were refused."""
    return {response.json()[key] for response in responses if response.status_code == 409}


def test_of_twenty_endpoints_with_one_username_one_is_made(tenant: Tenant) -> None:
    responses = at_once(lambda _number: tenant.endpoint("alice"))
    assert statuses(responses) == {201: 1, 409: 19}
    assert said(responses, "error") == {"username already exists"}


def test_the_case_of_the_username_makes_no_difference(tenant: Tenant) -> None:
    spelling = ["alice", "Alice", "ALICE", "aLiCe"]
    assert statuses(at_once(lambda number: tenant.endpoint(spelling[number % 4]))) == {201: 1, 409: 19}


def test_of_twenty_credentials_with_one_username_one_is_made(tenant: Tenant) -> None:
    responses = at_once(lambda _number: tenant.credential("office_phone_01"))
    assert statuses(responses) == {201: 1, 409: 19}
    assert said(responses, "code") == {409}


def test_two_accounts_each_get_the_username_and_another_uri(tenant: Tenant, rival: Tenant) -> None:
    responses = at_once(lambda number: (tenant, rival)[number % 2].endpoint("alice"))
    uris = {response.json()["sip_uri"] for response in responses if response.status_code == 201}
    assert statuses(responses) == {201: 2, 409: 18}
    assert len(uris) == 2


def test_in_a_realm_of_ones_own_an_endpoint_and_a_credential_share_the_names(live_console: LiveConsole) -> None:
    owner = Tenant(live_console, "--realm", f"racer-{secrets.token_hex(4)}.example.com")
    with closing(owner):
        make = (owner.endpoint, owner.credential)
        assert statuses(at_once(lambda number: make[number % 2]("alice"))) == {201: 1, 409: 19}


def test_different_usernames_are_all_made(tenant: Tenant) -> None:
    assert statuses(at_once(lambda number: tenant.endpoint(f"alice{number}"))) == {201: 20}


# --- over services, with the database of the suite --------------------------------------------------------------------


def outcome(work: Callable[[], Any]) -> str:
    """What came of a service: "made", "gone", "conflict", or the code of its refusal."""
    try:
        work()
    except ValidationError as error:
        return str(error.code if hasattr(error, "code") else "invalid")
    except Http404:
        return "gone"
    except IntegrityError:  # the doors say 409
        return "conflict"
    return "made"


@pytest.mark.django_db(transaction=True)
def test_a_limit_holds_under_twenty_threads() -> None:
    account = make_account("Acme")
    Account.objects.filter(pk=account.pk).update(endpoint_limit=5)
    outcomes = at_once(lambda number: outcome(lambda: make_endpoint(account, f"alice{number}")))
    assert Counter(outcomes) == {"made": 5, "limit": 15}


@pytest.mark.django_db(transaction=True)
def test_of_many_new_defaults_one_is_the_default() -> None:
    account = make_account("Acme")

    def make(number: int) -> Application:
        app = Application(account=account, app_name=f"app{number}", answer_url="https://apps.example.test/")
        app.default_endpoint_app = True
        return application_create(application=app)

    at_once(make, 8)
    assert Application.objects.filter(default_endpoint_app=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_first_accounts_one_gets_the_platforms_domain(settings: Any) -> None:
    at_once(lambda number: account_create(account=Account(name=f"Account {number}")), 8)
    assert Account.objects.count() == 8
    assert Realm.objects.filter(name=settings.SIP_DOMAIN).count() == 1
    assert Realm.objects.filter(serves_endpoints=True).count() == 8


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("owners", [1, 2])
def test_an_account_keeps_one_owner_however_many_are_removed_at_once(owners: int) -> None:
    """Each of its owners by several people: all but the last go, and who comes too late is told nothing untrue."""
    account = make_account("Acme")
    members = [make_person(f"owner{number}", account, Role.OWNER).memberships.get() for number in range(owners)]
    stale = [Membership.objects.get(pk=members[number % owners].pk) for number in range(8)]
    outcomes = at_once(lambda number: outcome(lambda: member_remove(membership=stale[number])), 8)
    assert Membership.objects.filter(account=account, role=Role.OWNER).count() == 1
    assert set(outcomes) <= {"made", "last_owner"}
    assert ("made" in outcomes) is (owners > 1)


@pytest.mark.django_db(transaction=True)
def test_deleting_a_sub_account_twice_while_it_gets_endpoints_leaves_no_half() -> None:
    """One deletes; the endpoints that were made before go back to the main account, later ones are refused."""
    account = make_account("Acme")
    branch = make_account("Branch", parent=account)
    stale = [Account.objects.get(pk=branch.pk) for _number in range(12)]

    def work(number: int) -> str:
        if number % 4 == 0:
            return f"delete {outcome(lambda: account_delete(account=stale[number]))}"
        return f"make {outcome(lambda: make_endpoint(account, f'phone{number}', sub_account=stale[number]))}"

    found = Counter(at_once(work, 12))
    assert (found["delete made"], found["delete gone"]) == (1, 2)
    assert found["make made"] + found["make conflict"] == 9
    assert Endpoint.objects.filter(sub_account=None).count() == Endpoint.objects.count() == found["make made"]
    assert invariants.verify() == []


# --- writes on one object, by what was loaded before the other's write ------------------------------------------------


@dataclass(frozen=True)
class Kind:
    """A kind of object with a subscriber: how one is made, changed and deleted, and a field without consequences."""

    make: Callable[..., Any]
    update: Callable[..., Any]
    delete: Callable[..., None]
    name: str
    harmless: tuple[str, Any]

    def loaded(self, made: Any) -> Any:
        """The object as somebody else has it before them."""
        return type(made).objects.get(pk=made.pk)


KINDS = {
    "endpoint": Kind(make_endpoint, endpoint_update, endpoint_delete, "endpoint", ("alias", "Other")),
    "credential": Kind(make_credential, credential_update, credential_delete, "credential", ("description", "Other")),
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


@pytest.mark.django_db
def test_a_change_takes_nothing_back_that_another_made_meanwhile(kind: Kind) -> None:
    """Above all not that it was disabled."""
    made = kind.make(make_account("Acme"), "desk")
    stale = kind.loaded(made)
    kind.update(**{kind.name: made}, enabled=False)
    kind.update(**{kind.name: stale}, password="AnotherPass123")
    kind.update(**{kind.name: kind.loaded(made)} | dict([kind.harmless]))
    found = kind.loaded(made)
    assert (found.enabled, found.subscriber.enabled) == (False, False)
    assert getattr(found, kind.harmless[0]) == kind.harmless[1]


@pytest.mark.django_db
def test_what_was_deleted_meanwhile_is_neither_changed_nor_deleted_again(kind: Kind) -> None:
    made = kind.make(make_account("Acme"), "desk")
    stale = [kind.loaded(made) for _number in range(2)]
    kind.delete(**{kind.name: made})
    with pytest.raises(Http404):
        kind.update(**{kind.name: stale[0]}, password="AnotherPass123")
    with pytest.raises(Http404):
        kind.delete(**{kind.name: stale[1]})
    assert AuditEntry.objects.filter(object_type=kind.name, action="delete").count() == 1
    assert Subscriber.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_rotating_and_deleting_at_once_leaves_nothing_or_all(kind: Kind) -> None:
    """One deletes; who rotates before it has rotated, who comes after it finds nothing. No half of a pair is left."""
    made = kind.make(make_account("Acme"), "desk")
    stale = [kind.loaded(made) for _number in range(12)]

    def work(number: int) -> str:
        if number % 4 == 0:
            return f"delete {outcome(lambda: kind.delete(**{kind.name: stale[number]}))}"
        password = f"SecurePass{number}"
        return f"rotate {outcome(lambda: kind.update(**{kind.name: stale[number]}, password=password))}"

    found = Counter(at_once(work, 12))
    assert (found["delete made"], found["delete gone"]) == (1, 2)
    assert found["rotate made"] + found["rotate gone"] == 9
    assert (Subscriber.objects.count(), Secret.objects.count()) == (0, 0)
    assert invariants.verify() == []


@pytest.mark.django_db(transaction=True)
def test_many_rotations_at_once_leave_one_password(kind: Kind) -> None:
    made = kind.make(make_account("Acme"), "desk")
    stale = [kind.loaded(made) for _number in range(8)]
    found = at_once(
        lambda number: outcome(lambda: kind.update(**{kind.name: stale[number]}, password=f"SecurePass{number}")), 8
    )
    assert set(found) == {"made"}
    assert Secret.objects.filter(valid_until=None).count() == Secret.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_once_disabling_is_answered_nobody_gets_in() -> None:
    """A question that was asked before may still be answered by what was true then; none that is asked afterwards."""
    created = account_create(account=Account(name="Acme"), realm=REALM)
    endpoint = make_endpoint(created.account, "daveh")
    sbc = sbc_of(created)
    is_disabled = Event()

    def work(number: int) -> list[tuple[bool, str]]:
        if number == 0:
            endpoint_update(endpoint=endpoint, enabled=False)
            is_disabled.set()
            return []
        answers = [asked() for _time in range(5)]
        assert is_disabled.wait(60)
        return [*answers, asked()]

    def asked() -> tuple[bool, str]:
        is_after = is_disabled.is_set()
        return is_after, sbc.ask(question(password=SIP_PASSWORD))["status"]

    found = Counter(answer for answers in at_once(work, 6) for answer in answers)
    assert set(found) <= {(False, "ok"), (False, "fail"), (True, "fail")}
    assert found[True, "fail"] >= 5


# --- imports ----------------------------------------------------------------------------------------------------------

ROWS = "username,alias\n" + "".join(f"phone{number},Imported\n" for number in range(30))


@pytest.mark.django_db(transaction=True)
def test_of_two_imports_at_once_one_is_taken_and_the_other_told_to_wait() -> None:
    account = make_account("Acme")
    endpoints = kinds()["endpoints"]
    found = at_once(
        lambda _number: outcome(lambda: import_start(account=account, kind=endpoints, data=ROWS.encode())), 6
    )
    assert Counter(found) == {"made": 1, "busy": 5}


@pytest.mark.django_db(transaction=True)
def test_two_checked_imports_of_the_same_names_make_each_once() -> None:
    account = make_account("Acme")
    jobs = [check_file(account, "endpoints", ROWS) for _number in range(2)]
    found = at_once(lambda number: outcome(lambda: apply(jobs[number], Mode.GOOD)), 2)
    assert set(found) <= {"made", "busy"}
    assert "made" in found
    assert Endpoint.objects.count() == Subscriber.objects.count() == 30
    assert invariants.verify() == []


@pytest.mark.django_db(transaction=True)
def test_an_import_and_edits_of_its_rows_lose_neither() -> None:
    """Edits of other fields stay beside the import's; what is deleted first is made by the import, or is gone."""
    account = make_account("Acme")
    made = [make_endpoint(account, f"phone{number}") for number in range(30)]
    job = check_file(account, "endpoints", ROWS)
    stale = [Endpoint.objects.get(pk=endpoint.pk) for endpoint in made]

    def work(number: int) -> list[str]:
        if number == 0:
            return [apply(job, Mode.GOOD).state]
        mine = stale[number - 1 :: 5]
        edited = [outcome(lambda: endpoint_update(endpoint=each, allow_video=False)) for each in mine[:-1]]  # noqa: B023
        return [*edited, outcome(lambda: endpoint_delete(endpoint=mine[-1]))]

    (state,), *outcomes = at_once(work, 6)
    assert state == JobState.DONE
    assert {each for found in outcomes for each in found} == {"made"}
    kept = Endpoint.objects.filter(pk__in=[endpoint.pk for endpoint in made])
    assert kept.count() == 25
    assert set(kept.values_list("alias", "allow_video")) == {("Imported", False)}
    assert invariants.verify() == []
