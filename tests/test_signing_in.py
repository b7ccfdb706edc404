"""Signing in: what is written down about it, how long it lasts, how passwords are kept."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from structlog.testing import capture_logs

from accounts.models import User
from tests.tenants import PASSWORD

pytestmark = pytest.mark.django_db


def test_signing_in_and_failing_to_are_logged(alice: User, client: Client) -> None:
    with capture_logs() as lines:
        client.post("/user/login/", {"login": alice.email, "password": "not the password"})
        client.post("/user/login/", {"login": alice.email, "password": PASSWORD})
    told = [(line["event"], line["source"], line.get("user")) for line in lines if line["event"] != "request"]
    assert told == [("sign_in_failed", "127.0.0.1", None), ("signed_in", "127.0.0.1", alice.pk)]


def test_a_session_ends_after_fourteen_days_however_it_is_used(
    alice: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post("/user/login/", {"login": alice.email, "password": PASSWORD})
    session = client.session
    session["written"] = "to"
    session.save()  # Django would count from here
    now = time.time()
    for days, status in ((13.9, 200), (14.1, 302)):
        monkeypatch.setattr("console.session_store.time.time", lambda days=days: now + 86_400 * days)
        assert client.get("/user/profile/").status_code == status


def test_operators_passwords_are_hashed_with_argon2(settings: Any, db: None) -> None:
    """The suite itself hashes with something quick: what production does is in the settings as they are."""
    code = "import os; os.environ.setdefault('CONSOLE_ENVIRONMENT', 'development'); from console import settings as s; "
    done = subprocess.run(
        [sys.executable, "-c", f"import tests.settings; {code} print(s.PASSWORD_HASHERS)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "Argon2PasswordHasher" in done.stdout
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert make_password("a long enough passphrase").startswith("argon2$argon2id$")
