"""``settings.cfg``: what the environment says, and nothing that Kamailio would read as something else."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from pytest_django import Settings

from sip.kamailio.configuration import Options, check, from_environment, render, write

URL = "postgres://kamailio:a-password@10.0.0.5:5432/console"
SECRET = "0123456789-abcdefgh"
CERTIFICATE: dict[str, Any] = {"tls_certificate": "/etc/tls/cert.pem", "tls_key": "/etc/tls/key.pem"}
PLAIN = Options(database_url=URL, rpc_secret=SECRET)


def test_it_listens_on_every_address_and_for_the_console(tmp_path: Path) -> None:
    text = render(replace(PLAIN, addresses=("203.0.113.5", "2001:db8::5")))
    assert [line for line in text.splitlines() if line.startswith("listen=")] == [
        "listen=udp:203.0.113.5:5060",
        "listen=tcp:203.0.113.5:5060",
        "listen=udp:[2001:db8::5]:5060",
        "listen=tcp:[2001:db8::5]:5060",
        "listen=tcp:127.0.0.1:5081",
    ]


def test_what_is_advertised_is_the_outer_address() -> None:
    assert 'listen=udp:127.0.0.1:5060 advertise "sip.example.com":5060' in render(
        replace(PLAIN, advertised="sip.example.com")
    )


def test_tls_and_websocket_are_off_until_a_port_is_given() -> None:
    text = render(PLAIN)
    assert "WITH_TLS" not in text
    assert "WITH_WEBSOCKET" not in text


def test_tls_and_websocket_come_with_their_ports() -> None:
    text = render(replace(PLAIN, tls_port=5061, websocket_tls_port=8443, **CERTIFICATE))
    assert "listen=tls:127.0.0.1:5061" in text
    assert "#!define WEBSOCKET_TLS_PORT 8443" in text


@pytest.mark.parametrize(
    ("digest", "view"), [("MD5", "sip.subscriber_current"), ("SHA-256", "sip.subscriber_current_sha256")]
)
def test_each_digest_has_its_views(digest: str, view: str) -> None:
    assert f'#!define VIEW_CURRENT "{view}"\n' in render(replace(PLAIN, digest=digest))


def test_kamailios_of_one_secret_understand_each_others_challenges() -> None:
    one, two = (render(replace(PLAIN, server_id=number)) for number in (1, 2))
    other = render(replace(PLAIN, rpc_secret="another-secret-123"))
    nonces = [line for text in (one, two, other) for line in text.splitlines() if "NONCE_SECRET" in line]
    assert nonces[0] == nonces[1] != nonces[2]
    assert SECRET not in nonces[0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"rpc_secret": "short"},
        {"rpc_secret": 'quoted"secret-of-length'},
        {"rpc_secret": "a-secret-with\na-line-break"},
        {"database_url": 'postgres://a:b"c@localhost/x'},
        {"database_url": "sqlite:///console.sqlite3"},
        {"addresses": ("sip.example.com",)},
        {"addresses": ("127.0.0.1\nlisten=udp:0.0.0.0:5060",)},
        {"rpc_address": "localhost"},
        {"rpc_allowed": ("everybody",)},
        {"advertised": "sip.example.com:5060"},
        {"sip_port": 0},
        {"sip_port": 65536},
        {"workers": 0},
        {"digest": "SHA-1"},
        {"tls_port": 5061},
        {"tls_port": 5061, "tls_certificate": '/etc/a".pem', "tls_key": "/etc/key.pem"},
    ],
)
def test_what_would_be_read_as_something_else_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ImproperlyConfigured):
        check(replace(PLAIN, **wrong))


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(
        ImproperlyConfigured, match=r"(?s)sip_port.*'nowhere' is not an IP address.*KAMAILIO_RPC_SECRET"
    ):
        check(Options(database_url=URL, rpc_secret="", sip_port=0, addresses=("nowhere",)))


def test_only_its_owner_and_group_may_read_the_settings(tmp_path: Path) -> None:
    write(PLAIN, tmp_path / "kamailio")
    assert stat.S_IMODE((tmp_path / "kamailio/settings.cfg").stat().st_mode) == 0o640


def test_a_written_configuration_is_complete(tmp_path: Path) -> None:
    write(replace(PLAIN, tls_port=5061, **CERTIFICATE), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        "calls.cfg", "kamailio.cfg", "registrations.cfg", "requests.cfg", "settings.cfg", "tls.cfg",
    }  # fmt: skip
    assert "private_key = /etc/tls/key.pem" in (tmp_path / "tls.cfg").read_text()


def test_the_environment_names_every_option(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.KAMAILIO_RPC_SECRET = SECRET
    given = {
        "KAMAILIO_DATABASE_URL": URL, "KAMAILIO_ADDRESSES": "10.0.0.1,10.0.0.2", "KAMAILIO_SIP_PORT": "5070",
        "KAMAILIO_DIGEST": "SHA-256", "KAMAILIO_ADVERTISED": "sip.example.com", "KAMAILIO_RPC_ALLOWED": "10.1.0.0/16",
    }  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert from_environment() == replace(
        PLAIN, addresses=("10.0.0.1", "10.0.0.2"), sip_port=5070, digest="SHA-256", advertised="sip.example.com",
        rpc_allowed=("10.1.0.0/16",),
    )  # fmt: skip


def test_the_database_is_the_consoles_own_by_kamailios_role(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setenv("KAMAILIO_DATABASE_PASSWORD", "a-password")
    settings.IS_SQLITE = False
    monkeypatch.setitem(settings.DATABASES, "default", {"HOST": "10.0.0.5", "PORT": 5432, "NAME": "console"})
    assert from_environment().database_url == URL


def test_sqlite_is_no_database_for_kamailio(settings: Settings) -> None:
    settings.IS_SQLITE = True
    with pytest.raises(ImproperlyConfigured, match="PostgreSQL"):
        from_environment()


def test_the_command_writes_it_and_says_how_to_start(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KAMAILIO_DATABASE_URL", URL)
    settings.KAMAILIO_RPC_SECRET = SECRET
    call_command("kamailio_config", str(tmp_path))
    printed = capsys.readouterr().out
    assert printed == f"Start it with: kamailio -f {tmp_path / 'kamailio.cfg'}\n"
    assert SECRET not in printed


def test_the_command_says_what_is_wrong(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KAMAILIO_DATABASE_URL", URL)
    with pytest.raises(CommandError, match="KAMAILIO_RPC_SECRET"):
        call_command("kamailio_config", str(tmp_path))
