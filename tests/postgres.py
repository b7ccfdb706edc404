"""A real PostgreSQL server of the tests' own: on a free loopback port, without a socket file, gone afterwards.

    with PostgresServer() as server:
        server.create_role("console", "secret", can_create_databases=True)
        server.create_database("console", owner="console")
        url = server.url("console", user="console", password="secret")

It forgets everything on a power cut (no fsync): never keep data in it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, LiteralString, Self

import psycopg
from psycopg import sql

from sip.development.cluster import server_program
from tests import processes

SUPERUSER = "postgres"
START_SECONDS = 30
FAST_SHUTDOWN = signal.SIGINT  # PostgreSQL: disconnect the clients, then stop
SETTINGS = {
    "listen_addresses": processes.LOOPBACK,
    "unix_socket_directories": "",  # no socket file: the path would be limited to 107 bytes
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "UTC",
}


class PostgresServer:
    """One server with a data directory of its own, until ``__exit__`` removes both."""

    def __init__(self, **settings: str) -> None:
        self.settings = SETTINGS | settings
        self.port = 0
        self.log = Path()
        self._process: subprocess.Popen[bytes] | None = None
        self._directory = Path()
        # PostgreSQL refuses to run as root.
        self._user = "nobody" if os.geteuid() == 0 else None

    def __enter__(self) -> Self:
        self._directory = Path(tempfile.mkdtemp(prefix="console-pg-"))
        try:
            self._initialise()
            self.start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self._directory, ignore_errors=True)

    # --- life and death -----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the server, on the port that it had before, and wait until it answers."""
        self.port = self.port or processes.free_port()
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(server_program("postgres")), "-D", str(self._directory / "data"), "-p", str(self.port), *options]
        with self.log.open("ab") as log:
            self._process = processes.start(
                command, log=log, environment=self._environment(), directory=self._directory, user=self._user
            )
        processes.wait_until(self.is_ready, process=self._process, log=self.log, timeout_seconds=START_SECONDS)

    def stop(self) -> None:
        """Disconnect the clients and stop; harmless when the server is down."""
        if self._process is not None:
            processes.stop(self._process, by=FAST_SHUTDOWN)
            self._process = None

    def restart(self) -> None:
        """Stop and start again on the same port with the same data."""
        self.stop()
        self.start()

    def kill(self) -> None:
        """End the server as a crash would: no shutdown, connections cut. ``start`` brings it back."""
        self._signal_all(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """Freeze the server: connections stay open and nothing answers, until ``resume``."""
        self._signal_all(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a paused server go on."""
        self._signal_all(signal.SIGCONT)

    def is_ready(self) -> bool:
        """Tell whether the server takes connections and answers."""
        try:
            return self.execute("SELECT 1") == [(1,)]
        except psycopg.OperationalError:
            return False

    # --- what is in it ------------------------------------------------------------------------------------------------

    def url(self, database: str = SUPERUSER, *, user: str = SUPERUSER, password: str = "") -> str:
        """Return the ``postgres://`` URL of a database, as ``DATABASE_URL`` takes it."""
        login = f"{user}:{password}" if password else user
        return f"postgres://{login}@{processes.LOOPBACK}:{self.port}/{database}"

    def execute(self, query: LiteralString | sql.Composed, *, database: str = SUPERUSER) -> list[tuple[Any, ...]]:
        """Run one statement as superuser outside any transaction and return its rows."""
        with psycopg.connect(self.url(database), autocommit=True, connect_timeout=2) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

    def create_role(self, name: str, password: str, *, can_create_databases: bool = False) -> None:
        """Create a role that may log in."""
        attributes = sql.SQL("LOGIN CREATEDB" if can_create_databases else "LOGIN")
        self.execute(
            sql.SQL("CREATE ROLE {} {} PASSWORD {}").format(sql.Identifier(name), attributes, sql.Literal(password))
        )

    def create_database(self, name: str, *, owner: str = SUPERUSER) -> None:
        """Create an empty database."""
        self.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(owner)))

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    # --- private ------------------------------------------------------------------------------------------------------

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": str(self._directory)}

    def _initialise(self) -> None:
        self.log = self._directory / "log"
        if self._user is not None:
            shutil.chown(self._directory, self._user, processes.group_of(self._user))
        command = [str(server_program("initdb")), "-D", "data", "-U", SUPERUSER, "-A", "trust", "-E", "UTF8"]
        with self.log.open("wb") as log:
            initdb = processes.start(
                [*command, "--no-sync", "--no-instructions"],
                log=log,
                environment=self._environment(),
                directory=self._directory,
                user=self._user,
            )
            if initdb.wait(60) != 0:
                raise processes.DidNotStartError(f"initdb failed:\n{self.log.read_text(errors='replace')}")

    def _signal_all(self, which: signal.Signals) -> None:
        if self._process is not None:
            # Its backends are in process groups of their own. The parent goes first: it would replace them.
            for process_id in [self._process.pid, *processes.children_of(self._process.pid)]:
                processes.kill(process_id, which)
