"""A backup of a console that is being written to is of one moment, and whole: what is put back elsewhere is sound."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.faults.figures import count, report
from tests.faults.installations import Make
from tests.faults.load import Load
from tests.live import CommandFailedError, LiveConsole

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("durability")]


def test_a_backup_of_a_busy_console_is_whole(fresh_database_url: str | None, make: Make, tmp_path: Path) -> None:
    rounds, elsewhere = count(1, 10), make("restored").console
    elsewhere.manage("prepare")
    elsewhere.manage("create_account", "--name", "Somebody")
    with LiveConsole(database_url=fresh_database_url) as console:
        load = Load(console, seed=3)
        for number in range(rounds):
            parent = tmp_path / str(number)
            with load.running():
                load.wait_for_writes(1)
                console.manage("backup", str(parent))
            (backup,) = parent.iterdir()
            with pytest.raises(CommandFailedError, match="--force"):
                elsewhere.manage("restore", str(backup))
            elsewhere.manage("restore", str(backup), "--force")
            assert elsewhere.manage_json("verify", "--json")["broken"] == []
        assert load.faults() == []
    report("backups under load", backups=rounds, acknowledged_writes=load.acknowledged)


def test_what_is_restored_under_a_running_console_is_served_at_once(
    fresh_database_url: str | None, tmp_path: Path
) -> None:
    with LiveConsole(database_url=fresh_database_url) as console:
        phone = Phone(console)
        console.manage("backup", str(tmp_path))
        (backup,) = tmp_path.iterdir()
        assert (phone.alias(), phone.rename("After"), phone.alias()) == ("Before", 202, "After")
        console.manage("restore", str(backup), "--force")
        assert phone.alias() == "Before"
        assert (phone.rename("Later"), phone.alias()) == (202, "Later")  # connections of before can write, too


class Phone:
    """An endpoint called "Before", as its account sees it through the API."""

    def __init__(self, console: LiveConsole) -> None:
        told = console.manage_json("create_account", "--name", "Acme", "--json")
        self.proof = {"X-Auth-ID": told["auth_id"], "X-Auth-Token": told["auth_token"]}
        self.address = f"{console.url}/api/v1/Account/{told['auth_id']}/Endpoint/"
        made = self.ask("POST", json={"username": "phone", "password": "SecurePass123", "alias": "Before"})
        self.address += f"{made.json()['endpoint_id']}/"

    def ask(self, method: str, **sent: Any) -> httpx.Response:
        """A request about it."""
        return httpx.request(method, self.address, headers=self.proof, timeout=30, **sent)

    def alias(self) -> Any:
        """Its alias now, by all of the server's threads."""
        with ThreadPoolExecutor(16) as threads:
            found = set(threads.map(lambda _time: self.ask("GET").json()["alias"], range(32)))
        return found.pop() if len(found) == 1 else found

    def rename(self, alias: str) -> int:
        """Give it another alias. Returns the status."""
        return self.ask("POST", json={"alias": alias}).status_code
