"""``manage.py purge``: what is past its keeping time goes, in small batches; the rest stays."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Account
from console import limiter, retention
from console.models import LastUse, RateBucket
from sip.models import AuthAttempt, Block, Outcome, Reason, Registration
from sip.webhook import replays


def ago(**distance: Any) -> Any:
    return timezone.now() - timedelta(**distance)


def purged() -> dict[str, int]:
    out = StringIO()
    call_command("purge", "--json", stdout=out)
    return dict(json.loads(out.getvalue()))


def make_attempts(*ages_days: int) -> None:
    AuthAttempt.objects.bulk_create(
        AuthAttempt(at=ago(days=days), outcome=Outcome.FAIL, reason=Reason.UNKNOWN_USER) for days in ages_days
    )


@pytest.mark.parametrize(("keep_days", "left"), [(90, 2), (30, 1), (365, 3)])
def test_attempts_go_after_their_keeping_time(db: None, settings: Any, keep_days: int, left: int) -> None:
    settings.ATTEMPT_KEEP_DAYS = keep_days
    make_attempts(1, 60, 100)
    assert (purged()["attempts"], AuthAttempt.objects.count()) == (3 - left, left)


def test_registrations_go_some_days_after_they_were_over(company: Account, settings: Any) -> None:
    for number, ended in enumerate((ago(days=8), ago(days=6), ago(days=-1))):
        Registration.objects.create(
            account_id=company.pk, main_account_id=company.pk, contact_key=number, since=ago(days=9), expires_at=ended
        )
    assert (purged()["registrations"], Registration.objects.count()) == (1, 2)


def test_blocks_go_some_days_after_they_were_over(db: None) -> None:
    for number, until in enumerate((ago(days=8), ago(days=6), ago(days=-1))):
        Block.objects.create(realm="r", username_key="u", source=str(number), failures=1, until=until)
    assert (purged()["blocks"], Block.objects.count()) == (1, 2)


def test_answers_kept_against_replays_go_after_a_day_and_no_other_use_does(db: None) -> None:
    for key, at in (
        (f"{replays.PREFIX}old", ago(days=2)),
        (f"{replays.PREFIX}new", ago(hours=1)),
        ("token:1", ago(days=9)),
    ):
        LastUse.objects.create(key=key, at=at)
    assert purged()["answers"] == 1
    assert sorted(LastUse.objects.values_list("key", flat=True)) == [f"{replays.PREFIX}new", "token:1"]


@pytest.mark.parametrize("window_seconds", [60, 300, 86_400])
def test_a_counter_whose_window_runs_stays(db: None, window_seconds: int) -> None:
    limiter.take("guess:1", limit=3, window_seconds=window_seconds)
    RateBucket.objects.create(key="old", window=int(limiter.clock()) - 7200, used=1)
    assert purged()["rate_buckets"] == 1
    assert limiter.take("guess:1", limit=3, window_seconds=window_seconds).remaining == 1


def test_many_rows_go_a_batch_a_statement(db: None) -> None:
    make_attempts(*[100] * 25)
    rows = AuthAttempt.objects.order_by("at")
    with CaptureQueriesContext(connection) as captured:
        gone = retention.delete_in_batches(rows, batch_rows=10)
    deletes = [query for query in captured if query["sql"].startswith("DELETE")]
    assert (gone, len(deletes)) == (25, 3)


def test_people_get_one_line_a_table(db: None) -> None:
    out = StringIO()
    call_command("purge", stdout=out)
    assert "attempts: 0 removed" in out.getvalue().splitlines()
