"""Everything that phones register as, made, changed and looked at through its own API."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Self

import httpx

from sip.tests.kamailio.conftest import Account


class Door(ABC):
    """One kind of holder of a subscriber, at the API that it is documented for."""

    name: ClassVar[str]  # in the addresses of its pages

    def __init__(self, url: str, account: Account) -> None:
        self.account = account
        self._client = httpx.Client(base_url=url, headers=self.headers())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self._client.close()

    def headers(self) -> dict[str, str]:
        return {"X-Auth-ID": self.account.auth_id, "X-Auth-Token": self.account.token}

    def page(self, key: str) -> str:
        return f"/accounts/{self.account.auth_id}/{self.name}/{key}/"

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._client.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    @abstractmethod
    def create(self, username: str, password: str) -> str:
        """Returns its key."""

    @abstractmethod
    def change(self, key: str, *, password: str) -> None:
        """Give it another password."""

    @abstractmethod
    def delete(self, key: str) -> None: ...

    @abstractmethod
    def is_registered(self, key: str) -> bool | None:
        """What the API says; None where it says nothing about that."""


class EndpointDoor(Door):
    """Vobiz endpoints: ``sip_registered``."""

    name = "endpoints"

    def path(self, key: str = "") -> str:
        return f"/api/v1/Account/{self.account.auth_id}/Endpoint/{key and f'{key}/'}"

    def create(self, username: str, password: str, **flags: bool) -> str:
        body = {"username": username, "alias": username, "password": password, **flags}
        return str(self.ask("POST", self.path(), body)["endpoint_id"])

    def change(self, key: str, *, password: str) -> None:
        self.ask("POST", self.path(key), {"password": password})

    def delete(self, key: str) -> None:
        self.ask("DELETE", self.path(key))

    def is_registered(self, key: str) -> bool:
        return bool(self.ask("GET", self.path(key))["sip_registered"] == "true")


class CredentialDoor(Door):
    """Vobiz credentials: the documents have no registration state, the page has."""

    name = "credentials"

    def path(self, key: str = "") -> str:
        return f"/api/v1/Account/{self.account.auth_id}/credentials{key and f'/{key}'}"

    def create(self, username: str, password: str) -> str:
        return str(self.ask("POST", self.path(), {"username": username, "password": password})["id"])

    def change(self, key: str, *, password: str) -> None:
        self.ask("PUT", self.path(key), {"password": password})

    def delete(self, key: str) -> None:
        self.ask("DELETE", self.path(key))

    def is_registered(self, key: str) -> None:
        return None


class DeviceDoor(Door):
    """Kazoo devices: ``devices/status``."""

    name = "devices"

    def headers(self) -> dict[str, str]:
        return {"X-Auth-Token": self.account.token}

    def path(self, key: str = "") -> str:
        return f"/v2/accounts/{self.account.kazoo_id}/devices{key and f'/{key}'}"

    def create(self, username: str, password: str) -> str:
        data = {"name": username, "sip": {"username": username, "password": password}}
        return str(self.ask("PUT", self.path(), {"data": data})["data"]["id"])

    def change(self, key: str, *, password: str) -> None:
        self.ask("PATCH", self.path(key), {"data": {"sip": {"password": password}}})

    def delete(self, key: str) -> None:
        self.ask("DELETE", self.path(key))

    def is_registered(self, key: str) -> bool:
        listed = self.ask("GET", f"{self.path()}/status")["data"]
        return {"device_id": key, "registered": True} in listed


DOORS = (EndpointDoor, CredentialDoor, DeviceDoor)
