"""No secret of a whole run stands in the logs of a real server and its worker, at their most talkative."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import httpx
import pytest

from events.tests.conftest import Receiver, served  # noqa: F401  (a fixture, asked for by its name)
from sip.hashing import hash_set
from tests.live import LiveConsole

pytestmark = pytest.mark.slow  # a server of its own
PATIENCE_SECONDS = 120
PASSWORDS = (
    "Sip-Pass-Word-1",
    "Sip-Pass-Word-2",
    "Operator-Pass-Word-3",
    "Wrong-Pass-Word-4",
    "Device-Pass-Word-5",
    "Import-Pass-Word-6",
    "Form-Pass-Word-7",
)


@pytest.fixture
def receiver(request: pytest.FixtureRequest) -> Receiver:
    """A program that webhooks are sent to."""
    found: Receiver = request.getfixturevalue("served")
    found.requests.clear()
    return found


@pytest.fixture
def talkative(fresh_database_url: str | None, receiver: Receiver) -> Iterator[LiveConsole]:
    environment = {"LOG_LEVEL": "DEBUG", "LOG_JSON": "on", "EMAIL_URL": "dummymail://"}
    environment |= {"EVENTS_ALLOWED_NETWORKS": "127.0.0.0/8,::1/128", "SSL_CERT_FILE": str(receiver.certificate)}
    with LiveConsole(database_url=fresh_database_url, environment=environment, with_worker=True) as console:
        yield console


def test_no_secret_is_logged(talkative: LiveConsole, receiver: Receiver) -> None:
    made = talkative.manage_json("create_account", "--name", "Acme", "--json")
    auth_id, token = str(made["auth_id"]), str(made["auth_token"])
    operator = ["--email", "ada@example.test", "--account", auth_id, "--role", "owner", "--password", PASSWORDS[2]]
    talkative.manage("create_operator", *operator)
    secrets = {*PASSWORDS, token, *everything_hidden(made)}
    secrets |= {talkative.environment[name] for name in ("SECRET_KEY", "SEALING_KEYS")}
    with httpx.Client(base_url=talkative.url, timeout=30) as http:
        headers = {"X-Auth-ID": auth_id, "X-Auth-Token": token}
        base = f"/api/v1/Account/{auth_id}"
        made_endpoint = {"username": "desk", "alias": "Desk", "password": PASSWORDS[0]}
        assert http.post(f"{base}/Endpoint/", json=made_endpoint, headers=headers).status_code == 201
        made_credential = {"username": "trunk", "password": PASSWORDS[1]}
        assert http.post(f"{base}/credentials", json=made_credential, headers=headers).status_code < 300
        http.post(f"{base}/Endpoint/", content=b"{" + PASSWORDS[0].encode(), headers=headers)  # malformed
        http.get(f"/v2/accounts?auth_token={token}")
        session = http.put("/v2/api_auth", json={"data": {"api_key": token}}).json()["auth_token"]
        http.post("/webhooks/auth", json={"username": "desk", "password": PASSWORDS[3]}, auth=("x", PASSWORDS[3]))
        page = http.get("/user/login/")
        csrf = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[0]
        form = {"login": "ada@example.test", "password": PASSWORDS[2], "csrfmiddlewaretoken": csrf}
        http.post("/user/login/", data=form)
        form_page = f"/accounts/{auth_id}/endpoints/new/"
        sent = {"username": "byform", "alias": "Form", "password": PASSWORDS[6]}
        sent["csrfmiddlewaretoken"] = http.cookies["console_csrf"]  # another than before the sign-in
        assert http.post(form_page, data=sent).status_code == 303
        secrets |= made_by_programs(http, str(made["kazoo_account_id"]), base, headers)
        secrets |= made_by_the_worker(http, base, headers, receiver)
        secrets |= {http.cookies[name] for name in ("console_session", "console_csrf")}
        http.get("/user/password/reset/key/1-cafe-0123456789abcdef/")
        http.get(f"/invitation/?token={token[::-1]}")
        secrets |= {session, csrf, http.cookies["console_csrf"], "0123456789abcdef", token[::-1]}
    said = {name: talkative.log(name) for name in ("web", "worker")}
    assert '"path": "/v2/accounts"' in said["web"]
    assert "bulk.tasks" in said["worker"]
    assert {(name, secret) for name, text in said.items() for secret in secrets if secret in text} == set()


def made_by_programs(http: httpx.Client, kazoo_id: str, base: str, headers: dict[str, str]) -> set[str]:
    """A device, and a hand-over link that is opened. Returns the secrets answered."""
    device = {"data": {"name": "Phone", "sip": {"username": "phone", "password": PASSWORDS[4]}}}
    assert http.put(f"/v2/accounts/{kazoo_id}/devices", json=device, headers=headers).status_code == 201
    given = {"username": "desk", "password": PASSWORDS[0]}
    link = http.post(f"{base}/links/?kind=endpoints", json=given, headers=headers).json()["link"]
    opened = re.split(r"[#?=/]", link)[-1]
    http.get(link.partition("#")[0])
    http.post("/handover/", data={"key": opened, "secret": opened, "link": opened})
    return {opened}


def made_by_the_worker(http: httpx.Client, base: str, headers: dict[str, str], receiver: Receiver) -> set[str]:
    """Imports with and without passwords, a rotation, webhooks out. Returns every secret made, and what is hashed."""
    webhook = {"url": receiver.url, "events": ["endpoint.created", "import.finished"]}
    hook = http.post(f"{base}/webhooks/", json=webhook, headers=headers)
    assert hook.status_code == 201, hook.text
    address = f"{base}/webhooks/{hook.json()['id']}"
    rotated = http.post(f"{address}/rotate/", json={"overlap_minutes": 5}, headers=headers).json()
    assert http.post(f"{address}/ping/", headers=headers).status_code < 300

    def finished(answer: httpx.Response) -> str:
        assert answer.status_code == 202, answer.text
        job = f"{base}/imports/{answer.json()['id']}"
        wait_until(lambda: http.get(f"{job}/", headers=headers).json()["state"] in ("done", "failed"))
        assert http.get(f"{job}/", headers=headers).json()["state"] == "done"
        return job

    def imported(kind: str, text: str) -> str:
        file = {"file": ("new.csv", text.encode(), "text/csv")}
        asked = {"kind": kind, "apply": "all"}
        return finished(http.post(f"{base}/imports/", params=asked, data=asked, files=file, headers=headers))

    jobs = [
        imported("endpoints", f"username,alias,password\nimported,Imported,{PASSWORDS[5]}\n"),
        imported("endpoints", "username,alias\nwithout,Without\n"),
        imported("credentials", "username\nwithout_trunk\n"),
        imported("devices", "name,sip.username\nWithout,withoutphone\n"),
    ]
    jobs += [
        finished(http.post(f"{base}/rotations/?kind={kind}", json={"overlap_hours": 1}, headers=headers))
        for kind in ("endpoints", "credentials", "devices")
    ]
    wait_until(lambda: len(receiver.requests) >= 3)
    answers = [http.post(f"{job}/passwords/", headers=headers) for job in jobs]
    assert {answer.status_code for answer in answers} == {200}
    cards = [card for answer in answers for card in answer.json()["objects"]]
    assert len(cards) >= 9
    hashes = {
        digest
        for card in cards
        for digest in asdict(hash_set(card["username"], card["realm"], card["password"])).values()
    }
    return {hook.json()["secret"], rotated["secret"], *hashes} | {card["password"] for card in cards}


def wait_until(is_so: Callable[[], Any]) -> None:
    """Wait for what the worker does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def everything_hidden(made: dict[str, object]) -> set[str]:
    """What the command printed that is a secret."""
    return {str(value) for name, value in made.items() if any(word in name for word in ("token", "secret", "password"))}
