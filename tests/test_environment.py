"""Production refuses to start on a default that is insecure or left over; development makes up its own secrets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from console import checks, environment

ROOT = Path(__file__).resolve().parent.parent
SOUND = {
    "debug": False,
    "secret_key": "x" * 50,
    "allowed_hosts": ["console.example"],
    "sealing_keys": [Fernet.generate_key().decode()],
    "sip_domain": "sip.example",
}


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("debug", True, "DEBUG"),
        ("secret_key", "", "SECRET_KEY"),
        ("secret_key", "short", "SECRET_KEY"),
        ("allowed_hosts", [], "ALLOWED_HOSTS"),
        ("allowed_hosts", ["console.example", "*"], "ALLOWED_HOSTS"),
        ("sealing_keys", [], "SEALING_KEYS"),
        ("sip_domain", "sip.vobiz.ai", "SIP_DOMAIN"),
    ],
)
def test_an_insecure_default_is_named(name: str, value: object, word: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=word):
        environment.refuse_insecure(**{**SOUND, name: value})  # type: ignore[arg-type]  # one of them is wrong on purpose


def test_sound_settings_are_let_through() -> None:
    environment.refuse_insecure(**SOUND)  # type: ignore[arg-type]  # a table of settings has no single type


def test_a_server_without_settings_does_not_start() -> None:
    bare = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull}
    command = [sys.executable, "manage.py", "check"]
    run = subprocess.run(command, cwd=ROOT, env=bare, capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert "SECRET_KEY must be set" in run.stderr


def test_a_kept_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "secret"
    first = environment.kept_secret(path)
    assert environment.kept_secret(path) == first
    assert path.stat().st_mode & 0o077 == 0


def test_a_kept_sealing_key_seals(tmp_path: Path) -> None:
    key = environment.kept_secret(tmp_path / "key", as_fernet_key=True)
    assert Fernet(key).decrypt(Fernet(key).encrypt(b"text")) == b"text"


def test_the_first_of_two_processes_decides_the_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret"
    monkeypatch.setattr(Path, "exists", lambda _path: False)
    first, second = environment.kept_secret(path), environment.kept_secret(path)
    assert first == second
    assert [each.name for each in tmp_path.iterdir()] == ["secret"]


@pytest.mark.parametrize(("name", "value"), [("ENDPOINT_NAMES", "loose"), ("REGISTRAR", "asterisk")])
def test_a_setting_outside_its_choices_is_an_error_that_names_them(settings: Settings, name: str, value: str) -> None:
    setattr(settings, name, value)
    (error,) = checks.check_choices()
    assert name in str(error.msg)


def test_an_unusable_sealing_key_is_an_error_that_does_not_show_it(settings: Settings) -> None:
    settings.SEALING_KEYS = ["not-a-key"]
    (error,) = checks.check_sealing_keys()
    assert "not-a-key" not in str(error)


@pytest.mark.parametrize("proxy", ["nginx.internal", "10.0.0.1/8", ""])
def test_a_trusted_proxy_that_is_no_address_is_an_error(settings: Settings, proxy: str) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1", "10.0.0.0/8", "::1", proxy]
    (error,) = checks.check_trusted_proxies()
    assert repr(proxy) in str(error.msg)
