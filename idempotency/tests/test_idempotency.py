"""The same POST twice: answered once, given again, refused where it is another one."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.test import Client
from django.utils import timezone

from accounts.models import Account, ApiToken
from accounts.services import token_create
from console import sealing
from credentials.models import Credential
from idempotency import keeping
from idempotency.models import KeptAnswer
from tests.tenants import make_account

pytestmark = pytest.mark.django_db
BODY = {"username": "trunk_1", "password": "SecurePass123"}


class Caller:
    """Sends requests with an account's token."""

    def __init__(self, account: Account) -> None:
        self.account = account
        _token, self.plain = token_create(token=ApiToken(account=account, name="tests"))

    def post(self, path: str, body: Any, key: str | None = "k1") -> Any:
        """POST as the account."""
        headers = {"X-Auth-ID": self.account.auth_id, "X-Auth-Token": self.plain}
        if key is not None:
            headers["Idempotency-Key"] = key
        address = f"/api/v1/Account/{self.account.auth_id}/{path}"
        return Client(raise_request_exception=False).post(address, body, "application/json", headers=headers)

    def credential(self, key: str | None = "k1", **changes: Any) -> Any:
        """Create a credential."""
        return self.post("credentials", {**BODY, **changes}, key)


@pytest.fixture
def caller(account: Account) -> Caller:
    """Acme's program."""
    return Caller(account)


def test_the_same_request_again_gives_the_same_answer_and_does_nothing(caller: Caller) -> None:
    first, second = caller.credential(), caller.credential()
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second.headers["Idempotent-Replayed"] == "true"
    assert Credential.objects.count() == 1


def test_without_a_key_the_second_is_a_conflict(caller: Caller) -> None:
    assert [caller.credential(None).status_code, caller.credential(None).status_code] == [201, 409]


def test_another_body_under_the_same_key_is_refused(caller: Caller) -> None:
    caller.credential()
    answer = caller.credential(username="other")
    assert (answer.status_code, answer.json()["error"]) == (422, "idempotency key reused")


def test_another_address_under_the_same_key_is_refused(caller: Caller) -> None:
    caller.credential()
    assert caller.post("Endpoint", BODY).status_code == 422


def test_another_accounts_key_is_another_key(caller: Caller) -> None:
    caller.credential()
    other = Caller(make_account("Globex"))
    assert other.credential(username="other").status_code == 201


def test_a_refusal_is_given_again_too(caller: Caller) -> None:
    first, second = caller.credential(password="short"), caller.credential(password="short")
    assert (first.status_code, second.status_code) == (400, 400)
    assert second.headers["Idempotent-Replayed"] == "true"


def test_a_secret_is_not_given_again_and_that_is_said(caller: Caller) -> None:
    first, second = (caller.post("Subaccount", {"name": "Berlin"}) for _time in range(2))
    assert len(first.json()["auth_credentials"]["auth_token"]) == 64
    assert second.json()["auth_credentials"]["auth_token"] == "<redacted>"
    assert "auth_credentials.auth_token" in second.headers["Idempotency-Omitted"]


def test_neither_key_nor_body_nor_secret_is_kept_readable(caller: Caller) -> None:
    token = caller.post("Subaccount", {"name": "Berlin"}, "order-4711").json()["auth_credentials"]["auth_token"]
    (kept,) = KeptAnswer.objects.values()
    assert not [text for text in ("order-4711", "Berlin", token) if text in str(kept)]
    assert token not in sealing.unseal(kept["sealed_answer"])


def test_a_first_request_that_is_still_being_answered_is_a_conflict(caller: Caller) -> None:
    caller.credential()
    KeptAnswer.objects.update(status=None, sealed_answer="")
    assert caller.credential().status_code == 409


def test_a_first_request_that_was_killed_may_be_repeated(caller: Caller) -> None:
    caller.credential()
    Credential.objects.all().delete()
    KeptAnswer.objects.update(status=None, sealed_answer="", busy_until=timezone.now())
    assert caller.credential().status_code == 201
    assert Credential.objects.count() == 1


def test_an_outage_is_not_kept(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("credentials.api.credential_create", failing)
        assert caller.credential().status_code == 503
    assert caller.credential().status_code == 201


def failing(**_values: Any) -> None:
    raise OperationalError


def test_a_key_is_forgotten_after_a_day(caller: Caller) -> None:
    caller.credential()
    KeptAnswer.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert caller.credential().status_code == 409
    KeptAnswer.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert keeping.purge() == 1


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "schlüssel"])
def test_an_unusable_key_is_refused(caller: Caller, key: str) -> None:
    assert caller.credential(key).status_code == 400


def test_a_revoked_token_gets_no_replay(caller: Caller) -> None:
    caller.credential()
    ApiToken.objects.update(revoked_at=timezone.now())
    assert caller.credential().status_code == 401


@pytest.fixture
def committed(transactional_db: None) -> Caller:
    """A caller whose account other threads see."""
    return Caller(make_account("Acme"))


def test_many_at_once_create_once(committed: Caller) -> None:
    answers: list[int] = []
    barrier = threading.Barrier(6)

    def send() -> None:
        barrier.wait()
        answers.append(committed.credential().status_code)
        connections.close_all()

    threads = [threading.Thread(target=send) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Credential.objects.count() == 1
    assert set(answers) <= {201, 409}
    assert 201 in answers
