"""Runs of the commands of ``script/`` on a copy of this check-out."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import httpx

from tests import processes

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 120


def copy_of_checkout(directory: Path) -> Path:
    """Copy this check-out as it is now, with a link to the environment that is there already."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).exists():
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, directory / name)
    (directory / ".venv").symlink_to(ROOT / ".venv")
    return directory


class ServerRun:
    """One run of ``script/server``, or of another command that serves."""

    def __init__(
        self,
        directory: Path,
        port: int,
        *arguments: str,
        command: str = "script/server",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        given = {**kept, "PORT": str(port), **(environment or {})}
        self.url = f"http://{processes.LOOPBACK}:{port}"
        self.log = directory / "server.log"
        with self.log.open("wb") as log:
            self.process = processes.start([command, *arguments], log=log, environment=given, directory=directory)

    def wait(self) -> None:
        """Wait until it answers."""
        processes.wait_until(self._answers, process=self.process, log=self.log, timeout_seconds=START_SECONDS)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=5).is_success
        except httpx.TransportError:
            return False

    def interrupt(self) -> tuple[int, str]:
        """Stop it as Ctrl-C does. Returns its exit code and what it said."""
        return processes.stop(self.process, by=signal.SIGINT), self.log.read_text()
