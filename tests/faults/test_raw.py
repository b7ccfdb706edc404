"""Hostile bytes to a real server: whatever is sent to whatever route, an answer in the dialect and never a 5xx."""

from __future__ import annotations

import gzip
import random
import re
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import httpx
import pytest

from tests.faults.figures import count, report
from tests.live import LiveConsole
from tests.processes import LOOPBACK
from tests.route_table import BY_PROOF, FOR_ALL, KAZOO, PAGES, VOBIZ

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("raw")]
DEEP = 10_000
SECONDS = 60  # for an answer to somebody who means no harm

BODIES: dict[str, bytes] = {
    "nothing": b"",
    "broken JSON": b'{"username": "a"',
    "deep list": b"[" * DEEP,
    "deep object": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deep in data": b'{"data":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "duplicate keys": b'{"username": "a", "username": ["b"], "data": 1, "data": {}}',
    "not a number": b'{"limit": NaN, "data": {"sip": {"expire_seconds": NaN}}}',
    "infinity": b'{"rate_limit": Infinity}',
    "huge integer": b'{"rate_limit": ' + b"9" * 4000 + b', "expires": ' + b"9" * 30 + b"}",
    "huge exponent": b'{"rate_limit": 1e400, "data": {"x": -1e400}}',
    "lone surrogate": b'{"username": "\\ud800", "alias": "\\udfff", "data": {"name": "\\ud83d"}}',
    "NUL": b'{"username": "a\\u0000b", "password": "' + b"\\u0000" * 8 + b'", "data": {"name": "\\u0000"}}',
    "raw NUL": b'{"username": "a\x00b"}',
    "not UTF-8": b'{"username": "\xff\xfe\xfa"}',
    "UTF-16": '{"username": "a"}'.encode("utf-16"),
    "wrong types": b'{"username": {"a": []}, "password": 7, "alias": null, "application": [1], "data": "text"}',
    "booleans": b'{"username": true, "enabled": "perhaps", "allow_voice": {}, "permissions": true}',
    "a list": b"[1, 2, 3]",
    "text": b'"text"',
    "a form": b"username=a&username=b&%00=%ff&csrfmiddlewaretoken=x",
    "gzip bomb": gzip.compress(b"\0" * 5_000_000),
    "long text": b'{"username": "' + b"x" * 1_000_000 + b'"}',
    "too long": b'{"x": "' + b"y" * 3_000_000 + b'"}',
    "many keys": b"{" + b",".join(b'"k%d": 1' % number for number in range(30_000)) + b"}",
}
TYPES = (
    b"application/json",
    b"application/x-www-form-urlencoded",
    b"multipart/form-data; boundary=x",
    b"text/\x80x",
    b"",
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", "X" * 100)
ENCODINGS = {"gzip bomb": {"Content-Encoding": "gzip"}}
VOBIZ_LIST, KAZOO_LIST = "/api/v1/Account/{auth_id}/Endpoint", "/v2/accounts/{account_id}/devices"
PATHS = (
    "/%2e%2e/%2e%2e/etc/passwd",
    "//api/v1//auth//me",
    "/api/v1/auth/me;a=b",
    "/API/V1/ACCOUNT/{auth_id}/ENDPOINT",
    f"{VOBIZ_LIST}/%00",
    "/api/v1/Account/%ff%fe/Endpoint/",
    f"{VOBIZ_LIST}/?limit=9e99&offset=-1",
    f"{VOBIZ_LIST}/?username__contains=%00",
    f"{KAZOO_LIST}/%00",
    f"{KAZOO_LIST}?start_key=%00&page_size=99999999999999999999&filter_%00=1",
    "/accounts/{auth_id}/endpoints/%2e%2e%2f",
    "/accounts/{auth_id}/endpoints/?page=%00&q=%ff&sort=%00&size=-1&columns=x",
    "/static/..%2f..%2fmanage.py",
    "/static/%00",
    "/search/?q=%00%ff",
    "/?" + "a=b&" * 3000,
    "/" + "x" * 20_000,
    "/healthz/%0d%0aX-Injected:1",
    "/metrics/../admin/",
)


ENDPOINT = b'{"username":"a","password":"VerySecure1","alias":"A"}'
DEVICE = b'{"data":{"name":"x","sip":{"username":"u1","password":"secret"}}}'
QUESTION = b'{"method":"REGISTER","realm":"a","username":"b","nonce":"c","uri":"sip:a","response":"d"}'
GOOD = [
    ("POST", "/api/v1/Account/{auth_id}/Endpoint/", ENDPOINT),
    ("POST", "/api/v1/Account/{auth_id}/credentials", b'{"username":"a","password":"VerySecure1"}'),
    ("PUT", "/v2/accounts/{account_id}/devices", DEVICE),
    ("POST", "/webhooks/auth", QUESTION),
]


@dataclass(frozen=True)
class Tenant:
    """An account of the live console, and what stands for the ids in the routes."""

    keys: dict[str, str]
    headers: dict[str, str]

    def address(self, route: str) -> str:
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: self.keys.get(found[1], "1"), route)


@pytest.fixture(scope="module")
def tenant(live_console: LiveConsole) -> Tenant:
    made = live_console.manage_json("create_account", "--name", "Fuzzed", "--json")
    keys = {"auth_id": made["auth_id"], "account_id": made["kazoo_account_id"], "sub_auth_id": "SA_XXXXXXXX"}
    headers = {"X-Auth-ID": made["auth_id"], "X-Auth-Token": made["auth_token"]}
    return Tenant(keys, headers)


@pytest.fixture(scope="module")
def client(live_console: LiveConsole) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=live_console.url, timeout=60) as client:
        yield client


def calls(tenant: Tenant) -> list[tuple[str, str]]:
    """Every route of the project with each method that it serves, and one that it does not."""
    tables = {**PAGES, **VOBIZ, **KAZOO}
    served = [(method, tenant.address(route)) for route, methods in tables.items() for method in methods]
    others = [("POST", tenant.address(route)) for route in (*FOR_ALL, *BY_PROOF)]
    odd = [(method, "/api/v1/auth/me") for method in ("TRACE", "PROPFIND", "X" * 100)]
    return [*served, *others, *odd]


def fault_of(answer: httpx.Response) -> str:
    """What is wrong with an answer; empty when it is one of the console's own, in the dialect of its address."""
    path, kind = answer.request.url.path, answer.headers.get("content-type", "")
    if answer.status_code >= 500:
        return str(answer.status_code)
    is_api = path.startswith(("/api/v1/", "/v2/", "/webhooks/")) and answer.content
    if is_api and not kind.startswith(
        ("application/json", "text/csv", "text/html" if answer.status_code == 400 else "-")
    ):
        return f"{answer.status_code} as {kind}"
    return ""


def tried(client: httpx.Client, method: str, address: str, **request: object) -> str:
    """The fault of one request; a server that cuts a hostile client off has answered it."""
    try:
        return fault_of(client.request(method, address, **request))  # type: ignore[arg-type]
    except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
        return "" if client.get("/healthz").status_code == 200 else "gone"


@pytest.mark.parametrize(
    ("status", "kind", "fault"),
    [
        (500, "application/json", "500"),
        (503, "application/json", "503"),
        (404, "text/plain", "404 as text/plain"),
        (200, "text/html", "200 as text/html"),
        (404, "application/json", ""),
        (400, "text/html", ""),
    ],
)
def test_an_answer_that_is_none_of_ours_is_a_fault(status: int, kind: str, fault: str) -> None:
    """The measure by which all that follows is judged."""
    request = httpx.Request("GET", "http://console.test/api/v1/auth/me")
    assert fault_of(httpx.Response(status, headers={"Content-Type": kind}, text="x", request=request)) == fault


def test_no_body_makes_a_route_fail(client: httpx.Client, tenant: Tenant, live_console: LiveConsole) -> None:
    wanted = calls(tenant)
    chance = random.Random(3)
    faults: Counter[str] = Counter()
    sent = 0
    for name, body in BODIES.items():
        for method, address in wanted if len(body) < 20_000 else chance.sample(wanted, count(25, len(wanted))):
            headers: dict[str, str | bytes] = {**tenant.headers, **ENCODINGS.get(name, {})}
            if kind := chance.choice(TYPES):
                headers["Content-Type"] = kind
            fault = tried(client, method, address, content=body, headers=headers)
            sent += 1
            if fault:
                faults[f"{method} {address}: {name}: {fault}"] += 1
    assert faults == {}
    report("hostile bodies", requests=sent)


def test_no_mutation_of_a_good_body_makes_a_route_fail(client: httpx.Client, tenant: Tenant) -> None:
    """Random bytes changed, doubled and dropped in bodies that are right."""
    good = [(method, address.format(**tenant.keys), body) for method, address, body in GOOD]
    chance, requests = random.Random(4), count(600, 20_000)
    faults = []
    for _number in range(requests):
        method, address, body = chance.choice(good)
        mutated = bytearray(body)
        for _change in range(chance.randint(1, 4)):
            place = chance.randrange(len(mutated))
            mutated[place : place + chance.randint(0, 2)] = chance.randbytes(chance.randint(0, 3))
        headers = {**tenant.headers, "Content-Type": "application/json"}
        if fault := tried(client, method, address, content=bytes(mutated), headers=headers):
            faults.append((method, address, bytes(mutated), fault))
    assert faults == []
    report("mutated bodies", requests=requests)


def test_no_method_makes_a_route_fail(client: httpx.Client, tenant: Tenant) -> None:
    """Every method at every address, whether it is served there or not."""
    addresses = sorted({address for _method, address in calls(tenant)})
    every = [(method, address) for address in addresses for method in METHODS]
    wanted = random.Random(5).sample(every, count(300, len(every)))
    faults = [(method, address, fault) for method, address in wanted if (fault := tried(client, method, address))]
    faults += [
        (method, address, fault)
        for method, address in wanted
        if (fault := tried(client, method, address, headers=tenant.headers))
    ]
    assert faults == []
    report("wrong methods", requests=2 * len(wanted))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40])
def test_no_path_makes_the_server_fail(live_console: LiveConsole, tenant: Tenant, path: str) -> None:
    """Sent as it is: an HTTP library would tidy it up."""
    filled = path.format(**tenant.keys)
    status, head = raw(
        live_console, f"GET {filled} HTTP/1.1", [f"{name}: {text}" for name, text in tenant.headers.items()]
    )
    assert status < 500
    assert b"x-injected" not in head.lower()


@pytest.mark.parametrize(
    ("request_line", "headers", "body"),
    [
        ("POST /webhooks/auth HTTP/1.1", ["Transfer-Encoding: chunked"], b"5\r\nhello\r\n0\r\n\r\n"),
        ("POST /webhooks/auth HTTP/1.1", ["Transfer-Encoding: chunked"], b"zz\r\nhello\r\n0\r\n\r\n"),
        ("POST /api/v1/auth/refresh HTTP/1.1", ["Transfer-Encoding: chunked"], b"ffffffffffffffff\r\n"),
        ("POST /webhooks/auth HTTP/1.1", ["Content-Length: 5", "Transfer-Encoding: chunked"], b"0\r\n\r\n"),
        ("POST /webhooks/auth HTTP/1.1", ["Content-Length: -1"], b""),
        ("POST /webhooks/auth HTTP/1.1", ["Content-Length: 1", "Content-Length: 2"], b"{}"),
        ("GET /healthz HTTP/1.1", [f"X-Flood-{number}: y" for number in range(500)], b""),
        ("GET /healthz HTTP/1.1", ["X-Long: " + "y" * 200_000], b""),
        ("GET /healthz HTTP/1.1", ["X-Request-ID: a\x01b", "Cookie: " + "a=b; " * 2000], b""),
        ("GET /healthz HTTP/9.9", [], b""),
        ("\x16\x03\x01 /healthz", [], b""),
        ("GET http://elsewhere.example/healthz HTTP/1.1", [], b""),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else None,
)
def test_no_frame_makes_the_server_fail(
    live_console: LiveConsole, request_line: str, headers: list[str], body: bytes
) -> None:
    """Lengths that lie, floods of headers, other protocols: refused or cut off, and the next one is served."""
    status, _head = raw(live_console, request_line, headers, body)
    assert status < 500
    assert raw(live_console, "GET /healthz HTTP/1.1", [], seconds=SECONDS)[0] == 200


def raw(
    console: LiveConsole, request_line: str, headers: list[str], body: bytes = b"", *, seconds: float = 4
) -> tuple[int, bytes]:
    """Send bytes as they are. Returns the status (0: cut off without an answer) and the answer's head."""
    head = "\r\n".join([request_line, f"Host: {LOOPBACK}", "Connection: close", *headers, "", ""])
    answer = b""
    with socket.create_connection((LOOPBACK, console.port), timeout=seconds) as connection, suppress(OSError):
        connection.sendall(head.encode("latin-1") + body)
        while b"\r\n\r\n" not in answer and (piece := connection.recv(65536)):
            answer += piece
    found = re.match(rb"HTTP/1\.[01] (\d{3})", answer)
    return (int(found[1]) if found else 0), answer.partition(b"\r\n\r\n")[0]
