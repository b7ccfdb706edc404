"""What the tests of webhooks share: a receiver that speaks HTTPS, and webhooks that lead to it."""

from __future__ import annotations

import datetime
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from accounts.models import Account
from events.models import OFFERED, Webhook
from events.services import MadeWebhook, webhook_create

EVERYTHING = [name for name, _label in OFFERED]


@dataclass
class Receiver:
    """A program that takes what is sent. ``answers`` are used up one by one; then it answers 200."""

    url: str
    certificate: Path
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=list)

    @property
    def bodies(self) -> list[bytes]:
        """What came."""
        return [body for _headers, body in self.requests]


def status(code: int, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """An answer with a status."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in {**headers, "Content-Length": "0"}.items():
            handler.send_header(name, value)
        handler.end_headers()

    return answer


def certificate(directory: Path, name: str) -> Path:
    """A certificate for ``name`` that signs itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = directory / f"{name}.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    """One HTTPS server at https://localhost, for all tests."""
    pem = certificate(tmp_path_factory.mktemp("receiver"), "localhost")
    receiver = Receiver("", pem)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.requests.append((dict(self.headers), body))
            (receiver.answers.pop(0) if receiver.answers else status(200))(self)

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_arguments: Any) -> None:
            """A client that hangs up is part of the tests."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    receiver.url = f"https://localhost:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield receiver
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def receiver(served: Receiver, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Receiver:
    """The receiver, trusted, at an address that the operator allows."""
    served.requests.clear()
    served.answers.clear()
    monkeypatch.setenv("SSL_CERT_FILE", str(served.certificate))
    settings.EVENTS_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
    return served


def make_webhook(account: Account, url: str = "https://hooks.example.com/", **fields: Any) -> MadeWebhook:
    """A webhook of the account, for every event unless it says otherwise."""
    return webhook_create(webhook=Webhook(**{"account": account, "url": url, "events": EVERYTHING, **fields}))
