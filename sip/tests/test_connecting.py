"""What a phone is told: the server apart from the realm, a QR code, ready configuration."""

from __future__ import annotations

import pytest

from sip.connecting import PHONES, Connection, qr_code, snippets


def phone(server: str = "edge.example.test:5080", password: str = "p@ss:w/rd#1") -> Connection:
    return Connection("desk01", "acme.example.test", server, password)


@pytest.mark.parametrize(
    ("server", "host", "port"),
    [
        ("edge.example.test", "edge.example.test", "5060"),
        ("edge.example.test:5080", "edge.example.test", "5080"),
        ("[2001:db8::1]:5080", "[2001:db8::1]", "5080"),
        ("2001:db8::1", "2001:db8::1", "5060"),
        ("[2001:db8::1]", "[2001:db8::1]", "5060"),
    ],
)
def test_the_server_is_taken_apart(server: str, host: str, port: str) -> None:
    assert (phone(server).host, phone(server).port) == (host, port)


def test_the_scanned_address_escapes_the_password() -> None:
    assert phone().uri == "sip:desk01:p%40ss%3Aw%2Frd%231@acme.example.test"


def test_the_qr_code_needs_nothing_that_the_policy_forbids() -> None:
    drawn = qr_code(phone().uri)
    assert drawn.startswith("<svg")
    assert "style=" not in drawn
    assert "data:" not in drawn


@pytest.mark.parametrize("name", [name for name, _label in PHONES])
def test_every_configuration_names_user_realm_server_and_the_password_as_it_is(name: str) -> None:
    text = next(text for found, _label, text in snippets(phone()) if found == name)
    assert all(part in text for part in ("desk01", "acme.example.test", "edge.example.test", "5080", "p@ss:w/rd#1"))
