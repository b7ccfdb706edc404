"""Queries that are built and compiled once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import BigIntegerField, DateTimeField, Exists, QuerySet
from django.db.models.functions import Upper
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Account
from console.models import AuditEntry
from console.prepared import Bound, Prepared, PreparedInstances

ACCOUNT, SINCE = Bound("account", BigIntegerField()), Bound("since", DateTimeField())
COLUMNS = ("object_id", "created_at", "changes")


@pytest.fixture
def entries(db: None) -> list[AuditEntry]:
    """Three entries of account 1 and one of account 2."""
    return [
        AuditEntry.objects.create(account_id=account, object_id=name, changes={"name": [None, name]})
        for account, name in ((1, "a"), (1, "b"), (1, "c"), (2, "d"))
    ]


class Counted:
    """A query that counts how often it is built."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, limit: int = 10) -> QuerySet[Any]:
        self.times += 1
        return AuditEntry.objects.filter(account_id=ACCOUNT, created_at__gt=SINCE).order_by("id")[:limit]


def names(prepared: Prepared, *variant: Any, **values: Any) -> list[str]:
    bound = {"account": 1, "since": timezone.now() - timedelta(hours=1), **values}
    return [row["object_id"] for row in prepared.dicts(*variant, **bound)]


def test_values_are_bound_anew_each_time(entries: list[AuditEntry]) -> None:
    prepared = Prepared(COLUMNS, Counted())
    assert names(prepared) == ["a", "b", "c"]
    assert names(prepared, account=2) == ["d"]
    assert names(prepared, since=timezone.now() + timedelta(hours=1)) == []


def test_a_query_is_built_once_for_each_variant(entries: list[AuditEntry]) -> None:
    build = Counted()
    prepared = Prepared(COLUMNS, build)
    assert [names(prepared, 1), names(prepared, 2), names(prepared, 1)] == [["a"], ["a", "b"], ["a"]]
    assert build.times == 2


def test_rows_hold_what_the_orm_would_return(entries: list[AuditEntry]) -> None:
    rows = Prepared(COLUMNS, Counted()).dicts(account=2, since=timezone.now() - timedelta(hours=1))
    assert rows == list(AuditEntry.objects.filter(account_id=2).values(*COLUMNS))
    assert isinstance(rows[0]["created_at"], datetime)
    assert rows[0]["created_at"].tzinfo == UTC


def test_a_value_can_be_bound_inside_a_subquery(entries: list[AuditEntry]) -> None:
    def build() -> QuerySet[Any]:
        return AuditEntry.objects.filter(Exists(AuditEntry.objects.filter(account_id=ACCOUNT))).order_by("id")

    prepared = Prepared(("object_id",), build)
    assert len(prepared.tuples(account=2)) == 4
    assert prepared.tuples(account=3) == []


def test_it_asks_one_statement_that_logs_and_counts_as_any_other(entries: list[AuditEntry]) -> None:
    prepared = Prepared(COLUMNS, Counted())
    with CaptureQueriesContext(connection) as captured:
        names(prepared)
    assert len(captured) == 1


@pytest.fixture
def sub_account(db: None) -> Account:
    main = Account.objects.create(name="Main")
    return Account.objects.create(name="Sub", parent=main)


def accounts(*variant: Any) -> QuerySet[Any]:
    """A query as services ask: with what belongs to it, an annotation, or a few columns only."""
    rows: QuerySet[Any] = Account.objects.filter(pk=Bound("account", BigIntegerField())).order_by()
    if "related" in variant:
        rows = rows.select_related("parent").annotate(shouted=Upper("name"))
    if "few" in variant:
        rows = rows.only("name")
    return rows.select_for_update() if "locked" in variant else rows


def test_instances_are_what_the_orm_would_make(sub_account: Account, django_assert_num_queries: Any) -> None:
    prepared = PreparedInstances(accounts)
    with django_assert_num_queries(1):
        found = prepared.first("related", account=sub_account.pk)
        assert (found, found.parent, found.shouted) == (sub_account, sub_account.parent, "SUB")
        assert not found._state.adding
    usual = Account.objects.get(pk=sub_account.pk)
    assert {name: getattr(found, name) for name in vars(usual) if not name.startswith("_")} == {
        name: value for name, value in vars(usual).items() if not name.startswith("_")
    }
    main = prepared.first("related", account=sub_account.parent_id)
    assert (main.name, main.parent) == ("Main", None)
    assert prepared.first(account=0) is None


def test_immutable_fields_stay_fixed_on_a_prepared_instance(sub_account: Account) -> None:
    found = PreparedInstances(accounts).first(account=sub_account.pk)
    found.parent = None
    with pytest.raises(ValidationError):
        found.full_clean()


def test_columns_that_were_left_out_are_asked_for_later(sub_account: Account, django_assert_num_queries: Any) -> None:
    found = PreparedInstances(accounts).first("few", account=sub_account.pk)
    with django_assert_num_queries(1):
        assert (found.name, found.auth_id) == ("Sub", sub_account.auth_id)


@pytest.mark.django_db(transaction=True)
def test_a_lock_needs_a_transaction_each_time(sub_account: Account) -> None:
    prepared = PreparedInstances(accounts)
    with transaction.atomic():
        assert prepared.first("locked", account=sub_account.pk) == sub_account
    with pytest.raises(TransactionManagementError):
        prepared.first("locked", account=sub_account.pk)
