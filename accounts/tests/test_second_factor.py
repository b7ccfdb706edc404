"""Second factors: their seeds are kept sealed, and a code is taken once."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from console import shared_cache
from tests.tenants import PASSWORD

pytestmark = pytest.mark.django_db
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOON = 1_800_000_000


class Phone:
    """An authenticator app, and the clock of everything."""

    def __init__(self) -> None:
        self.now = float(NOON)

    def time(self) -> float:
        return self.now

    def code(self, steps: int = 0) -> str:
        """What it shows, ``steps`` of 30 seconds from now."""
        return str(auth.format_hotp_value(auth.hotp_value(SEED, int(self.now) // 30 + steps)))


@pytest.fixture
def phone(monkeypatch: pytest.MonkeyPatch) -> Phone:
    phone = Phone()
    monkeypatch.setattr(auth.time, "time", phone.time)
    monkeypatch.setattr(shared_cache, "clock", phone.time)
    return phone


def kept(user: User) -> str:
    return str(list(Authenticator.objects.filter(user=user).values_list("data", flat=True)))


def test_the_seeds_of_codes_are_kept_sealed(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    auth.TOTP.activate(alice, SEED)
    monkeypatch.setattr(RecoveryCodes, "generate_seed", lambda *_: "ab" * 40)
    codes = RecoveryCodes.activate(alice).generate_codes()
    assert SEED not in kept(alice)
    assert "ab" * 40 not in kept(alice)
    assert RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).generate_codes() == codes


def signed_in_with(code: str) -> bool:
    """Whether somebody who knows Alice's password gets in with this code."""
    client = Client()
    client.post("/user/login/", {"login": "alice@example.test", "password": PASSWORD})
    answer: Any = client.post("/user/2fa/authenticate/", {"code": code})
    assert answer.status_code == 302 or "Incorrect code" in answer.content.decode()
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("seconds_later", [0, 31, 59])
def test_a_code_signs_in_once_for_as_long_as_it_is_valid(alice: User, phone: Phone, seconds_later: int) -> None:
    auth.TOTP.activate(alice, SEED)
    code = phone.code(steps=1)  # of a phone whose clock is early: valid for the next 90 seconds
    assert signed_in_with(code)
    phone.now += seconds_later
    assert not signed_in_with(code)
    assert signed_in_with(phone.code(steps=-1))


def test_the_code_that_enrols_does_not_sign_in(
    phone: Phone, owner: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock is set before she signs in: months later, her session would be over."""
    monkeypatch.setattr(auth, "generate_totp_secret", lambda *_: SEED)
    owner.post("/user/reauthenticate/", {"password": PASSWORD})
    owner.get("/user/2fa/totp/activate/")
    code = phone.code()
    assert owner.post("/user/2fa/totp/activate/", {"code": code}).status_code == 302
    assert Authenticator.objects.filter(user=alice, type="totp").exists()
    assert not signed_in_with(code)
    assert signed_in_with(phone.code(steps=1))


def test_a_code_that_was_used_elsewhere_is_refused_here(alice: User, phone: Phone) -> None:
    """Another process noted it in the cache that all share."""
    auth.TOTP.activate(alice, SEED)
    cache.add(f"second factor of {alice.pk}: {phone.code()}", True, timeout=90)
    assert not signed_in_with(phone.code())
