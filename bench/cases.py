"""What is measured: every case as the request that a client would send, made from what is known of the data."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

NAME = "{name}"  # stands in a request for a name that was not there before
JSON = "application/json"
HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Facts:
    """What requests are made of: ids, and what proves who asks."""

    auth_id: str
    sub_auth_id: str
    kazoo_id: str
    token: str
    cookie: str
    webhook: tuple[str, str]
    questions: Mapping[str, Any]
    endpoints: int
    endpoint_id: str
    app_id: str
    device_id: str
    start_keys: Mapping[str, str]

    @property
    def middle(self) -> int:
        """The offset of the page in the middle, which is the furthest from both ends."""
        return self.endpoints // 2

    @property
    def deepest(self) -> int:
        """The offset of the last page."""
        return max(0, self.endpoints - 20)


@dataclass(frozen=True, slots=True)
class Asked:
    """One HTTP request; ``NAME`` in its path and body stands for a fresh name."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""

    def payload(self, name: str) -> bytes:
        """The body under a name."""
        return self.body.replace(NAME, name).encode()


def floor_path(case: str) -> str:
    """The floor's address for a case."""
    return f"/floor/{quote(case)}/{NAME}"


@dataclass(frozen=True, slots=True)
class Case:
    """A name, how to ask, and the targets: the least ratio to the floor, the most calls and statements."""

    name: str
    ask: Callable[[Facts], Asked]
    least_ratio: float | None = None
    most_calls: int | None = None
    most_statements: int | None = None
    most_growth: float | None = None  # of the time, from the smallest size to the largest
    compared_with: str = ""  # another case, whose time it may exceed by ``most_growth`` instead


def vobiz(method: str, path: str, body: Any = None) -> Callable[[Facts], Asked]:
    """A request to the Vobiz API of the large account."""

    def ask(facts: Facts) -> Asked:
        headers = {"X-Auth-ID": facts.auth_id, "X-Auth-Token": facts.token, "Content-Type": JSON}
        full = f"/api/v1/Account/{facts.auth_id}/{path.format(facts=facts)}"
        return Asked(method, full, headers, "" if body is None else json.dumps(body))

    return ask


def kazoo(method: str, path: str, data: Any = None) -> Callable[[Facts], Asked]:
    """A request to the Kazoo API of the large account."""

    def ask(facts: Facts) -> Asked:
        headers = {"X-Auth-Token": facts.token, "Content-Type": JSON}
        full = f"/v2/accounts/{facts.kazoo_id}/{path.format(facts=facts)}"
        return Asked(method, full, headers, "" if data is None else json.dumps({"data": data}))

    return ask


def page(path: str) -> Callable[[Facts], Asked]:
    """A page, as somebody who is signed in."""

    def ask(facts: Facts) -> Asked:
        return Asked("GET", path.format(facts=facts), {"Cookie": facts.cookie})

    return ask


def webhook(question: str) -> Callable[[Facts], Asked]:
    """A question of the large account's SBC."""

    def ask(facts: Facts) -> Asked:
        proof = base64.b64encode(":".join(facts.webhook).encode()).decode()
        headers = {"Authorization": f"Basic {proof}", "Content-Type": JSON}
        return Asked("POST", "/webhooks/auth", headers, json.dumps(facts.questions[question]))

    return ask


ENDPOINT = {"username": NAME, "password": "SecurePass123", "alias": "Phone"}
DEVICE = {"name": NAME, "sip": {"username": NAME, "password": "SecurePass123"}}
GROWTH, DEEP = 1.3, 1.5
LIST = {"least_ratio": 0.6, "most_calls": 12_000, "most_statements": 4}

CASES = [
    Case("webhook, accepted", webhook("accepted"), 0.6, 4000, 2, GROWTH),
    Case("webhook, wrong password", webhook("wrong password"), None, 4000, 2, GROWTH),
    Case("webhook, unknown user", webhook("unknown"), None, 4000, 2, GROWTH),
    Case("endpoint create", vobiz("POST", "Endpoint/", ENDPOINT), 0.4, 15_000, 10),
    Case("endpoint retrieve", vobiz("GET", "Endpoint/{facts.endpoint_id}/"), 0.6, 5000, 3, GROWTH),
    Case("endpoint list", vobiz("GET", "Endpoint/"), most_growth=GROWTH, **LIST),  # type: ignore[arg-type]
    Case("endpoint list, middle offset", vobiz("GET", "Endpoint/?offset={facts.middle}"), None, 12_000, 4),
    Case("endpoint list, deepest offset", vobiz("GET", "Endpoint/?offset={facts.deepest}"), None, 12_000, 4),
    *(
        Case(f"endpoint list, {name}", vobiz("GET", f"Endpoint/?{query}"), None, None, 4, growth)
        for name, query, growth in (
            ("username exact", "username__exact=reception7", GROWTH),
            ("username prefix", "username__startswith=recep", GROWTH),
            ("username contains", "username__contains=ceptio", GROWTH),
            ("alias exact", "alias__exact=Reception-7", GROWTH),
            ("alias contains", "alias__contains=ceptio", GROWTH),
            ("application", "application_id__exact={facts.app_id}", GROWTH),
            ("has application", "application_id__isnull=false", GROWTH),
            ("has no application", "application_id__isnull=true", None),
            ("sub-account", "sub_account={facts.sub_auth_id}", GROWTH),
        )
    ),
    Case("credential list", vobiz("GET", "credentials"), None, 12_000, 4, GROWTH),
    Case("device PUT", kazoo("PUT", "devices", DEVICE), 0.4, 15_000, 10),
    Case("device GET", kazoo("GET", "devices/{facts.device_id}"), None, 5000, 3, GROWTH),
    Case("device PATCH", kazoo("PATCH", "devices/{facts.device_id}", {"presence_id": NAME}), None, 15_000, 7),
    Case("device list", kazoo("GET", "devices"), None, 12_000, 4, GROWTH),
    *(
        Case(
            f"device list, {where} page",
            kazoo("GET", f"devices?start_key={{facts.start_keys[{where}]}}"),
            None,
            12_000,
            4,
            DEEP,
            "device list",
        )
        for where in ("middle", "deepest")
    ),
    Case("device list, by name", kazoo("GET", "devices?filter_name=Desk%207"), None, 12_000, 4, GROWTH),
    Case("device list, by type", kazoo("GET", "devices?filter_device_type=sip_device"), None, 12_000, 4, GROWTH),
    Case("page of 25 endpoints", page("/accounts/{facts.auth_id}/endpoints/?size=25"), None, 60_000, None, GROWTH),
    Case("page of 25 endpoints, search", page("/accounts/{facts.auth_id}/endpoints/?size=25&q=recep"), None, 60_000),
    Case("search everywhere", page("/search/?q=reception7"), None, 60_000),
]


def by_name(words: list[str]) -> list[Case]:
    """The cases whose name holds one of the words; all without words."""
    return [case for case in CASES if not words or any(word in case.name for word in words)]
