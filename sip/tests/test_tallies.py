"""Hourly counts of attempts: made while they are logged, read by the overviews without counting the log."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Account
from sip import tallies
from sip.attempt_log import write
from sip.models import AttemptTally, AuthAttempt, Outcome, Reason
from sip.tests.sbc import Sbc, question


def attempt(account: Account | None, reason: Reason = Reason.WRONG_PASSWORD, **values: Any) -> AuthAttempt:
    owner = {"account_id": account.pk, "main_account_id": account.main_id} if account else {}
    return AuthAttempt(outcome=Outcome.FAIL, reason=reason, username="someone", **owner, **values)


def test_an_attempt_counts_for_its_account_for_its_main_account_and_for_the_platform(
    account: Account, sub_account: Account, other_account: Account
) -> None:
    write([attempt(account), attempt(sub_account), attempt(sub_account), attempt(None)])
    scopes = (account.pk, sub_account.pk, other_account.pk, tallies.PLATFORM)
    assert [tallies.last_day(scope).attempts for scope in scopes] == [3, 2, 0, 4]


def test_batches_add_up(account: Account) -> None:
    for _batch in range(3):
        write([attempt(account), attempt(account)])
    assert AttemptTally.objects.get(scope_id=account.pk).count == 6


def test_a_day_tells_hours_and_reasons_the_most_frequent_first(account: Account) -> None:
    now = timezone.now()
    reasons = [Reason.ADMITTED, Reason.OLD_PASSWORD, Reason.DISABLED, Reason.UNKNOWN_USER, Reason.UNKNOWN_USER]
    write([attempt(account, reason, at=now) for reason in reasons])
    write([attempt(account, at=now - timedelta(hours=hours)) for hours in (23, 24, 300)])
    day = tallies.last_day(account.pk)
    assert (day.attempts, day.refused, len(day.hours)) == (6, 4, 24)
    assert day.reasons == [(Reason.UNKNOWN_USER, 2), (Reason.DISABLED, 1), (Reason.WRONG_PASSWORD, 1)]
    assert (day.hours[0].refused, day.hours[-1].refused) == (1, 3)


def test_many_keys_are_a_few_statements(account: Account) -> None:
    now = timezone.now()
    batch = [attempt(account, at=now - timedelta(hours=hours)) for hours in range(150)]
    with CaptureQueriesContext(connection) as captured:
        write(batch)
    assert sum("sip_attempttally" in query["sql"] for query in captured) == 2
    assert AttemptTally.objects.count() == 300


def test_a_day_is_one_statement(account: Account, django_assert_num_queries: Any) -> None:
    write([attempt(account)])
    with django_assert_num_queries(1):
        tallies.last_day(account.pk)


def test_the_loudest_main_accounts_of_the_last_hour_come_first(
    account: Account, sub_account: Account, other_account: Account
) -> None:
    write([attempt(other_account), attempt(account), attempt(sub_account), attempt(account, Reason.ADMITTED)])
    write([attempt(other_account, at=timezone.now() - timedelta(hours=3)) for _number in range(9)])
    assert tallies.most_refused() == [(account.pk, 2), (other_account.pk, 1)]
    assert tallies.most_refused(limit=1) == [(account.pk, 2)]


def test_what_the_webhook_answers_is_counted(sbc: Sbc, account: Account, daveh: Any, logged: Any) -> None:
    sbc.ask(question())
    sbc.ask(question(password="wrong"))
    assert logged.last
    day = tallies.last_day(daveh.account_id)
    assert (day.attempts, day.reasons) == (2, [(Reason.WRONG_PASSWORD, 1)])


@pytest.mark.parametrize(("days", "left"), [(7, 1), (9, 0)])
def test_tallies_are_purged_after_a_week(account: Account, days: int, left: int) -> None:
    write([attempt(account, at=timezone.now() - timedelta(days=days))])
    AttemptTally.objects.filter(scope_id=tallies.PLATFORM).delete()
    call_command("purge", "--json")
    assert AttemptTally.objects.count() == left


def test_a_tally_says_what_it_counts(account: Account) -> None:
    row = AttemptTally(scope_id=1, hour=timezone.now(), reason=Reason.REPLAY, count=3)
    assert str(row).endswith("replay: 3")
