"""Row counters that leave out rows whose ``unless`` column is set."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

import pytest
from django.db import connection

from accounts.models import Account
from console import counters
from devices.models import Device

THEN = datetime(2026, 1, 1, tzinfo=UTC)
numbers = count(1)


def make(account: Account, how_many: int, **fields: object) -> list[Device]:
    rows = [Device(account=account, device_id=f"{next(numbers):032x}", name="x", **fields) for _ in range(how_many)]
    return Device.with_deleted.bulk_create(rows)


def counted(account: Account) -> int:
    return counters.total(Device, account.pk)


def test_rows_that_are_out_of_sight_do_not_count(account: Account) -> None:
    make(account, 3)
    make(account, 2, deleted_at=THEN)
    assert counted(account) == 3


def test_a_row_that_goes_out_of_sight_is_taken_off_and_one_that_comes_back_is_added(account: Account) -> None:
    rows = make(account, 3)
    Device.with_deleted.filter(pk__in=[row.pk for row in rows[:2]]).update(deleted_at=THEN)
    assert counted(account) == 1
    Device.with_deleted.filter(pk=rows[0].pk).update(deleted_at=None)
    assert counted(account) == 2


def test_an_update_of_anything_else_leaves_the_count(account: Account) -> None:
    make(account, 2)
    make(account, 1, deleted_at=THEN)
    Device.with_deleted.update(name="y")
    assert counted(account) == 2


def test_deleting_for_good_takes_off_only_what_counted(account: Account) -> None:
    make(account, 2)
    make(account, 2, deleted_at=THEN)
    Device.with_deleted.filter(deleted_at=THEN).delete()
    assert counted(account) == 2
    Device.with_deleted.all().delete()
    assert counted(account) == 0


@pytest.mark.parametrize("others", [0, 4])
def test_a_recount_comes_to_the_same(account: Account, other_account: Account, others: int) -> None:
    make(account, 3)
    make(account, 1, deleted_at=THEN)
    make(other_account, others)
    with connection.cursor() as cursor:
        counters.recount(Device, cursor)
    assert (counted(account), counted(other_account)) == (3, others)
