"""Rotating many passwords at once."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Account
from bulk import services
from bulk.kinds.registry import kinds
from bulk.models import Job, JobState
from bulk.tests.conftest import errors_of, settle
from endpoints.services import endpoint_delete
from sip.digest import hash_set
from sip.models import Secret
from tests.tenants import make_credential, make_endpoint

pytestmark = pytest.mark.django_db


def test_each_gets_a_new_password_and_keeps_the_old_one_for_the_overlap(account: Account) -> None:
    phones = [make_endpoint(account, name) for name in ("a", "b")]
    old = {secret.subscriber_id: secret.sha256 for secret in Secret.objects.all()}
    keys = [phone.pk for phone in phones]
    job = settle(services.rotation_start(account=account, kind=kinds()["endpoints"], keys=keys, overlap_minutes=120))
    cards = {card["username"]: card for card in services.secrets_take(job=job)}
    assert (job.state, job.changed_count) == (JobState.DONE, 2)
    for phone in phones:
        current = phone.subscriber.secrets.get(valid_until=None)
        card = cards[phone.username]
        assert current.sha256 == hash_set(phone.username, card["realm"], card["password"]).sha256
        assert phone.subscriber.secrets.exclude(valid_until=None).get().sha256 == old[phone.subscriber_id]


def test_another_tenants_rows_are_not_touched(account: Account, other_account: Account) -> None:
    theirs = make_credential(other_account, "trunk")
    before = Secret.objects.get().sha256
    job = services.rotation_start(account=account, kind=kinds()["credentials"], keys=[theirs.pk], overlap_minutes=0)
    assert settle(job).refused_count == 1
    assert Secret.objects.get().sha256 == before


def test_what_is_gone_meanwhile_is_said(account: Account) -> None:
    phone = make_endpoint(account, "a")
    job = services.rotation_start(account=account, kind=kinds()["endpoints"], keys=[phone.pk], overlap_minutes=0)
    endpoint_delete(endpoint=phone)
    assert errors_of(settle(job)) == [[1, "", "It is gone since."]]


def test_the_overlap_has_bounds(account: Account) -> None:
    with pytest.raises(ValidationError, match="0 to 168 hours"):
        services.rotation_start(account=account, kind=kinds()["endpoints"], keys=[1], overlap_minutes=20_000)


def test_sub_accounts_have_no_sip_password(account: Account) -> None:
    with pytest.raises(ValidationError, match="no SIP password"):
        services.rotation_start(account=account, kind=kinds()["sub-accounts"], keys=[1], overlap_minutes=0)


def test_a_job_over_what_has_no_password_is_refused(account: Account) -> None:
    endpoint = make_endpoint(account, "a")
    job = services.rotation_start(account=account, kind=kinds()["endpoints"], keys=[endpoint.pk], overlap_minutes=0)
    Job.objects.filter(pk=job.pk).update(subject="sub-accounts")
    assert (settle(job).state, job.error) == (JobState.FAILED, "sub-accounts have no SIP password.")


def test_a_job_over_what_is_not_imported_here_is_refused(account: Account) -> None:
    endpoint = make_endpoint(account, "a")
    job = services.rotation_start(account=account, kind=kinds()["endpoints"], keys=[endpoint.pk], overlap_minutes=0)
    Job.objects.filter(pk=job.pk).update(subject="unicorns")
    assert (settle(job).state, job.error) == (JobState.FAILED, "There are no unicorns to import here.")
