"""Consoles without their servers: commands, and a look into the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.databases import Database, Postgres, Sqlite
from tests.live import LiveConsole
from tests.postgres import PostgresServer

SILENT = {"EMAIL_URL": "dummymail://"}


@dataclass
class Installation:
    """A console's commands and a look into its database, without its servers."""

    console: LiveConsole
    open: Callable[[], Database]

    def run(self, code: str) -> None:
        self.console.manage("shell", "-v", "0", "-c", code)


def on_postgres(server: PostgresServer, name: str) -> Installation:
    server.create_database(name)
    url = server.url(name)
    return Installation(LiveConsole(database_url=url, environment=SILENT), lambda: Postgres(url))


def on_sqlite() -> Installation:
    console = LiveConsole(environment=SILENT)
    return Installation(console, lambda: Sqlite(f"{console.directory}/console.sqlite3"))


Make = Callable[[str], Installation]
