"""What pages show "as curl", pasted into a shell, does what they say: whatever was typed, and with no secret in it."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from accounts.models import Account, ApiToken
from accounts.services import token_create
from console.curl import PASSWORD, Command, quoted, quoted_json
from credentials.models import Credential
from devices.models import Device, KazooUser
from devices.services import device_create
from endpoints.models import Application, Endpoint
from events.models import Webhook
from events.tests.conftest import make_webhook
from tests.tenants import SIP_PASSWORD, make_account, make_application, make_credential, make_endpoint

ODD = 'it\'s "odd" \\ $HOME `id` $(id) !! %s {a,b} * ~ # & | ; <> \t \u202eevil\u202c 🚀👩\u200d🚀 שלום'
ODD_LINES = f"{ODD}\r\nand\n'another'\\"
SECRET = "a$PATH 'b' `c` & \u00e9\U0001f680"
Curl = dict[str, Any]


@pytest.fixture
def site(live_server: LiveServer, transactional_db: None) -> LiveServer:
    """The console, served."""
    return live_server


@pytest.fixture
def token(account: Account) -> str:
    """A token of the account."""
    return token_create(token=ApiToken(account=account, name="shell"))[1]


@pytest.fixture
def pages(site: LiveServer, owner: Client, account: Account) -> Client:
    """A client of the owner's that asks from where the console is served."""
    owner.defaults["HTTP_HOST"] = f"{site.thread.host}:{site.thread.port}"
    return owner


class RefusedError(RuntimeError):
    """The server refused, or the shell did."""


def paste(command: str, token: str, **variables: str) -> str:
    """Run a command line as a shell does. Returns what the server answered; fails where it refused."""
    environment = {"PATH": os.environ["PATH"], "CONSOLE_TOKEN": token, **variables}
    script = command.replace("curl ", "curl --silent --show-error --fail-with-body ", 1)
    done = subprocess.run(["/bin/sh", "-c", script], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RefusedError(f"{command}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def typed(pages: Client, path: str, data: dict[str, Any]) -> Curl:
    """What a form that holds ``data`` says as curl, which saves nothing."""
    response = pages.post(path, {**data, "curl": "1"}, headers={"HX-Request": "true"})
    assert response.status_code == 200
    curl: Curl = response.context["curl"]
    return curl


def shown(pages: Client, path: str) -> dict[str, str]:
    """What an object's page says as curl."""
    return {name: command for name, _label, command in pages.get(path).context["curl_calls"]}


def test_a_word_is_one_word_of_a_shell() -> None:
    command = f"printf %s {quoted(ODD_LINES)}"
    assert subprocess.run(["/bin/sh", "-c", command], capture_output=True, check=True).stdout.decode() == ODD_LINES


def test_json_arrives_as_it_was_and_shows_nothing_that_a_terminal_acts_on() -> None:
    body = {"a": ODD_LINES, "b": [True, None, 1], "password": PASSWORD}
    word = quoted_json(body)
    command = f"printf %s {word}"
    environment = {"SIP_PASSWORD": SECRET}
    printed = subprocess.run(["/bin/sh", "-c", command], env=environment, capture_output=True, check=True).stdout
    assert json.loads(printed) == {**body, "password": SECRET}
    assert "\u202e" not in word


def test_a_text_that_reads_like_a_variable_is_a_text() -> None:
    assert "$CONSOLE_TOKEN" not in quoted_json({"a": "CONSOLE_TOKEN"})
    assert str(Command("GET", "http://x/y")) == "curl -X GET 'http://x/y'"


def test_an_endpoint(pages: Client, account: Account, token: str) -> None:
    application = make_application(account, "ivr")
    base = f"/accounts/{account.auth_id}/endpoints/"
    sub_account = make_account("Northwind", parent=account)
    form: Curl = {"username": "desk1", "alias": "Desk-1", "password": "shown to nobody", "allow_voice": "on"}
    form |= {"application": application.pk, "sub_account": sub_account.pk, "enabled": ""}
    curl = typed(pages, f"{base}new/", form)
    assert curl["needs_password"]
    assert "shown to nobody" not in curl["command"]
    assert curl["left_out"] == ["Enabled"]
    assert not Endpoint.objects.exists()
    paste(curl["command"], token, SIP_PASSWORD=SECRET)
    endpoint = Endpoint.objects.get(username="desk1")
    assert (endpoint.application, endpoint.sub_account, endpoint.allow_video) == (application, sub_account, False)

    one = f"{base}{endpoint.endpoint_id}/"
    form |= {"alias": "Desk-2", "allow_video": "on", "enabled": "on", "application": ""}
    changed = typed(pages, f"{one}edit/", form)["command"]
    assert '"username"' not in changed
    paste(changed, token)
    endpoint.refresh_from_db()
    assert (endpoint.alias, endpoint.allow_video, endpoint.application) == ("Desk-2", True, None)

    paste(typed(pages, f"{one}rotate/", {"password": "typed", "overlap_minutes": "0"})["command"], token,
          SIP_PASSWORD="Another one 1")  # fmt: skip
    calls = shown(pages, one)
    assert json.loads(paste(calls["fetch"], token))["alias"] == "Desk-2"
    paste(calls["change"].replace("Desk-2", "Desk-3"), token)
    endpoint.refresh_from_db()
    assert (endpoint.alias, endpoint.allow_video) == ("Desk-3", True)
    paste(calls["delete"], token)
    assert not Endpoint.objects.exists()


def test_a_quote_in_a_password_takes_a_backslash_as_the_page_says(pages: Client, account: Account, token: str) -> None:
    form = {"username": "desk1", "alias": "Desk-1", "password": "x"}
    command = typed(pages, f"/accounts/{account.auth_id}/endpoints/new/", form)["command"]
    paste(command, token, SIP_PASSWORD='eight \\"quoted\\"')
    assert Endpoint.objects.exists()


def test_what_is_wrong_stands_as_it_was_typed_and_is_refused_there(pages: Client, account: Account, token: str) -> None:
    curl = typed(pages, f"/accounts/{account.auth_id}/endpoints/new/", {"username": ODD, "alias": ODD_LINES})
    with pytest.raises(RefusedError, match="Only alphanumeric characters are allowed"):
        paste(curl["command"], token, SIP_PASSWORD=SIP_PASSWORD)


def test_a_credential(pages: Client, account: Account, token: str) -> None:
    base = f"/accounts/{account.auth_id}/credentials/"
    form = {"username": "trunk_1", "description": ODD, "allowed_networks": "203.0.113.0/24\r\n2001:db8::/32"}
    paste(typed(pages, f"{base}new/", {**form, "enabled": "on"})["command"], token, SIP_PASSWORD=SECRET)
    credential = Credential.objects.get()
    assert credential.description == ODD
    one = f"{base}{credential.credential_id}/"
    paste(typed(pages, f"{one}edit/", {**form, "description": "", "allowed_networks": ""})["command"], token)
    credential.refresh_from_db()
    assert (credential.description, credential.allowed_networks, credential.enabled) == ("", [], False)
    calls = shown(pages, one)
    paste(calls["change"], token)
    assert json.loads(paste(calls["fetch"], token))["enabled"] is False
    paste(calls["delete"], token)
    assert not Credential.objects.exists()


def test_an_application(pages: Client, account: Account, token: str) -> None:
    base = f"/accounts/{account.auth_id}/applications/"
    form = {"app_name": "ivr", "answer_url": "https://apps.example.com/a?b=c&d='e'", "answer_method": "GET"}
    paste(typed(pages, f"{base}new/", {**form, "enabled": "on", "default_endpoint_app": "on"})["command"], token)
    application = Application.objects.get()
    assert (application.app_name, application.default_endpoint_app) == ("ivr", True)
    calls = shown(pages, f"{base}{application.app_id}/")
    paste(calls["change"], token)
    paste(calls["delete"], token)
    assert not Application.objects.exists()


def test_a_sub_account(pages: Client, account: Account, token: str) -> None:
    base = f"/accounts/{account.auth_id}/sub-accounts/"
    form = {"name": ODD, "description": ODD_LINES, "rate_limit": "120", "kyc_mode": "personal_use", "enabled": "on"}
    paste(typed(pages, f"{base}new/", form)["command"], token)
    made = Account.objects.get(parent=account)
    assert (made.name, made.rate_limit) == (ODD, 120)
    assert made.description == ODD_LINES.replace("\r\n", "\n") or made.description == ODD_LINES
    calls = shown(pages, f"{base}{made.auth_id}/")
    assert json.loads(paste(calls["fetch"], token))["name"] == ODD
    paste(calls["change"], token)
    paste(calls["delete"], token)
    assert not Account.objects.filter(parent=account).exists()


def test_a_webhook(pages: Client, account: Account, token: str) -> None:
    webhook = make_webhook(account).webhook
    one = f"/accounts/{account.auth_id}/webhooks/{webhook.webhook_id}/"
    form = {"url": webhook.url, "events": webhook.events, "description": ODD, "enabled": "on"}
    paste(typed(pages, f"{one}edit/", form)["command"], token)
    webhook.refresh_from_db()
    assert webhook.description == ODD
    calls = shown(pages, one)
    paste(calls["change"], token)
    paste(calls["delete"], token)
    assert not Webhook.objects.exists()
    assert pages.post(f"/accounts/{account.auth_id}/webhooks/new/", {"curl": "1"}).context["curl"]["command"]


def test_a_device_in_the_dialect_of_kazoo(pages: Client, account: Account, token: str) -> None:
    base = f"/accounts/{account.auth_id}/devices/"
    form = {"name": ODD, "sip__username": "phone1", "sip__password": "not for the page", "enabled": "on", "base": "{}"}
    form |= {"sip__custom_sip_headers__out": f"X-Odd: {ODD}", "sip__expire_seconds": "360", "sip__method": "password"}
    form |= {"feature_keys-0-number": "1", "sip__invite_format": "contact"}
    curl = typed(pages, f"{base}new/?preset=blank", form)
    assert curl["needs_password"]
    assert "not for the page" not in curl["command"]
    paste(curl["command"], token, SIP_PASSWORD="five5")
    device = Device.objects.get()
    assert device.name == ODD
    assert device.document["sip"]["expire_seconds"] == 360

    one = f"{base}{device.device_id}/"
    document = {**device.document, "name": "Desk", "custom": [ODD_LINES]}
    del document["sip"]["expire_seconds"]
    curl = typed(pages, f"{one}edit/", {"text": json.dumps(document)})
    assert "PATCH" in curl["command"]
    assert "invite_format" not in curl["command"]
    paste(curl["command"], token)
    device.refresh_from_db()
    assert (device.name, device.document["custom"]) == ("Desk", [ODD_LINES])

    paste(typed(pages, f"{one}rotate/", {"password": "x", "overlap_minutes": "0"})["command"], token,
          SIP_PASSWORD="five6")  # fmt: skip
    calls = shown(pages, one)
    assert json.loads(paste(calls["fetch"], token))["data"]["name"] == "Desk"
    paste(calls["change"], token)
    paste(calls["delete"], token)
    assert not Device.objects.exists()


def test_a_text_that_is_no_json_is_said(pages: Client, account: Account) -> None:
    curl = typed(pages, f"/accounts/{account.auth_id}/devices/new/?preset=blank", {"text": "{"})
    assert "no JSON" in curl["fault"]


def test_a_device_user(pages: Client, account: Account, token: str) -> None:
    base = f"/accounts/{account.auth_id}/device-users/"
    paste(typed(pages, f"{base}new/", {"name": ODD})["command"], token)
    user = KazooUser.objects.get()
    assert user.name == ODD
    calls = shown(pages, f"{base}{user.user_id}/")
    assert set(calls) == {"fetch", "delete"}
    paste(calls["delete"], token)
    assert not KazooUser.objects.exists()


def test_a_viewer_sees_how_to_read_and_no_more(viewer: Client, account: Account) -> None:
    endpoint = make_endpoint(account, "desk1")
    assert set(shown(viewer, f"/accounts/{account.auth_id}/endpoints/{endpoint.endpoint_id}/")) == {"fetch"}


def test_without_scripts_the_whole_page_comes_back_with_what_was_typed(owner: Client, account: Account) -> None:
    form = {"username": "desk1", "alias": "Desk-1", "password": "typed and kept", "curl": "1"}
    response = owner.post(f"/accounts/{account.auth_id}/endpoints/new/", form)
    page = response.content.decode()
    assert 'value="Desk-1"' in page
    assert "curl -X POST" in page
    assert "/api/v1/Account/" in page
    assert not Endpoint.objects.exists()


def test_a_page_that_no_api_has_shows_none(owner: Client, account: Account) -> None:
    page = f"/accounts/{account.auth_id}/settings/security/"
    assert "As curl" not in owner.get(page).content.decode()
    created = device_create(account=account, data={"name": "Desk"}).device
    assert "As curl" not in owner.get(f"/accounts/{account.auth_id}/tokens/new/").content.decode()
    assert "As curl" in owner.get(f"/accounts/{account.auth_id}/devices/{created.device_id}/").content.decode()


def test_no_secret_stands_in_any_call(owner: Client, account: Account) -> None:
    credential = make_credential(account, "trunk")
    calls = shown(owner, f"/accounts/{account.auth_id}/credentials/{credential.credential_id}/")
    assert all('"X-Auth-Token: $CONSOLE_TOKEN"' in command for command in calls.values())
    assert all("password" not in command for command in calls.values())
