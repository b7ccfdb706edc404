"""Kamailio's JSON-RPC 2.0 over HTTP: one address a Kamailio, parameters by position, a shared secret in a header."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import httpx
from django.conf import settings

CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 3.0


class Unreachable(Exception):
    """No answer from Kamailio: not running, another address, or too busy."""


class Refused(Exception):
    """Kamailio answered with an error."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@lru_cache(maxsize=1)
def _client() -> httpx.Client:
    """One client a process, shared by its threads. Never through a proxy: requests carry secrets."""
    return httpx.Client(trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))


@dataclass(frozen=True, slots=True)
class Rpc:
    """One Kamailio. ``server_id`` is its place in ``KAMAILIO_RPC_URL``, from 1, and what it calls itself."""

    server_id: int
    url: str
    secret: str = field(repr=False)

    def call(self, method: str, *parameters: Any, wait_seconds: float = ANSWER_SECONDS) -> Any:
        """Return what a method results in. Raises ``Refused`` or ``Unreachable``."""
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(parameters)}
        answer = _parsed(self._post("/RPC", wait_seconds, json=request))
        if "result" in answer:
            return answer["result"]
        error = answer.get("error") or {}
        raise Refused(int(error.get("code", 500)), str(error.get("message", "")))

    def post(self, path: str, headers: dict[str, str], body: bytes) -> None:
        """Post to a route of our own in its configuration. Raises ``Refused`` or ``Unreachable``."""
        answer = self._post(path, ANSWER_SECONDS, headers=headers, content=body)
        if not answer.is_success:
            raise Refused(answer.status_code, answer.text.strip())

    def _post(
        self, path: str, wait_seconds: float, headers: dict[str, str] | None = None, **content: Any
    ) -> httpx.Response:
        timeout = httpx.Timeout(wait_seconds, connect=CONNECT_SECONDS)
        try:
            return _client().post(
                self.url + path,
                headers={"X-Console-Secret": self.secret, **(headers or {})},
                timeout=timeout,
                **content,
            )
        except httpx.HTTPError as error:
            raise Unreachable(f"{self.url} does not answer ({type(error).__name__})") from error


def _parsed(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        raise Refused(response.status_code, response.text.strip()[:200]) from None
    return answer if isinstance(answer, dict) else {}


def every() -> list[Rpc]:
    """Every Kamailio of ``KAMAILIO_RPC_URL``."""
    urls = [url.strip().rstrip("/") for url in settings.KAMAILIO_RPC_URL.split(",")]
    return [Rpc(place, url, settings.KAMAILIO_RPC_SECRET) for place, url in enumerate(filter(None, urls), start=1)]


def of(server_id: int) -> Rpc:
    """The Kamailio that holds a contact: only it has the connection to the phone. A single one holds them all."""
    known = every()
    if not known:
        raise Unreachable("KAMAILIO_RPC_URL is empty")
    return known[server_id - 1] if 0 < server_id <= len(known) else known[0]
