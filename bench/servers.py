"""The real server, as in production, on a database of ours; and what a rehearsal on that database found."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.cases import Asked, floor_path
from bench.client import Contender
from bench.databases import KEPT
from bench.floor import SCORES
from tests import processes
from tests.live import ROOT, LiveConsole

ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "bench.settings",
    "CONSOLE_ENVIRONMENT": "production",
    "SECRET_KEY": "benchmarks-only-" + "0123456789abcdef" * 4,
    "ALLOWED_HOSTS": processes.LOOPBACK,
    "SIP_DOMAIN": "sip.bench.example",
    "HTTPS": "0",
    "DATABASE_POOL_MAX": "20",
    "JOB_HEARTBEAT_THREAD": "1",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "",
}
CONSOLE, FLOOR = "console", "floor"


def environment(database_url: str) -> dict[str, str]:
    """What a console of the benchmark runs with; static files lie apart by kind: two may run at once."""
    kind = database_url.partition(":")[0]
    return {**ENVIRONMENT, "DATABASE_URL": database_url, "STATIC_ROOT": str(KEPT / f"static-{kind}")}


class Stage(LiveConsole):
    """A server on a database of one size, and the cases as they were rehearsed there."""

    def __init__(self, size: int, database_url: str) -> None:
        self.size = size
        self.rehearsed: dict[str, Any] = {}
        self.endpoints = 0
        super().__init__(environment=environment(database_url), threads=16)
        self.environment[SCORES] = str(self.directory / "scores")

    def rehearse(self, words: list[str]) -> None:
        """Fill the database if need be, and play every case. Raises ``CommandFailedError``."""
        KEPT.mkdir(parents=True, exist_ok=True)
        told = json.loads(run_module("bench.rehearsal", str(self.size), self.environment[SCORES], *words, on=self))
        self.rehearsed, self.endpoints = told["cases"], told["endpoints"]

    def contenders(self, case: str) -> tuple[Contender, Contender]:
        """The console and the floor, for a case."""
        asked = Asked(**self.rehearsed[case]["asked"])
        bare = Asked(**{**self.rehearsed[case]["asked"], "path": floor_path(case)})
        label = f"{case} at {self.size}"
        return Contender(f"{CONSOLE}: {label}", self.port, asked), Contender(f"{FLOOR}: {label}", self.port, bare)

    def worker(self) -> Path:
        """What the system knows of the worker process."""
        (worker, *_more) = processes.children_of(self._running["web"].pid)
        return Path(f"/proc/{worker}")

    def worker_memory_mb(self) -> float:
        """What the worker holds, resident."""
        return int((self.worker() / "statm").read_text().split()[1]) * 4096 / 1_000_000

    def worker_seconds(self) -> float:
        """How long the worker's threads have run, to the nanosecond."""
        threads = (self.worker() / "task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


@contextmanager
def empty_console(database_url: str) -> Iterator[LiveConsole]:
    """A console that is not started, on an empty database: for the programs of the benchmark."""
    console = LiveConsole(environment=environment(database_url))
    try:
        yield console
    finally:
        shutil.rmtree(console.directory, ignore_errors=True)


class ModuleFailedError(RuntimeError):
    """A program of the benchmark ended with an error; the message carries what it said."""


def run_module(name: str, *arguments: str, on: LiveConsole, under: Sequence[str] = ()) -> str:
    """Run a program of the benchmark in a console's environment, ``under`` another. Returns what it printed."""
    done = subprocess.run(
        [*under, sys.executable, "-m", name, *arguments],
        cwd=ROOT,
        env={**on.environment, "LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise ModuleFailedError(f"{name}: {done.returncode}\n{done.stderr[-4000:]}")
    return done.stdout
