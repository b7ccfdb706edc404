"""TLS, WebSocket and IPv6, which are off until somebody switches them on; and phones behind NAT."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sip.tests.kamailio import world as console
from sip.tests.kamailio.conftest import REAL, Stage
from sip.tests.kamailio.servers import Kamailio
from tests import processes

pytestmark = REAL


@pytest.fixture
def certificate(tmp_path: Path) -> dict[str, str]:
    """A certificate that nobody vouches for, and its key, as ``Options`` take them."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "acme.example")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1)
    )
    (tmp_path / "cert.pem").write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (tmp_path / "key.pem").write_bytes(pem)
    return {"tls_certificate": str(tmp_path / "cert.pem"), "tls_key": str(tmp_path / "key.pem")}


@pytest.fixture
def everything(stage: Stage, start_kamailio: Callable[..., Kamailio], certificate: dict[str, str]) -> Kamailio:
    """An instance with every transport on."""
    tls, websocket, websocket_tls = processes.free_ports(3)
    return start_kamailio(tls_port=tls, websocket_port=websocket, websocket_tls_port=websocket_tls, **certificate)


@pytest.mark.parametrize(
    ("transport", "port"), [("tls", "tls_port"), ("ws", "websocket_port"), ("wss", "websocket_tls_port")]
)
def test_a_phone_registers_and_is_reached_over_its_own_connection(
    stage: Stage, everything: Kamailio, transport: str, port: str
) -> None:
    name, subscriber = stage.endpoint()
    contact = f"sip:{name}@browser.invalid;transport=ws" if transport.startswith("ws") else ""
    address = ("127.0.0.1", getattr(everything.options, port))
    with stage.phone(name, server=address, transport=transport, contact=contact) as phone:
        assert phone.register() == 200
        assert stage.world.run(console.sync_at, everything.rpc_url, subscriber) == [("answered", 200)]
        assert stage.world.run(console.state, subscriber)["registered_received"] == f"127.0.0.1:{phone.port}"


def test_a_browser_calls_a_desk_phone(stage: Stage, everything: Kamailio) -> None:
    (name, _one), (callee, _two) = stage.endpoint(), stage.endpoint()
    browser: dict[str, Any] = {"server": ("127.0.0.1", everything.options.websocket_port), "transport": "ws"}
    with (
        stage.phone(name, contact=f"sip:{name}@browser.invalid;transport=ws", **browser) as caller,
        stage.phone(callee, server=everything.address) as desk,
    ):
        assert (desk.register(), caller.invite(callee)) == (200, 200)
        answer = caller.hang_up()
        assert answer is not None
        assert answer.status == 200
    assert [request.method for request in desk.received] == ["INVITE", "BYE"]


@pytest.mark.parametrize("port", ["websocket_port", "websocket_tls_port"])
def test_the_consoles_requests_are_not_taken_on_the_browsers_ports(everything: Kamailio, port: str) -> None:
    import httpx

    scheme = "https" if "tls" in port else "http"
    url = f"{scheme}://127.0.0.1:{getattr(everything.options, port)}/RPC"
    answer = httpx.post(url, json={}, headers={"X-Console-Secret": everything.options.rpc_secret}, verify=False)
    assert answer.status_code == 404


def test_a_phone_behind_nat_is_called_and_hung_up_on_where_it_really_is(stage: Stage) -> None:
    (name, _one), (callee, _two) = stage.endpoint(), stage.endpoint()
    with (
        stage.phone(name, contact=f"sip:{name}@192.168.99.1:5060") as caller,
        stage.phone(callee, contact=f"sip:{callee}@192.168.99.2:5060") as other,
    ):
        assert (other.register(), caller.invite(callee)) == (200, 200)
        answer = caller.hang_up()
        assert answer is not None
        assert answer.status == 200
    assert [request.method for request in other.received] == ["INVITE", "BYE"]


def test_phones_behind_nat_are_kept_reachable(stage: Stage, start_kamailio: Callable[..., Kamailio]) -> None:
    pinging = replace(stage, kamailio=start_kamailio(nat_ping_seconds=1, server_id=4))
    name, _subscriber = pinging.endpoint()
    with pinging.phone(name, contact=f"sip:{name}@192.168.99.1:5060") as phone:
        assert phone.register() == 200
        assert phone.hears_keepalive(within_seconds=5)


def test_ipv6_phones_register(stage: Stage, start_kamailio: Callable[..., Kamailio]) -> None:
    kamailio = start_kamailio(addresses=("127.0.0.1", "::1"))
    name, subscriber = stage.endpoint()
    with stage.phone(name, server=("::1", kamailio.options.sip_port), source="::1") as phone:
        assert phone.register() == 200
        assert stage.world.run(console.state, subscriber)["registered_received"] == f"[::1]:{phone.port}"
        assert stage.world.run(console.sync_at, kamailio.rpc_url, subscriber) == [("answered", 200)]
