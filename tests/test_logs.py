"""No secret of a whole run stands in the logs of a real server, at its most talkative."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.live import LiveConsole

pytestmark = pytest.mark.slow  # a server of its own
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
def talkative(fresh_database_url: str | None) -> Iterator[LiveConsole]:
    environment = {"LOG_LEVEL": "DEBUG", "LOG_JSON": "on", "EMAIL_URL": "dummymail://"}
    with LiveConsole(database_url=fresh_database_url, environment=environment) as console:
        yield console


def test_no_secret_is_logged(talkative: LiveConsole) -> None:
    made = talkative.manage_json("create_account", "--name", "Acme", "--json")
    auth_id, token = str(made["auth_id"]), str(made["auth_token"])
    operator = ["--email", "ada@example.test", "--account", auth_id, "--role", "owner", "--password", PASSWORDS[2]]
    talkative.manage("create_operator", *operator)
    secrets = {*PASSWORDS, token, *everything_hidden(made)}
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
        secrets |= {http.cookies[name] for name in ("console_session", "console_csrf")}
        http.get("/user/password/reset/key/1-cafe-0123456789abcdef/")
        http.get(f"/invitation/?token={token[::-1]}")
        secrets |= {session, csrf, http.cookies["console_csrf"], "0123456789abcdef", token[::-1]}
    said = talkative.log("web")
    assert '"request"' in said or "request" in said
    assert {secret for secret in secrets if secret in said} == set()


def made_by_programs(http: httpx.Client, kazoo_id: str, base: str, headers: dict[str, str]) -> set[str]:
    """A device, a webhook out, a hand-over link that is opened, a file to import. Returns the secrets answered."""
    device = {"data": {"name": "Phone", "sip": {"username": "phone", "password": PASSWORDS[4]}}}
    assert http.put(f"/v2/accounts/{kazoo_id}/devices", json=device, headers=headers).status_code == 201
    webhook = {"url": "https://hooks.example.test/", "name": "Hook", "events": ["endpoint.created"]}
    hook = http.post(f"{base}/webhooks/", json=webhook, headers=headers).json()
    given = {"username": "desk", "password": PASSWORDS[0]}
    link = http.post(f"{base}/links/?kind=endpoints", json=given, headers=headers).json()["link"]
    opened = re.split(r"[#?=/]", link)[-1]
    http.get(link.partition("#")[0])
    http.post("/handover/", data={"key": opened, "secret": opened, "link": opened})
    file = {"file": ("new.csv", f"username,alias,password\nimported,Imported,{PASSWORDS[5]}\n".encode(), "text/csv")}
    asked = {"kind": "endpoints", "apply": "all"}
    job = http.post(f"{base}/imports/", params=asked, data=asked, files=file, headers=headers)
    assert job.status_code == 202
    return {opened, hook["secret"]}


def everything_hidden(made: dict[str, object]) -> set[str]:
    """What the command printed that is a secret."""
    return {str(value) for name, value in made.items() if any(word in name for word in ("token", "secret", "password"))}
