"""The database fails at a commit: whether or not it was carried out, the same POST again makes the object once."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from credentials.models import Credential
from idempotency.models import KeptAnswer
from idempotency.tests.test_idempotency import Caller
from tests.tenants import make_account

pytestmark = pytest.mark.django_db(transaction=True)


class Losing:
    """A connection's commit; the one that is ``the_one`` fails: after it was carried out, or before."""

    def __init__(self, the_one: Callable[[], bool], *, is_carried_out: bool) -> None:
        self.commit: Callable[[], None] = connection._commit  # type: ignore[attr-defined]  # the stubs lack it
        self.the_one, self.is_carried_out, self.is_lost = the_one, is_carried_out, False

    def __call__(self) -> None:
        if self.is_lost or not self.the_one():
            self.commit()
            return
        self.is_lost = True
        if self.is_carried_out:
            self.commit()
        raise OperationalError("server closed the connection unexpectedly")


def the_nth(number: int) -> Callable[[], bool]:
    """Whether it is asked for that time."""
    numbers = count(1)
    return lambda: next(numbers) == number


@pytest.mark.parametrize("is_carried_out", [True, False])
def test_whichever_commit_fails_the_same_again_makes_it_once(
    is_carried_out: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, answers = Caller(make_account("Acme")), []
    for number in count(1):
        name = f"trunk_{number}"
        with monkeypatch.context() as patched:
            losing = Losing(the_nth(number), is_carried_out=is_carried_out)
            patched.setattr(connection, "_commit", losing)
            first = caller.credential(name, username=name)
        if not losing.is_lost:
            break  # it commits no oftener
        KeptAnswer.objects.filter(status=None).update(busy_until=timezone.now())  # a minute later
        again = caller.credential(name, username=name)
        answers.append((first.status_code, again.status_code, Credential.objects.filter(username=name).count()))
    assert set(answers) == {(503, 201, 1)}
    assert len(answers) >= 2, "the key is claimed, and the object made"


def test_a_commit_that_was_not_carried_out_sets_its_key_free_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    caller = Caller(make_account("Acme"))
    with monkeypatch.context() as patched:
        patched.setattr(connection, "_commit", Losing(Credential.objects.exists, is_carried_out=False))
        assert caller.credential().status_code == 503
    assert caller.credential().status_code == 201


def test_a_commit_that_was_carried_out_is_replayed(monkeypatch: pytest.MonkeyPatch) -> None:
    caller = Caller(make_account("Acme"))
    with monkeypatch.context() as patched:
        patched.setattr(connection, "_commit", Losing(Credential.objects.exists, is_carried_out=True))
        assert caller.credential().status_code == 503
    again = caller.credential()
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
