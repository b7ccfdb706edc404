"""A real console: the processes that production runs, on a free port, against a database of their own.

with LiveConsole(database_url=url, environment={"ENDPOINT_NAMES": "relaxed"}) as console:
    account = console.manage_json("create_account", "--name", "Acme", "--json")
    httpx.get(f"{console.url}/healthz")
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from console.serving import web_command, worker_command
from tests import processes
from tests.settings import ENVIRONMENT

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 300  # upper bounds for a busy machine
COMMAND_SECONDS = 600
WORKER_STARTS = "Starting worker"
UNLIMITED = """
from accounts.models import Account
Account.objects.filter(auth_id={0!r}).update(rate_limit=1_000_000)
"""


class CommandFailedError(RuntimeError):
    """A management command ended with an error; the message carries what it printed."""


class LiveConsole:
    """The web server, and the worker if asked for, on ``port``: until ``__exit__`` has seen them stop in good order."""

    def __init__(
        self,
        *,
        database_url: str | None = None,
        environment: Mapping[str, str] | None = None,
        threads: int = 8,
        with_worker: bool = False,
    ) -> None:
        self.port = processes.free_port()
        self.url = f"http://{processes.LOOPBACK}:{self.port}"
        self.with_worker = with_worker
        self.directory = Path(tempfile.mkdtemp(prefix="console-live-"))
        self._has_own_file = database_url is None and "DATABASE_URL" not in (environment or {})
        self.environment = self._base_environment(database_url, threads) | dict(environment or {})
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        try:
            self._prepare()
            self.start()
        except BaseException:
            self._end_all()
            self._forget()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None
    ) -> None:
        try:
            faults = self.stop()
        finally:
            self._forget()
        if kind is None:
            assert not faults, faults

    # --- life and death -----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start what ``stop`` or ``kill`` ended, and wait until the web server answers."""
        web = web_command(host=processes.LOOPBACK, port=self.port)
        self._launch("web", web)
        processes.wait_until(
            self.is_ready, process=self._running["web"], log=self.log_path("web"), timeout_seconds=START_SECONDS
        )
        if self.with_worker:
            said_before = self.log("worker").count(WORKER_STARTS)
            self._launch("worker", worker_command())
            processes.wait_until(
                lambda: self.log("worker").count(WORKER_STARTS) > said_before,
                process=self._running["worker"],
                log=self.log_path("worker"),
                timeout_seconds=START_SECONDS,
            )

    def stop(self) -> dict[str, str]:
        """Stop in good order. Returns, for each process that did not end with 0, its exit status and its log's end."""
        codes = {name: processes.stop(process) for name, process in self._running.items()}
        self._running.clear()
        return {name: f"{code}: {self.log(name)[-3000:]}" for name, code in codes.items() if code != 0}

    def kill(self, name: str = "web") -> None:
        """End the web server or the worker as a crash would."""
        process = self._running.pop(name)
        for process_id in [process.pid, *processes.children_of(process.pid)]:
            processes.kill(process_id)
        process.wait()

    def is_ready(self) -> bool:
        """Tell whether ``/healthz`` answers 200."""
        try:
            return httpx.get(f"{self.url}/healthz", timeout=5).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    # --- what it does and says ----------------------------------------------------------------------------------------

    def manage(self, *arguments: str, codes: Collection[int] = (0,)) -> str:
        """Run a management command on the same database. Returns what it printed.

        Raises ``CommandFailedError`` where it ends with none of ``codes``.
        """
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        if done.returncode not in codes:
            raise CommandFailedError(
                f"manage.py {' '.join(arguments)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
            )
        return done.stdout

    def manage_json(self, *arguments: str, codes: Collection[int] = (0,)) -> Any:
        """Run a management command that prints one JSON value and return that."""
        return json.loads(self.manage(*arguments, codes=codes))

    def lift_rate_limit(self, auth_id: str) -> None:
        """Let an account ask as often as a test wants to: who is refused for a minute writes nothing."""
        self.manage("shell", "-v", "0", "-c", UNLIMITED.format(auth_id))

    def log(self, name: str = "web") -> str:
        """Return all that the web server or the worker has written so far."""
        path = self.log_path(name)
        return path.read_text(errors="replace") if path.exists() else ""

    def log_path(self, name: str) -> Path:
        """Return where a process's output goes."""
        return self.directory / f"{name}.log"

    # --- private ------------------------------------------------------------------------------------------------------

    def _base_environment(self, database_url: str | None, threads: int) -> dict[str, str]:
        given = {
            "DJANGO_SETTINGS_MODULE": "console.settings",
            "VAR_DIR": str(self.directory),
            "DATABASE_URL": database_url or f"sqlite:///{self.directory}/console.sqlite3",
            "VOLATILE_DATABASE_URL": f"sqlite:///{self.directory}/volatile.sqlite3",
            "BASE_URL": self.url,
            "WEB_THREADS": str(threads),
            "LOG_LEVEL": "INFO",
            "LOG_JSON": "1",
            "PYTHONUNBUFFERED": "1",
        }
        passed_on = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
        return passed_on | {name: value for name, value in ENVIRONMENT.items() if name != "ATTEMPT_LOG_THREAD"} | given

    def _prepare(self) -> None:
        """Make the tables: on SQLite by a copy of the first console's, migrating takes seconds."""
        if not self._has_own_file:
            self.manage("prepare")
            return
        template = _template_directory()
        if not any(template.iterdir()):
            self.manage("prepare")
            for made in self.directory.glob("*.sqlite3*"):
                shutil.copy(made, template)
        for prepared in template.iterdir():
            shutil.copy(prepared, self.directory)

    def _launch(self, name: str, command: list[str]) -> None:
        with self.log_path(name).open("ab") as log:
            self._running[name] = processes.start(command, log=log, environment=self.environment, directory=ROOT)

    def _end_all(self) -> None:
        for process in self._running.values():
            processes.stop(process, timeout_seconds=5)

    def _forget(self) -> None:
        shutil.rmtree(self.directory, ignore_errors=True)


@cache
def _template_directory() -> Path:
    """Return a directory of this process's, removed at its end."""
    directory = Path(tempfile.mkdtemp(prefix="console-template-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return directory
