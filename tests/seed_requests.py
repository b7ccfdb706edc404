"""Runs the requests that the published pages print (``tests/seeds``) with curl, through a shell, as a reader would."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.live import LiveConsole

PAGES = Path(__file__).parent / "seeds"
SECONDS = 60
DAVEHS_PASSWORD = "SecurePass123"
Replacements = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    text: str

    @property
    def body(self) -> Any:
        """The JSON; None for an empty body."""
        return json.loads(self.text) if self.text else None


def printed(page: str) -> dict[str, str]:
    """The requests of a page, by name."""
    parts = (PAGES / f"{page}.txt").read_text().split("### ")[1:]
    return {name: command.strip("\n") for name, _newline, command in (part.partition("\n") for part in parts)}


def run(command: str, *, placeholders: Mapping[str, str], edits: Replacements = ()) -> Answer:
    """Run a printed command with its placeholders filled and ``edits`` made; the answer's status ends curl's output."""
    for old, new in edits:
        assert old in command, f"{old!r} is not printed in:\n{command}"
        command = command.replace(old, new)
    for name, value in placeholders.items():
        command = command.replace(name, value)
    watched = command.replace("curl ", "curl --silent --show-error --write-out '\\n%{http_code}' ", 1)
    done = subprocess.run(["sh", "-c", watched], capture_output=True, text=True, timeout=SECONDS, check=True)
    text, _newline, status = done.stdout.rpartition("\n")
    return Answer(int(status), text)


def without_prompts(command: str) -> str:
    """A command that is printed with a prompt before each line, without them."""
    return "\n".join(line.removeprefix("$").removeprefix(">").removeprefix(" ") for line in command.split("\n"))


class Reader:
    """Somebody with an account who pastes what the pages print. Makes what the pages take for granted."""

    def __init__(self, console: LiveConsole) -> None:
        self.client = httpx.Client(base_url=console.url, timeout=SECONDS)
        self.account = console.manage_json("create_account", "--name", "Reader", "--json")
        self.company = console.manage_json("create_account", "--name", "Company", "--realm", "mycompany.com", "--json")
        self.placeholders = self._placeholders(console.url)
        self.placeholders["{APP_ID}"] = self._application()
        self._add_daveh()

    def run(self, command: str, edits: Replacements) -> Answer:
        """Run a printed command with the ids and keys of this reader."""
        return run(without_prompts(command), placeholders=self.placeholders, edits=edits)

    def filled(self, expected: Any) -> Any:
        """An expected answer with the placeholders replaced."""
        if isinstance(expected, dict):
            return {key: self.filled(value) for key, value in expected.items()}
        if isinstance(expected, list):
            return [self.filled(value) for value in expected]
        if not isinstance(expected, str):
            return expected
        for name, value in self.placeholders.items():
            expected = expected.replace(name, value)
        return expected

    def kazoo(self, method: str, path: str, data: Any = None) -> Any:
        """Call the Kazoo API. Returns the envelope."""
        url = f"/v2/accounts/{self.account['kazoo_account_id']}/{path}"
        headers = {"X-Auth-Token": self.account["auth_token"]}
        response = self.client.request(method, url, json=None if data is None else {"data": data}, headers=headers)
        assert response.is_success, response.text
        return response.json()

    def add_device(self, **data: Any) -> None:
        """A device beside those that the page creates."""
        self.kazoo("PUT", "devices", data)

    def _placeholders(self, url: str) -> dict[str, str]:
        account, webhook = self.account, self.company["webhook"]
        return {
            "X-Auth-ID: <api-key>": f"X-Auth-ID: {account['auth_id']}",
            "X-Auth-Token: <api-key>": f"X-Auth-Token: {account['auth_token']}",
            "<username>:<password>": f"{webhook['username']}:{webhook['password']}",
            "https://api.vobiz.ai": url,
            "http://{SERVER}:8000": url,
            "https://{yourserver}": url,
            "YOUR_AUTH_ID": account["auth_id"],
            "YOUR_AUTH_TOKEN": account["auth_token"],
            "{auth_id}": account["auth_id"],
            "{AUTH_TOKEN}": account["auth_token"],
            "{ACCOUNT_ID}": account["kazoo_account_id"],
            "{IP_ADDRESS}": "192.0.2.10",
            "{RESPONSE}": digest_of(DAVEHS_PASSWORD),
        }

    def _vobiz(self, account: Mapping[str, Any], resource: str, body: Any) -> Any:
        headers = {"X-Auth-ID": account["auth_id"], "X-Auth-Token": account["auth_token"]}
        url = f"/api/v1/Account/{account['auth_id']}/{resource}/"
        response = self.client.post(url, json=body, headers=headers)
        assert response.is_success, response.text
        return response.json()

    def _application(self) -> str:
        body = {"app_name": "main", "answer_url": "https://apps.example.com/answer"}
        return str(self._vobiz(self.account, "Application", body)["app_id"])

    def _add_daveh(self) -> None:
        body = {"username": "daveh", "alias": "daveh", "password": DAVEHS_PASSWORD}
        self._vobiz(self.company, "Endpoint", body)


def digest_of(password: str) -> str:
    """The answer to the page's challenge (RFC 2617 section 3.2.2.1, without qop)."""
    ha1 = md5(f"daveh:mycompany.com:{password}")
    return md5(f'{ha1}:InFriVGWVoKeCckYrTx7wg==":{md5("REGISTER:sip:mycompany.com")}')


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def unlike(expected: Any, found: Any, path: str = "") -> list[str]:
    """Where ``found`` is not as expected: patterns match whole texts, objects have exactly the keys named."""
    if isinstance(expected, re.Pattern):
        return [] if isinstance(found, str) and expected.match(found) else [f"{path}: {found!r}"]
    if isinstance(expected, dict) and isinstance(found, dict):
        return unlike_objects(expected, found, path)
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = enumerate(zip(by_name(expected), by_name(found), strict=True))
        return [fault for place, pair in pairs for fault in unlike(*pair, f"{path}[{place}]")]
    return [] if expected == found else [f"{path}: {found!r}, not {expected!r}"]


def by_name(rows: list[Any]) -> list[Any]:
    """Rows by their names: no page promises an order."""
    return sorted(rows, key=lambda row: str(row.get("name", "")) if isinstance(row, dict) else "")


def unlike_objects(expected: dict[str, Any], found: dict[str, Any], path: str) -> list[str]:
    """Missing keys, keys that are not expected, and where the values of the others differ."""
    missing = [f"{path}.{key}: missing" for key in expected.keys() - found.keys()]
    extra = [f"{path}.{key}: not expected" for key in found.keys() - expected.keys()]
    both = expected.keys() & found.keys()
    return missing + extra + [fault for key in both for fault in unlike(expected[key], found[key], f"{path}.{key}")]
