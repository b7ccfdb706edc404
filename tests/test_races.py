"""Twenty at once: whatever comes together, one gets the name, limits hold, and nobody sees an error that is none."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import httpx
import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from accounts.models import Account, Membership
from accounts.permissions import Role
from accounts.services import account_create, member_remove
from endpoints.models import Application
from endpoints.services import application_create
from sip.models import Realm
from tests.live import LiveConsole
from tests.tenants import make_account, make_endpoint, make_person

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
    """What came of a service: "made", or the code of its refusal."""
    try:
        work()
    except ValidationError as error:
        return str(error.code if hasattr(error, "code") else "invalid")
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
