"""What a console's connections to its database go through when they die, and how soon nobody notices any more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.faults.load import wait_for
from tests.live import LiveConsole
from tests.postgres import PostgresServer

CLIENTS = 8
OURS = "FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"


def count(database: PostgresServer) -> int:
    """How many connections the console has."""
    return int(database.execute(f"SELECT count(*) {OURS}")[0][0])


@pytest.mark.real
def test_connections_that_died_cost_one_request_an_error(database: PostgresServer) -> None:
    """However many the pool held: the first that finds one dead has the others looked at."""
    with LiveConsole(database_url=database.url(), threads=CLIENTS) as console:
        created = console.manage_json("create_account", "--name", "Acme", "--json")
        url = f"{console.url}/v2/accounts/{created['kazoo_account_id']}/devices"

        def ask(_number: int = 0) -> int:
            return httpx.get(url, headers={"X-Auth-Token": created["auth_token"]}, timeout=30).status_code

        with ThreadPoolExecutor(CLIENTS) as clients:
            before = set(clients.map(ask, range(CLIENTS * 5)))
        held = count(database)
        database.execute(f"SELECT pg_terminate_backend(pid) {OURS}")
        assert wait_for(lambda: count(database) == 0)  # a signal is all that was sent
        after = [ask() for _each in range(10)]
    assert (before, held > 2) == ({200}, True)
    assert after == [503] + [200] * 9
