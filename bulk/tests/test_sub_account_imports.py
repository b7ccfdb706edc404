"""Files of sub-accounts: found by id or by name, made and changed through the services, put back by an undo."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Account
from accounts.services import account_update
from bulk import services
from bulk.models import JobState
from bulk.tests.conftest import apply, check_file, errors_of, settle
from tests.tenants import make_account

pytestmark = pytest.mark.django_db


def test_a_sub_account_is_found_by_its_id_in_any_case_and_renamed(account: Account, sub_account: Account) -> None:
    job = apply(check_file(account, "sub-accounts", f"auth_id,name\n{sub_account.auth_id.lower()},Renamed\n"))
    sub_account.refresh_from_db()
    assert (job.changed_count, sub_account.name) == (1, "Renamed")


def test_a_sub_account_is_found_by_its_name_and_changed(account: Account, sub_account: Account) -> None:
    apply(check_file(account, "sub-accounts", f"name,description\n{sub_account.name},Harbour\n"))
    sub_account.refresh_from_db()
    assert sub_account.description == "Harbour"


def test_what_is_the_same_already_is_unchanged(account: Account, sub_account: Account) -> None:
    assert check_file(account, "sub-accounts", f"name\n{sub_account.name}\n").unchanged_count == 1


def test_another_tenants_sub_account_is_not_found(account: Account, other_account: Account) -> None:
    foreign = make_account("Theirs", parent=other_account)
    job = check_file(account, "sub-accounts", f"auth_id,name\n{foreign.auth_id},Mine\n")
    assert errors_of(job) == [[2, "auth_id", "Sub-account not found"]]


def test_a_name_that_several_have_needs_the_id(account: Account) -> None:
    for _number in range(2):
        make_account("Twin", parent=account)
    job = check_file(account, "sub-accounts", "name,description\nTwin,Which?\n")
    assert errors_of(job) == [[2, "name", "Several have this name: give the auth_id"]]


def test_a_change_that_breaks_a_rule_is_refused_with_its_column(account: Account, sub_account: Account) -> None:
    job = check_file(account, "sub-accounts", f"name,email\n{sub_account.name},nonsense\n")
    assert errors_of(job) == [[2, "email", "Enter a valid email address."]]


def test_a_new_one_that_breaks_a_rule_across_fields_is_refused(account: Account) -> None:
    job = check_file(account, "sub-accounts", "name,kyc_mode\nBranch,customer_use\n")
    assert [column for _line, column, _words in errors_of(job)] == ["email"]


def test_what_the_service_refuses_at_the_last_moment_is_a_refused_line(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_kwargs: object) -> None:
        raise ValidationError({"name": "Too late."})

    job = check_file(account, "sub-accounts", "name\nBranch\n")
    monkeypatch.setattr("bulk.kinds.sub_accounts.account_create", refuse)
    done = settle(services.import_confirm(job=job, mode="good"))
    assert (done.state, done.created_count, done.refused_count) == (JobState.DONE, 0, 1)
    assert errors_of(done) == [[2, "name", "Too late."]]


def test_an_undo_gives_the_former_values_back(account: Account, sub_account: Account) -> None:
    account_update(account=sub_account, description="Before")
    job = apply(check_file(account, "sub-accounts", f"name,description\n{sub_account.name},After\n"))
    settle(services.undo_start(job=job))
    sub_account.refresh_from_db()
    assert sub_account.description == "Before"
