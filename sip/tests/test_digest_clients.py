"""Agreement with other people's digest clients, over a real exchange on the loopback interface."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import requests
from requests.auth import HTTPDigestAuth

from sip.authorization import parse
from sip.digest import DigestRequest, Reason, SecretHashes, Verdict, verify

REALM = "sip.example.com"
PASSWORD = 'päss "word" \\ 1'
PATH = "/webhooks/auth?x=1,2&y=%20z"  # no ";x": requests leaves it out of the uri that it hashes
CHALLENGES = [
    'qop="auth"',
    'qop="auth", algorithm=MD5',
    'qop="auth,auth-int", algorithm=MD5, opaque="5ccc069c403ebaf9f0171e9517f40e41"',
    'qop="auth", algorithm=MD5-sess',
    'qop="auth", algorithm=SHA-256',
    "algorithm=MD5",
    "algorithm=SHA-256",
]
Ask = Callable[[str, str, str], int]


@contextmanager
def server(challenge: str, verdicts: list[Verdict], username: str) -> Iterator[str]:
    """Serve one URL that asks for a digest and verifies it against the one user; collects what came of each."""
    secret = SecretHashes.of(username, REALM, PASSWORD)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            given = parse(self.headers.get("Authorization"))
            request = DigestRequest.from_fields({"method": self.command, **given}) if given else None
            if request is not None:
                assert request.uri == self.path
                verdicts.append(verify(replace(request, entity_body=b""), [secret]))  # a GET has no body
            self.send_response(200 if verdicts and verdicts[-1].is_ok else 401)
            self.send_header("WWW-Authenticate", f'Digest realm="{REALM}", nonce="157590482938000", {challenge}')
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.server_port}{PATH}"
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()


def ask_with_requests(url: str, username: str, password: str) -> int:
    """GET with the digest client of ``requests``; return the HTTP status."""
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, auth=HTTPDigestAuth(username, password), timeout=10).status_code


def ask_with_curl(url: str, username: str, password: str) -> int:
    """GET with ``curl --digest``, the password over its standard input; return the HTTP status."""
    quoted = f"{username}:{password}".replace("\\", "\\\\").replace('"', '\\"')
    command = ["curl", "--silent", "--noproxy", "*", "--max-time", "10", "--globoff", "--path-as-is", "--digest"]
    finished = subprocess.run(
        [*command, "--output", "/dev/null", "--write-out", "%{http_code}", "--config", "-", url],
        input=f'user = "{quoted}"\n', capture_output=True, text=True, check=True,
    )  # fmt: skip
    return int(finished.stdout)


CLIENTS = [
    pytest.param(ask_with_requests, id="requests"),
    pytest.param(ask_with_curl, id="curl", marks=pytest.mark.real),
]


@pytest.mark.parametrize("challenge", CHALLENGES)
@pytest.mark.parametrize("ask", CLIENTS)
def test_a_client_with_the_right_password_is_verified(ask: Ask, challenge: str) -> None:
    verdicts: list[Verdict] = []
    with server(challenge, verdicts, "john") as url:
        assert ask(url, "john", PASSWORD) == 200
    assert [verdict.secret_index for verdict in verdicts] == [0]


@pytest.mark.parametrize("challenge", CHALLENGES)
@pytest.mark.parametrize("ask", CLIENTS)
def test_a_client_with_a_wrong_password_is_refused(ask: Ask, challenge: str) -> None:
    verdicts: list[Verdict] = []
    with server(challenge, verdicts, "john") as url:
        assert ask(url, "john", PASSWORD + "x") == 401
    assert {verdict.reason for verdict in verdicts} == {Reason.WRONG_PASSWORD}


@pytest.mark.parametrize("username", [r"dom\john", "smith, john", "o'brien=x"])
@pytest.mark.parametrize("ask", CLIENTS)
def test_a_client_with_an_awkward_username_is_verified(ask: Ask, username: str) -> None:
    verdicts: list[Verdict] = []
    with server('qop="auth", algorithm=SHA-256', verdicts, username) as url:
        assert ask(url, username, PASSWORD) == 200
    assert [verdict.is_ok for verdict in verdicts] == [True]


@pytest.mark.real
@pytest.mark.parametrize(
    "challenge", ['qop="auth-int"', 'qop="auth-int", algorithm=MD5-sess', 'qop="auth", algorithm=SHA-256-sess']
)
def test_what_only_curl_can_do_is_verified(challenge: str) -> None:
    verdicts: list[Verdict] = []
    with server(challenge, verdicts, "john") as url:
        assert ask_with_curl(url, "john", PASSWORD) == 200
    assert [verdict.is_ok for verdict in verdicts] == [True]
