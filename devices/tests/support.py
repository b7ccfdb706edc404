"""What the tests of the Kazoo API share: a client of an account, and devices to start from."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from accounts.models import Account, ApiToken
from accounts.services import token_create
from devices.models import Device
from devices.services import device_create
from sip.digest import hash_set
from sip.models import Secret

Document = dict[str, Any]
SIP = {"username": "desk01", "password": "first-secret"}


def make_token(account: Account, **fields: Any) -> str:
    """A fresh API token of an account."""
    return token_create(token=ApiToken(account=account, name="test", **fields))[1]


def make_device(account: Account, **document: Any) -> Device:
    """A fresh device."""
    return device_create(account=account, data={"name": "Desk", **document}).device


class Kazoo:
    """A client of the Kazoo API that knows its account and sends its token."""

    def __init__(self, account: Account, token: str = "") -> None:
        self.account = account
        self.token = token or make_token(account)
        self.client = Client()

    def url(self, path: str) -> str:
        """The address of something in the account."""
        return f"/v2/accounts/{self.account.kazoo_id}/{path}".rstrip("/")

    def ask(self, method: str, path: str, data: Any = None, **options: Any) -> Any:
        """Send a request; ``data`` goes into the envelope. ``body`` is sent as it is."""
        headers = {"X-Auth-Token": self.token, **options.pop("headers", {})}
        body = options.pop("body", b"" if data is None else json.dumps({"data": data}))
        content_type = options.pop("content_type", "application/json")
        url = path if path.startswith("/") else self.url(path)
        return self.client.generic(method, url, body, content_type=content_type, headers=headers, **options)

    def get(self, path: str, **options: Any) -> Any:
        """GET."""
        return self.ask("GET", path, **options)

    def put(self, path: str, data: Any, **options: Any) -> Any:
        """PUT."""
        return self.ask("PUT", path, data, **options)

    def post(self, path: str, data: Any, **options: Any) -> Any:
        """POST."""
        return self.ask("POST", path, data, **options)

    def patch(self, path: str, data: Any, **options: Any) -> Any:
        """PATCH."""
        return self.ask("PATCH", path, data, **options)

    def delete(self, path: str, **options: Any) -> Any:
        """DELETE."""
        return self.ask("DELETE", path, **options)

    def created(self, **document: Any) -> Document:
        """A device created through the API: its ``data``."""
        response = self.put("devices", {"name": "Desk", **document})
        assert response.status_code == 201, response.content
        data: Document = response.json()["data"]
        return data

    def read(self, device_id: str) -> Document:
        """What the API shows of a device."""
        data: Document = self.get(f"devices/{device_id}").json()["data"]
        return data

    def ids(self, query: str = "") -> list[str]:
        """The ids in a list."""
        return [row["id"] for row in self.get(f"devices?{query}").json()["data"]]


def rules(response: Any) -> dict[str, list[str]]:
    """The faulty keys of a refusal, each with its rules."""
    assert response.status_code == 400, response.content
    body = response.json()
    assert (body["status"], body["error"], body["message"]) == ("error", "400", "validation error")
    return {key: sorted(found) for key, found in body["data"].items()}


def stored(device: Document) -> Device:
    """The row of a device that the API showed, deleted or not."""
    found: Device = Device.with_deleted.select_related("subscriber__realm").get(device_id=device["id"])
    return found


def knows(device: Document, password: str) -> bool:
    """Whether the device's subscriber is authenticated by the password."""
    subscriber = stored(device).subscriber
    assert subscriber is not None
    expected = hash_set(subscriber.username, subscriber.realm.shown_as, password).sha256
    return Secret.objects.filter(subscriber=subscriber, valid_until=None, sha256=expected).exists()
