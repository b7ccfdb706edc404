"""Bodies that arrive slowly, or are too long, at a real server.

Clients that send slowly, more of them than there are threads, keep nobody else waiting, and are sent away. What is too
long is refused in the words of the API that it came by, however it is sent.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing

import httpx
import pytest

from console.request_bodies import DEADLINE_SECONDS
from sip.tests.sbc import URL
from tests.live import LiveConsole
from tests.processes import LOOPBACK

pytestmark = pytest.mark.slow
THREADS = 2
SLOW_CLIENTS = 8
HEAD = "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
PATHS = [URL, "/api/v1/Account/MA_AAAAAAAA/Endpoint/", "/v2/api_auth", "/user/login/"]


@pytest.fixture(scope="module")
def console() -> Iterator[LiveConsole]:
    """A server of few threads."""
    with LiveConsole(threads=THREADS) as running:
        yield running


def begin(console: LiveConsole, path: str, sent: bytes, length: int) -> socket.socket:
    """Send the beginning of a request."""
    client = socket.create_connection((LOOPBACK, console.port), timeout=DEADLINE_SECONDS * 3)
    head = HEAD.format(path=path, host=f"{LOOPBACK}:{console.port}", length=length)
    client.sendall(head.encode() + sent)
    return client


def rest_of(client: socket.socket) -> bytes:
    """All that is answered until the server closes the connection."""
    received = b""
    while more := client.recv(65_536):
        received += more
    return received


@pytest.mark.parametrize(("sent", "length"), [(b'{"', 100), (b"x" * 70_000, 2_000_000)], ids=["small", "large"])
def test_slow_bodies_hold_no_thread(console: LiveConsole, sent: bytes, length: int) -> None:
    """Fails at once where a thread reads a body: all are held then, and nobody is answered before the deadline."""
    with ExitStack() as stack:
        slow = [
            stack.enter_context(closing(begin(console, PATHS[number % len(PATHS)], sent, length)))
            for number in range(SLOW_CLIENTS)
        ]
        time.sleep(0.5)  # so that the server has taken them
        begun = time.monotonic()
        answers = [httpx.post(f"{console.url}{path}", content=b"{}", timeout=60).status_code for path in PATHS]
        took = time.monotonic() - begun
        endings = [rest_of(client) for client in slow]
    assert 200 in answers or 401 in answers
    assert all(status < 500 for status in answers)
    assert took < DEADLINE_SECONDS / 2, "others had to wait for the slow"
    assert {ending.split(b"\r\n")[0] for ending in endings} == {b"HTTP/1.1 408 Request Timeout"}


def in_pieces(body: bytes) -> Iterator[bytes]:
    """The body as a client sends it that does not know its length."""
    return (body[at : at + 500_000] for at in range(0, len(body), 500_000))


@pytest.mark.parametrize("way", ["as the body", "in chunks", "in a form"])
def test_a_file_that_is_too_long_is_refused_in_the_words_of_the_api(console: LiveConsole, way: str) -> None:
    account = console.manage_json("create_account", "--name", "Acme", "--json")
    url = f"{console.url}/api/v1/Account/{account['auth_id']}/imports"
    caller = {"X-Auth-ID": account["auth_id"], "X-Auth-Token": account["auth_token"]}
    body = b"username,alias\n" * 1_700_000
    if way == "in a form":
        refused = httpx.post(url, files={"file": body}, data={"kind": "endpoints"}, headers=caller, timeout=60)
    else:
        content = body if way == "as the body" else in_pieces(body)
        headers = caller | {"Content-Type": "text/csv"}
        refused = httpx.post(url, params={"kind": "endpoints"}, content=content, headers=headers, timeout=60)
    assert (refused.status_code, refused.json()["error"]) == (413, "request body too large")


def test_a_body_in_chunks_is_read(console: LiveConsole) -> None:
    account = console.manage_json("create_account", "--name", "Acme", "--json")
    made = httpx.post(
        f"{console.url}/api/v1/Account/{account['auth_id']}/Endpoint/",
        content=iter([b'{"username": "desk", "password": "Very', b'SecurePass123!", "alias": "Desk"}']),
        headers={
            "X-Auth-ID": account["auth_id"],
            "X-Auth-Token": account["auth_token"],
            "Content-Type": "application/json",
        },
    )
    assert made.status_code == httpx.codes.CREATED
