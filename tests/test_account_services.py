"""Accounts, members and tokens: what the services promise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.utils import timezone

from accounts.authentication import InvalidToken, caller_for, caller_for_session, session_token
from accounts.models import Account, ApiToken, Membership, User
from accounts.permissions import Action, Role
from accounts.services import (
    account_create,
    account_delete,
    account_update,
    main_token,
    member_remove,
    member_set,
    token_create,
    token_revoke,
    token_rotate,
)  # fmt: skip
from accounts.tenancy import may, role_of
from console.models import AuditEntry
from console.querysets import ImmutableFieldError
from credentials.models import Credential
from endpoints.models import Application, Endpoint
from sip.models import Realm, Subscriber
from tests.tenants import make_account, make_application, make_credential, make_endpoint, make_person


def test_a_sub_account_cannot_have_sub_accounts(sub_account: Account) -> None:
    with pytest.raises(ValidationError, match="cannot have sub-accounts"):
        account_create(account=Account(name="deeper", parent=sub_account))


def test_a_main_account_with_sub_accounts_is_not_deleted(account: Account, sub_account: Account) -> None:
    with pytest.raises(ValidationError, match="sub-accounts first"):
        account_delete(account=account)


def test_deleting_a_main_account_takes_everything_it_holds(account: Account) -> None:
    make_endpoint(account, "alice", application=make_application(account, "ivr"))
    make_credential(account, "trunk")
    account_delete(account=account)
    assert not any(model.objects.exists() for model in (Endpoint, Application, Credential, Subscriber, Realm))


def test_deleting_a_sub_account_hands_its_endpoints_and_applications_back(
    account: Account, sub_account: Account
) -> None:
    endpoint = make_endpoint(account, "alice", sub_account=sub_account)
    application = make_application(account, "ivr", sub_account=sub_account, default_endpoint_app=True)
    make_credential(sub_account, "trunk")
    account_delete(account=sub_account)
    endpoint.refresh_from_db()
    application.refresh_from_db()
    assert (endpoint.sub_account, application.sub_account, application.default_endpoint_app) == (None, None, False)
    assert Subscriber.objects.get().account == account


def test_an_account_that_holds_subscribers_cannot_be_deleted_past_the_service(account: Account) -> None:
    make_endpoint(account, "alice")
    with pytest.raises(ProtectedError):
        account.delete()


def test_an_immutable_field_is_refused_in_clean_and_in_update(account: Account) -> None:
    with pytest.raises(ValidationError, match="cannot be changed after creation"):
        account_update(account=account, auth_id="MA_OTHER001")
    with pytest.raises(ImmutableFieldError):
        Account.objects.filter(pk=account.pk).update(auth_id="MA_OTHER001")


def test_an_update_that_changes_nothing_writes_no_audit_row(account: Account) -> None:
    before = AuditEntry.objects.count()
    account_update(account=account, name=account.name)
    assert AuditEntry.objects.count() == before


def test_a_token_works_until_it_is_revoked_and_so_does_a_session_made_from_it(account: Account) -> None:
    token, plain = token_create(token=ApiToken(account=account, name="api"))
    session = session_token(token, lifetime_seconds=60, audience="vobiz")
    assert caller_for(plain).account == caller_for_session(session, audience="vobiz").account == account
    token_revoke(token=token)
    with pytest.raises(InvalidToken):
        caller_for(plain)
    with pytest.raises(InvalidToken):
        caller_for_session(session, audience="vobiz")


def test_a_session_is_for_its_audience_only(account: Account) -> None:
    token, _plain = token_create(token=ApiToken(account=account, name="api"))
    with pytest.raises(InvalidToken):
        caller_for_session(session_token(token, lifetime_seconds=60, audience="kazoo"), audience="vobiz")


def test_an_expired_session_is_refused(account: Account) -> None:
    token, _plain = token_create(token=ApiToken(account=account, name="api"))
    with pytest.raises(InvalidToken):
        caller_for_session(session_token(token, lifetime_seconds=-1, audience="vobiz"), audience="vobiz")


def test_rotating_ends_the_old_token_at_once_or_after_the_overlap(account: Account) -> None:
    token, plain = token_create(token=ApiToken(account=account, name="api"))
    second, second_plain = token_rotate(token=token, overlap_minutes=5)
    assert caller_for(plain).account == caller_for(second_plain).account
    _third, _plain = token_rotate(token=second)
    with pytest.raises(InvalidToken):
        caller_for(second_plain)


def test_the_main_token_is_the_newest_that_still_works(account: Account) -> None:
    token, _plain = token_create(token=ApiToken(account=account, name="new"))
    assert main_token(account) == token
    ApiToken.objects.filter(account=account).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert main_token(account) is None


def test_a_members_token_acts_with_the_members_role_and_ends_with_the_membership(account: Account) -> None:
    person = make_person("pat", account, Role.VIEWER)
    _token, plain = token_create(token=ApiToken(account=account, user=person, name="mine"))
    assert caller_for(plain).role == Role.VIEWER
    member_remove(membership=Membership.objects.get(user=person))
    with pytest.raises(InvalidToken):
        caller_for(plain)


def test_the_last_owner_can_neither_leave_nor_step_down(account: Account, alice: User) -> None:
    with pytest.raises(ValidationError, match="needs an owner"):
        member_remove(membership=Membership.objects.get(user=alice))
    with pytest.raises(ValidationError, match="needs an owner"):
        member_set(account=account, user=alice, role=Role.VIEWER)


def test_a_sub_accounts_only_owner_may_leave_for_those_of_its_main_account_own_it_too(sub_account: Account) -> None:
    person = make_person("pat", sub_account, Role.OWNER)
    member_remove(membership=Membership.objects.get(user=person))
    assert role_of(person, sub_account) is None


@pytest.mark.parametrize("permissions", [None, {}, {"calls": True}, {"calls": False, "cdr": True}])
def test_permissions_are_inherited_or_an_object_of_two_switches(account: Account, permissions: Any) -> None:
    account_update(account=account, permissions=permissions)
    assert Account.objects.get(pk=account.pk).permissions == permissions


@pytest.mark.parametrize("permissions", [[], "calls", {"calls": "yes"}, {"calls": 1}, {"trunks": True}])
def test_other_permissions_are_refused(account: Account, permissions: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        account_update(account=account, permissions=permissions)
    assert refused.value.message_dict["permissions"] == ['Enter an object such as {"calls": true, "cdr": true}']


def test_a_time_zone_has_to_be_known(alice: User) -> None:
    alice.time_zone = "Middle/Earth"
    with pytest.raises(ValidationError) as refused:
        alice.full_clean()
    assert refused.value.message_dict["time_zone"] == ["Unknown time zone"]


def test_an_account_whose_realms_are_gone_cannot_hold_what_registers(account: Account) -> None:
    account.realms.all().delete()
    with pytest.raises(ValidationError, match="no realm"):
        make_credential(account, "trunk")


def test_a_role_is_inherited_by_sub_accounts_and_by_no_other(
    account: Account, sub_account: Account, other_account: Account, bob: User
) -> None:
    assert [role_of(bob, each) for each in (account, sub_account, other_account)] == [Role.VIEWER, Role.VIEWER, None]
    assert not may(bob, account, Action.EDIT)


def test_the_stronger_of_two_roles_counts(account: Account, sub_account: Account, bob: User) -> None:
    member_set(account=sub_account, user=bob, role=Role.ADMIN)
    assert [role_of(bob, each) for each in (account, sub_account)] == [Role.VIEWER, Role.ADMIN]


def test_somebody_who_may_not_sign_in_is_nobody(account: Account, alice: User) -> None:
    alice.is_active = False
    assert role_of(alice, account) is None


def test_the_first_account_gets_the_platforms_domain_and_the_second_its_own(account: Account) -> None:
    second = make_account("Second")
    names = {each.account_id: each.name for each in Realm.objects.filter(serves_endpoints=True)}
    assert names == {account.pk: "sip.vobiz.ai", second.pk: f"{second.auth_id.lower()}.sip.vobiz.ai"}


def test_a_realm_of_its_own_serves_endpoints_and_trunks(account: Account) -> None:
    created = account_create(account=Account(name="Own"), realm="Sip.Customer.example")
    realm = Realm.objects.get(account=created.account)
    assert (realm.name, realm.shown_as) == ("sip.customer.example", "Sip.Customer.example")
    assert realm.serves_endpoints
    assert realm.serves_trunks


@pytest.mark.parametrize("realm", ["", "a b", "x", "sip.vobiz.ai", "-", "a..b", "x" * 254])
def test_a_realm_that_is_no_domain_or_is_held_is_refused(account: Account, realm: str) -> None:
    with pytest.raises(ValidationError) as refused:
        account_create(account=Account(name="Own"), realm=realm)
    assert "realm" in refused.value.message_dict
    assert not Account.objects.filter(name="Own").exists()
