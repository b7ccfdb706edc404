"""A tenant of a running console, provisioned through the doors that its customers use."""

from __future__ import annotations

from typing import Any, Self

import httpx

from sip.tests.sbc import PASSWORD, Sbc
from tests.live import LiveConsole


class LiveTenant:
    """An account with its own realm; endpoints come by the Vobiz API."""

    def __init__(self, console: LiveConsole, realm: str, *, secret: str = "") -> None:
        options = ["--webhook-secret", secret] if secret else []
        made = console.manage_json("create_account", "--name", realm, "--realm", realm, "--json", *options)
        self.console, self.realm = console, realm
        self.sbc = Sbc(made["webhook"]["username"], made["webhook"]["password"], secret)
        self.api = httpx.Client(
            base_url=f"{console.url}/api/v1/Account/{made['auth_id']}",
            headers={"X-Auth-ID": made["auth_id"], "X-Auth-Token": made["auth_token"]},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.api.close()

    def create_endpoint(self, username: str = "daveh", **fields: Any) -> str:
        """Create an endpoint whose password is ``PASSWORD``. Returns its id."""
        body = {"username": username, "alias": username, "password": PASSWORD, **fields}
        answered = self.api.post("/Endpoint/", json=body)
        assert answered.status_code == httpx.codes.CREATED, answered.text
        return str(answered.json()["endpoint_id"])

    def endpoint(self, endpoint_id: str) -> dict[str, Any]:
        """The endpoint as the API shows it."""
        return dict(self.api.get(f"/Endpoint/{endpoint_id}/").json())

    def create_credential(self, username: str) -> str:
        """Create a credential whose password is ``PASSWORD``. Returns its id."""
        answered = self.api.post("/credentials", json={"username": username, "password": PASSWORD})
        assert answered.status_code == httpx.codes.CREATED, answered.text
        return str(answered.json()["id"])

    def disable_credential(self, credential_id: str) -> None:
        """Disable it."""
        self.api.put(f"/credentials/{credential_id}", json={"enabled": False}).raise_for_status()
