"""Row counters: exact after every kind of write, on both databases."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from accounts.models import Account
from accounts.services import account_delete
from console import counters
from endpoints.models import Application, Endpoint
from endpoints.services import endpoint_delete, endpoint_update
from sip.models import Subscriber
from tests.tenants import make_application, make_credential, make_endpoint


def bulk(account: Account, how_many: int) -> None:
    Application.objects.bulk_create(
        Application(account=account, app_name=f"app-{number}", answer_url="https://app.example")
        for number in range(how_many)
    )


def test_a_service_adds_and_takes_off(account: Account) -> None:
    endpoint = make_endpoint(account, "alice")
    assert counters.total(Endpoint, account.pk) == 1
    endpoint_delete(endpoint=endpoint)
    assert counters.total(Endpoint, account.pk) == 0


def test_a_bulk_insert_and_a_queryset_delete_are_counted(account: Account) -> None:
    bulk(account, 25)
    assert counters.total(Application, account.pk) == 25
    Application.objects.filter(app_name__in=["app-1", "app-2"]).delete()
    assert counters.total(Application, account.pk) == 23


def test_what_a_rolled_back_transaction_wrote_is_not_counted(account: Account) -> None:
    with transaction.atomic():
        bulk(account, 3)
        transaction.set_rollback(True)
    assert counters.total(Application, account.pk) == 0


def test_accounts_are_counted_apart(account: Account, other_account: Account) -> None:
    make_application(account, "one")
    assert counters.total(Application, other_account.pk) == 0


def test_a_part_counts_its_share_and_moves_with_the_row(account: Account, sub_account: Account) -> None:
    endpoint = make_endpoint(account, "alice", sub_account=sub_account)
    make_endpoint(account, "bob")
    assert [counters.total(Endpoint, account.pk, part) for part in (sub_account.pk, 0, None)] == [1, 1, 2]
    endpoint_update(endpoint=endpoint, sub_account=None)
    assert [counters.total(Endpoint, account.pk, part) for part in (sub_account.pk, 0, None)] == [0, 2, 2]


def test_sub_accounts_are_counted_under_their_main_account(account: Account, sub_account: Account) -> None:
    assert counters.total(Account, account.pk) == 1
    account_delete(account=sub_account)
    assert counters.total(Account, account.pk) == 0


def test_all_totals_of_an_account_come_in_one_query(
    account: Account, sub_account: Account, other_account: Account, django_assert_num_queries: Any
) -> None:
    make_endpoint(account, "alice", sub_account=sub_account)
    make_endpoint(account, "bob")
    make_endpoint(other_account, "carol")
    with django_assert_num_queries(3):
        found = [counters.totals_of(account.pk), counters.totals_of(sub_account.pk, account.pk), counters.totals(None)]
    assert [each["endpoints_endpoint"] for each in found] == [2, 1, 3]


def test_accounts_are_counted_together(account: Account, sub_account: Account, other_account: Account) -> None:
    for number, owner in enumerate((account, sub_account, other_account)):
        make_credential(owner, f"trunk{number}")
    assert counters.total_among(Subscriber, Account.objects.family_of(account)) == 2
    assert counters.total_among(Subscriber, Account.objects.none()) == 0


def test_a_table_that_lost_a_trigger_is_counted_anew(account: Account) -> None:
    bulk(account, 2)
    trigger = "endpoints_application_count_insert"
    suffix = " ON endpoints_application" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {trigger}{suffix}")
    bulk(account, 3)
    assert counters.total(Application, account.pk) == 2
    counters.install()
    assert counters.total(Application, account.pk) == 5
    bulk(account, 1)
    assert counters.total(Application, account.pk) == 6
