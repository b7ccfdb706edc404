"""Importing: what is new, changed, unchanged and refused, and what is written."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Account
from accounts.services import account_create
from bulk import services
from bulk.models import JobState, Mode, SecretsState
from bulk.tests.conftest import apply, check_file, errors_of, report_of
from console.models import AuditEntry
from credentials.models import Credential
from endpoints.models import Endpoint
from sip.digest import hash_set
from sip.models import Secret, Subscriber
from tests.tenants import make_application, make_credential, make_endpoint

pytestmark = pytest.mark.django_db


def test_a_dry_run_writes_nothing(account: Account) -> None:
    job = check_file(account, "endpoints", "username,alias\nalice,Alice\n")
    assert (job.state, job.created_count) == (JobState.CHECKED, 1)
    assert not Endpoint.objects.exists()


def test_confirming_writes_the_endpoint_with_its_subscriber_and_audit_row(account: Account) -> None:
    job = apply(check_file(account, "endpoints", "username,alias,password\nalice,Alice,SecurePass123\n"))
    endpoint = Endpoint.objects.get()
    secret = Secret.objects.get(subscriber=endpoint.subscriber)
    assert job.state == JobState.DONE
    assert secret.md5 == hash_set("alice", endpoint.subscriber.realm.shown_as, "SecurePass123").md5
    entry = AuditEntry.objects.get(object_type="endpoint")
    assert (entry.action, entry.door, entry.request_id) == ("create", "csv", job.request_id)


def test_what_the_fast_path_writes_equals_what_the_service_writes(account: Account) -> None:
    application = make_application(account, "ivr")
    one = make_endpoint(account, "one", application=application, enabled=False)
    apply(check_file(account, "endpoints", f"username,alias,enabled,app_id\ntwo,Alias-one,no,{application.app_id}\n"))
    two = Endpoint.objects.get(username="two")
    same = [field.name for field in Subscriber._meta.fields if field.name not in {"id", "username", "username_key"}]
    differing = [name for name in same if getattr(one.subscriber, name) != getattr(two.subscriber, name)]
    assert differing == ["created_at", "updated_at"]
    assert {**one.audited_values(), "username": "two"} == two.audited_values()


def test_the_same_file_again_changes_nothing(account: Account) -> None:
    text = "username,alias,password,enabled\nalice,Alice,SecurePass123,yes\nbob,Bob,,no\n"
    apply(check_file(account, "endpoints", text))
    again = check_file(account, "endpoints", text)
    assert (again.created_count, again.changed_count, again.unchanged_count) == (0, 0, 2)


def test_a_changed_line_is_written_through_the_service(account: Account) -> None:
    endpoint = make_endpoint(account, "alice")
    job = apply(check_file(account, "endpoints", "username,alias,allow_voice\nalice,Alice2,no\n"))
    endpoint.refresh_from_db()
    assert (job.changed_count, endpoint.alias, endpoint.subscriber.allow_voice) == (1, "Alice2", False)


def test_another_password_rotates(account: Account) -> None:
    endpoint = make_endpoint(account, "alice")
    apply(check_file(account, "endpoints", "username,password\nalice,AnotherPass99\n"))
    secret = Secret.objects.get(subscriber=endpoint.subscriber)
    assert secret.md5 == hash_set("alice", endpoint.subscriber.realm.shown_as, "AnotherPass99").md5


def test_a_missing_password_is_generated_and_comes_once(account: Account) -> None:
    job = apply(check_file(account, "endpoints", "username,alias\nalice,Alice\n"))
    assert job.secrets_state == SecretsState.WAITING
    (card,) = services.secrets_take(job=job)
    secret = Secret.objects.get()
    assert secret.sha256 == hash_set("alice", card["realm"], card["password"]).sha256
    with pytest.raises(services.Gone):
        services.secrets_take(job=job)


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("al_ice,Alice,,,", "username", "Only alphanumeric characters are allowed"),
        ("alice,Al ice,,,", "alias", "Only letters, numbers, hyphens and underscores are allowed"),
        ("alice,Alice,short,,", "password", "Password must be at least 8 characters"),
        ("alice,,,,", "alias", "This field cannot be blank."),
        (",Alice,,,", "username", "This field cannot be blank."),
        ("alice,Alice,,maybe,", "enabled", "Enter true or false"),
        ("alice,Alice,,,123", "application", "Application not found"),
        ("Taken,Alice,,,", "username", "This cannot be changed after creation."),
    ],
)
def test_a_refused_line_names_column_and_rule(account: Account, line: str, column: str, words: str) -> None:
    make_endpoint(account, "taken")
    job = check_file(account, "endpoints", f"username,alias,password,enabled,application\n{line}\n")
    assert errors_of(job) == [[2, column, words]]


def test_a_username_of_another_kind_is_refused_by_name(db: None) -> None:
    account = account_create(account=Account(name="One domain"), realm="sip.one.example").account
    make_credential(account, "trunk")
    job = check_file(account, "endpoints", "username,alias\ntrunk,Trunk\n")
    assert errors_of(job) == [[2, "username", "This username is already held by a credential"]]


def test_a_username_twice_in_the_file_is_refused_once(account: Account) -> None:
    job = check_file(account, "endpoints", "username,alias\nalice,A\nALICE,B\n")
    assert errors_of(job) == [[3, "username", "Line 2 has the same username."]]


def test_the_limit_refuses_the_lines_beyond_it(account: Account) -> None:
    account.endpoint_limit = 2
    account.save()
    job = check_file(account, "endpoints", "username,alias\na,A\nb,B\nc,C\nd,D\n")
    words = "The account's limit of 2 endpoints is reached"
    assert errors_of(job) == [[4, "", words], [5, "", words]]


def test_good_lines_are_applied_when_that_is_chosen(account: Account) -> None:
    job = apply(check_file(account, "endpoints", "username,alias\na,A\nb!,B\nc,C\n"), Mode.GOOD)
    assert (job.state, job.created_count, job.refused_count) == (JobState.DONE, 2, 1)
    assert set(Endpoint.objects.values_list("username", flat=True)) == {"a", "c"}


def test_all_or_nothing_is_refused_while_a_line_is(account: Account) -> None:
    job = check_file(account, "endpoints", "username,alias\na,A\nb!,B\n")
    with pytest.raises(ValidationError, match="1 lines are refused"):
        services.import_confirm(job=job, mode=Mode.ALL)


def test_nothing_is_written_when_a_line_became_wrong_since_the_dry_run(account: Account) -> None:
    job = check_file(account, "endpoints", "username,alias,application\na,A,\nb,B,ivr\n")
    assert job.state == JobState.CHECKED
    job = check_file(account, "endpoints", "username,alias\na,A\nb,B\n")
    account.endpoint_limit = 1
    account.save()
    job = apply(job)
    assert (job.state, job.created_count) == (JobState.FAILED, 0)
    assert job.error == "Nothing was written, because of line 3: The account's limit of 1 endpoints is reached"
    assert not Endpoint.objects.exists()


def test_the_report_tells_what_became_of_each_line(account: Account) -> None:
    make_endpoint(account, "old", alias="Old")
    job = check_file(account, "endpoints", "username,alias\nnew,New\nold,Old\n")
    assert report_of(job) == [[2, "new", "new", []], [3, "unchanged", "old", []]]


def test_the_default_application_is_given_where_no_column_names_one(account: Account) -> None:
    application = make_application(account, "ivr", default_endpoint_app=True)
    apply(check_file(account, "endpoints", "username,alias\na,A\n"))
    apply(check_file(account, "endpoints", "username,alias,application\nb,B,\nc,C,ivr\n"))
    given = [endpoint.application for endpoint in Endpoint.objects.order_by("username")]
    assert given == [application, None, application]


def test_credentials_are_imported_with_their_networks(account: Account) -> None:
    text = 'username;description;allowed networks\ntrunk_1;"PBX; Berlin";203.0.113.0/24, 2001:db8::/32\n'
    apply(check_file(account, "credentials", text))
    credential = Credential.objects.get()
    assert credential.description == "PBX; Berlin"
    assert credential.subscriber.allowed_networks == ["203.0.113.0/24", "2001:db8::/32"]


def test_a_sub_accounts_file_makes_endpoints_of_its_own(account: Account, sub_account: Account) -> None:
    apply(check_file(sub_account, "endpoints", "username,alias,sub_account\na,A,\n"))
    endpoint = Endpoint.objects.get()
    assert (endpoint.account, endpoint.sub_account) == (account, sub_account)


def test_a_sub_accounts_file_cannot_touch_its_main_accounts_endpoint(account: Account, sub_account: Account) -> None:
    make_endpoint(account, "main")
    job = check_file(sub_account, "endpoints", "username,alias\nmain,Mine\n")
    assert errors_of(job) == [[2, "username", "This username already exists"]]


def test_sub_accounts_are_made_with_token_and_realm(account: Account) -> None:
    job = apply(check_file(account, "sub-accounts", "name,email\nBerlin,berlin@example.test\nParis,\n"))
    berlin = Account.objects.get(name="Berlin")
    cards = services.secrets_take(job=job)
    assert (berlin.parent, berlin.realms.count()) == (account, 1)
    assert {card["auth_id"] for card in cards} == set(account.sub_accounts.values_list("auth_id", flat=True))
    again = check_file(account, "sub-accounts", "name,email\nBerlin,berlin@example.test\nParis,\n")
    assert again.unchanged_count == 2


def test_one_job_at_a_time_per_account(account: Account, other_account: Account) -> None:
    from bulk.kinds.registry import kinds

    services.import_start(account=account, kind=kinds()["endpoints"], data=b"username,alias\na,A\n")
    services.import_start(account=other_account, kind=kinds()["endpoints"], data=b"username,alias\na,A\n")
    with pytest.raises(services.Busy):
        services.import_start(account=account, kind=kinds()["endpoints"], data=b"username,alias\nb,B\n")
