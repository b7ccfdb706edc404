"""Where the data is kept between runs: a directory for each kind of database, a database for each size."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from psycopg import sql

from bench.scale import spoken
from sip.development.cluster import server_program
from tests import processes
from tests.live import ROOT
from tests.postgres import FAST_SHUTDOWN, PostgresServer

KEPT = Path(os.environ.get("BENCH_DIR", ROOT / "var" / "bench"))
KINDS = ("sqlite", "postgresql")
SPARE = "console_spare"
ROLE, ROLE_PASSWORD = "console", "only-for-benchmarks"
# As a careful operator would run it: commits reach the disk, and the tables fit into memory.
SERVER = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "2GB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB",
}


class KeptServer(PostgresServer):
    """A PostgreSQL server whose data directory stays."""

    def __init__(self, directory: Path) -> None:
        super().__init__(**SERVER)
        self._directory = directory

    def __enter__(self) -> KeptServer:
        self._directory.mkdir(parents=True, exist_ok=True)
        if not (self._directory / "data" / "PG_VERSION").exists():
            shutil.rmtree(self._directory / "data", ignore_errors=True)
            self._initialise()
        self.log = self._directory / "log"
        self.start()
        if not self.execute(sql.SQL("SELECT 1 FROM pg_roles WHERE rolname = {}").format(sql.Literal(ROLE))):
            self.create_role(ROLE, ROLE_PASSWORD, can_create_databases=True)
        return self

    def __exit__(self, *_raised: object) -> None:
        if self._process is not None:
            processes.stop(self._process, by=FAST_SHUTDOWN, timeout_seconds=60)
            self._process = None

    def database_url(self, name: str) -> str:
        """The URL of a database, made if it is not there."""
        if not self.execute(sql.SQL("SELECT 1 FROM pg_database WHERE datname = {}").format(sql.Literal(name))):
            self.create_database(name, owner=ROLE)
        return self.url(name, user=ROLE, password=ROLE_PASSWORD)


@dataclass(frozen=True, slots=True)
class Opened:
    """The URLs of a database of each size, and of an empty one that is gone afterwards."""

    by_size: dict[int, str]
    spare: str


@contextmanager
def opened(kind: str, sizes: list[int]) -> Iterator[Opened]:
    """The databases of one kind; PostgreSQL runs meanwhile."""
    KEPT.mkdir(parents=True, exist_ok=True)
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="spare-", dir=KEPT) as directory:
            by_size = {size: f"sqlite:///{KEPT / spoken(size)}.sqlite3" for size in sizes}
            yield Opened(by_size, f"sqlite:///{directory}/{SPARE}.sqlite3")
        return
    major = server_program("postgres").parent.parent.name
    with KeptServer(KEPT / f"postgresql-{major}") as server:
        server.drop_database(SPARE)
        by_size = {size: server.database_url(f"console_{spoken(size).lower()}") for size in sizes}
        yield Opened(by_size, server.database_url(SPARE))
        server.drop_database(SPARE)
