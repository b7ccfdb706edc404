"""Failures that Kamailio noted, in the authentication log."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Account
from sip.kamailio import failures
from sip.kamailio.registrar import KamailioRegistrar
from sip.kamailio.upkeep import Upkeep, note_last_used
from sip.models import AuthAttempt, Subscriber
from sip.tests.registrar.postgresql.rows import failed, registered, run


def test_a_failure_becomes_an_attempt_once(subscriber: Subscriber) -> None:
    failed("wrong_password", b"Reception")
    assert (KamailioRegistrar().collect(), KamailioRegistrar().collect()) == (1, 0)
    attempt = AuthAttempt.objects.get()
    assert (attempt.subscriber_id, attempt.account_id, attempt.main_account_id) == (
        subscriber.pk, subscriber.account_id, subscriber.account_id,
    )  # fmt: skip
    assert (attempt.reason, attempt.outcome, attempt.via, attempt.source) == (
        "wrong_password", "fail", "kamailio", "192.0.2.1",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("SELECT 1", "unknown_user"),  # spelt in another case, or registered in the meantime
        ("UPDATE sip_subscriber SET enabled = false", "disabled"),
        ("UPDATE accounts_account SET enabled = false", "account_disabled"),
        ("UPDATE sip_subscriber SET username = 'x', username_key = 'x'", "unknown_user"),
        ("UPDATE sip_realm SET name = 'another.example' WHERE serves_endpoints", "unknown_realm"),
    ],
)
def test_the_console_tells_why_somebody_is_unknown(subscriber: Subscriber, statement: str, reason: str) -> None:
    run(statement)
    failed("unknown_user", b"reception")
    failures.drain()
    assert AuthAttempt.objects.get().reason == reason


def test_a_realm_without_that_user_belongs_to_its_account_all_the_same(account: Account) -> None:
    failed("unknown_user", b"nobody")
    failures.drain()
    attempt = AuthAttempt.objects.get()
    assert (attempt.account_id, attempt.subscriber_id) == (account.pk, None)


@pytest.mark.parametrize(
    ("raw", "text"), [(b"\xff\xfe", "��"), (b"a\0b", "a�b"), ("☎".encode(), "☎"), (b"x" * 256, "x" * 64)]
)
def test_bytes_become_text_that_every_column_takes(db: None, raw: bytes, text: str) -> None:
    failed("unknown_user", raw, raw, user_agent=raw)
    failures.drain()
    assert AuthAttempt.objects.get().username == text


def test_many_failures_cost_a_few_statements(
    subscriber: Subscriber, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(50):
        failed("wrong_password", f"user{number}".encode())
    with django_assert_num_queries(7):  # savepoint, take, realms, subscribers, insert, count, release
        failures.drain()
    assert AuthAttempt.objects.count() == 50


def test_a_full_batch_is_followed_by_the_next(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failures, "BATCH_ROWS", 2)
    for name in (b"one", b"two", b"three"):
        failed("unknown_user", name)
    assert failures.drain() == 3
    assert [attempt.username for attempt in AuthAttempt.objects.order_by("id")] == ["one", "two", "three"]


def test_use_is_noted_once_a_minute(subscriber: Subscriber) -> None:
    registered("Reception")
    assert (note_last_used(), note_last_used()) == (1, 0)
    subscriber.refresh_from_db()
    assert subscriber.last_used_at is not None


def test_upkeep_takes_failures_every_time_and_sweeps_now_and_then(subscriber: Subscriber) -> None:
    upkeep = Upkeep()
    failed("wrong_password", b"Reception")
    assert upkeep.turn() == 1
    registered("ghost")
    assert upkeep.turn() == 0
    assert len(run("SELECT 1 FROM sip.location")) == 1
    assert Upkeep().turn() == 0
    assert run("SELECT 1 FROM sip.location") == []
