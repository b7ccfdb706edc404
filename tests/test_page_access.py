"""What holds for pages whatever the role: malformed addresses, people who were shut out, caches."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Account, User

KEYS = ["0", "-1", "nothing", "9" * 40, "%00", "'", "\u0661\u0662", "1e9", "\U0001f680"]


@pytest.mark.parametrize("section", ["endpoints", "applications", "credentials", "devices", "sub-accounts"])
def test_a_malformed_key_is_a_404(owner: Client, account: Account, section: str) -> None:
    answers = {key: owner.get(f"/accounts/{account.auth_id}/{section}/{key}/").status_code for key in KEYS}
    assert answers == dict.fromkeys(KEYS, 404)


@pytest.mark.parametrize("auth_id", ["MA_NOBODY1", "%00", "ma_x", "'", "a" * 500, "\U0001f680"])
def test_a_malformed_account_is_a_404(owner: Client, auth_id: str) -> None:
    assert owner.get(f"/accounts/{auth_id}/").status_code == 404


def test_someone_who_may_no_longer_sign_in_is_out(account: Account, owner: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert owner.get(f"/accounts/{account.auth_id}/").status_code == 302


def test_pages_are_not_kept_by_caches(account: Account, owner: Client) -> None:
    assert owner.get(f"/accounts/{account.auth_id}/endpoints/")["Cache-Control"] == "no-store, private"
