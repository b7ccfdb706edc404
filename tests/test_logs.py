"""No secret of a whole run stands in the logs of a real server, at its most talkative."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.live import LiveConsole

pytestmark = pytest.mark.slow  # a server of its own
PASSWORDS = ("Sip-Pass-Word-1", "Sip-Pass-Word-2", "Operator-Pass-Word-3", "Wrong-Pass-Word-4")


@pytest.fixture
def talkative(fresh_database_url: str | None) -> Iterator[LiveConsole]:
    environment = {"LOG_LEVEL": "DEBUG", "LOG_JSON": "on", "EMAIL_URL": "dummymail://"}
    with LiveConsole(database_url=fresh_database_url, environment=environment) as console:
        yield console


def test_no_secret_is_logged(talkative: LiveConsole) -> None:
    made = talkative.manage_json("create_account", "--name", "Acme", "--json")
    auth_id, token = str(made["auth_id"]), str(made["auth_token"])
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
        http.get("/user/password/reset/key/1-cafe-0123456789abcdef/")
        http.get(f"/invitation/?token={token[::-1]}")
        secrets |= {session, csrf, http.cookies["console_csrf"], "0123456789abcdef", token[::-1]}
    said = talkative.log("web")
    assert '"request"' in said or "request" in said
    assert {secret for secret in secrets if secret in said} == set()


def everything_hidden(made: dict[str, object]) -> set[str]:
    """What the command printed that is a secret."""
    return {str(value) for name, value in made.items() if any(word in name for word in ("token", "secret", "password"))}
