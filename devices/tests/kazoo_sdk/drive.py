"""Drives a running console with kazoo-sdk, inside that package's own environment: its import name is ZooKeeper's.

    python drive.py BASE_URL ACCOUNT_ID API_KEY

Prints one JSON object: what each call returned, or the error it raised.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import kazoo  # type: ignore[import-not-found]  # lives in its own environment

DESK = {"name": "Desk", "mac_address": "00:04:F2:AB:7E:FD", "sip": {"username": "desk01", "password": "first-secret"}}


def attempt(call: Any, *arguments: Any) -> Any:
    """The answer of a call, or the name and words of the error it raised."""
    try:
        return call(*arguments)
    except Exception as error:  # noqa: BLE001  (whatever the package raises is what the test is about)
        return {"raised": type(error).__name__, "said": getattr(error, "field_errors", None) or str(error)}


def drive(base_url: str, account_id: str, api_key: str) -> dict[str, Any]:
    """Do what a program does with devices, from signing in to deleting."""
    client = kazoo.Client(api_key=api_key, base_url=base_url)
    found: dict[str, Any] = {"api_auth": client.authenticate()}
    owner = client.create_user(account_id, {"first_name": "Ann", "last_name": "Smith"})["data"]
    device = client.create_device(account_id, {**DESK, "owner_id": owner["id"]})["data"]
    found["created"] = device
    found["other"] = client.create_device(account_id, {"name": "Other"})["data"]
    found["list"] = client.get_devices(account_id)["data"]
    found["fetched"] = client.get_device(account_id, device["id"])["data"]
    found["updated"] = client.update_device(account_id, device["id"], {**found["fetched"], "name": "Front desk"})[
        "data"
    ]
    found["statuses"] = client.get_all_devices_status(account_id)["data"]
    found["of the owner"] = client.list_devices_by_owner(account_id, owner["id"])["data"]
    found["children"] = client.get_account_children(account_id)["data"]
    found["same mac"] = attempt(client.create_device, account_id, {"name": "x", "mac_address": DESK["mac_address"]})
    found["not there"] = attempt(client.get_device, account_id, "0" * 32)
    found["deleted"] = client.delete_device(account_id, device["id"])["data"]
    found["after"] = client.get_devices(account_id)["data"]
    client.auth_token = "0" * 64
    found["token gone stale"] = attempt(client.get_devices, account_id)
    wrong = kazoo.Client(api_key="0" * 64, base_url=base_url)
    found["wrong key"] = attempt(wrong.authenticate)
    people = kazoo.Client(username="ann", password="secret", account_name="Acme", base_url=base_url)
    found["user_auth"] = attempt(people.authenticate)
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(drive(*sys.argv[1:])))
