"""A PostgreSQL cluster of this check-out's own: made at the first start, on a free port of the loopback interface."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql

from console.environment import kept_secret
from console.supervisor import Part, rights_of

LOOPBACK = "127.0.0.1"
OWNER = DATABASE = "console"
FAST_SHUTDOWN = signal.SIGINT  # PostgreSQL: disconnect the clients, then stop
UNPRIVILEGED = ("postgres", "nobody")  # PostgreSQL refuses to run as root
ELSEWHERE = Path("/var/lib")
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",  # no socket file: the path would be limited to 107 bytes
    "timezone": "UTC",
    "max_connections": "100",
}


class NotInstalledError(RuntimeError):
    """No PostgreSQL server programs on this machine."""


@cache
def server_program(name: str) -> Path:
    """Return the path of ``postgres`` or ``initdb``. Raises ``NotInstalledError``."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    places = [*map(str, debian), *os.environ.get("PATH", "").split(os.pathsep)]
    if found := shutil.which(name, path=os.pathsep.join(places)):
        return Path(found).resolve()
    raise NotInstalledError(f"{name} not found: install the PostgreSQL server (Debian: apt-get install postgresql)")


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cluster in ``directory``, run by ``user`` (None: ourselves)."""

    directory: Path
    user: str | None
    port: int
    password: str = field(repr=False)

    @property
    def url(self) -> str:
        """The console's database, as ``DATABASE_URL`` takes it."""
        return f"postgres://{OWNER}:{self.password}@{LOOPBACK}:{self.port}/{DATABASE}"

    @property
    def data(self) -> Path:
        """Its data directory."""
        return self.directory / "data"

    def initialise(self) -> None:
        """Make it, unless it is there. Raises ``CalledProcessError``."""
        if (self.data / "PG_VERSION").exists():
            return
        self.directory.mkdir(parents=True, exist_ok=True)
        draft = self.directory / "data.new"
        shutil.rmtree(draft, ignore_errors=True)  # what an interrupted attempt left
        password = self.directory / "password"
        password.touch(mode=0o600)
        password.write_text(self.password)
        for path in (self.directory, password):
            if self.user is not None:
                shutil.chown(path, self.user, pwd.getpwnam(self.user).pw_gid)
        command = [str(server_program("initdb")), "-D", str(draft), "-U", OWNER, "-A", "scram-sha-256", "-E", "UTF8"]
        try:
            subprocess.run(  # noqa: S603
                [*command, "--locale=C.UTF-8", f"--pwfile={password}", "--no-instructions"],
                cwd=self.directory,
                stdout=subprocess.DEVNULL,
                check=True,
                **rights_of(self.user),
            )
            draft.rename(self.data)
        finally:
            password.unlink()

    def part(self) -> Part:
        """The server as a part that everything else stands on."""
        options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        return Part(
            name="PostgreSQL",
            command=[str(server_program("postgres")), "-D", str(self.data), "-p", str(self.port), *options],
            is_vital=True,
            is_base=True,
            is_ready=self.has_database,
            stop_by=FAST_SHUTDOWN,
            user=self.user,
            log=self.directory / "log",
        )

    def has_database(self) -> bool:
        """Whether it answers; the first time, make the console's database."""
        login = f"host={LOOPBACK} port={self.port} user={OWNER} password={self.password} connect_timeout=2"
        try:
            with psycopg.connect(f"{login} dbname=postgres", autocommit=True) as connection:
                if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).rowcount:
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        except psycopg.OperationalError:
            return False
        return True


def cluster_at(var: Path) -> Cluster:
    """The cluster that belongs to the directory ``var``, on a port that is free now."""
    user = unprivileged() if os.geteuid() == 0 else None
    password = kept_secret(var / "database_password")
    directory = var / "postgres"
    if user is not None and not is_open(var):
        # Such as /root: nobody else may go through it, and PostgreSQL must not be root. Who removes ``var`` loses the
        # password, and gets another cluster with the next.
        directory = ELSEWHERE / f"console-{hashlib.sha256(bytes(var) + password.encode()).hexdigest()[:8]}"
    return Cluster(directory, user, free_port(), password)


def unprivileged() -> str:
    """Somebody whom PostgreSQL agrees to run as. Raises ``NotInstalledError``."""
    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in UNPRIVILEGED:
        if name in known:
            return name
    raise NotInstalledError(f"PostgreSQL cannot run as root, and there is no user {' or '.join(UNPRIVILEGED)}")


def is_open(path: Path) -> bool:
    """Whether everybody may go through ``path``, as far as it is there, and all that it is in."""
    return all(each.stat().st_mode & 0o001 for each in (path, *path.parents) if each.exists())


def free_port() -> int:
    """A loopback port that is free at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
