"""A real Kamailio with the shipped configuration, started and ended by the tests."""

from __future__ import annotations

import os
import signal
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Self

import httpx

from sip.kamailio.configuration import Options, write
from sip.kamailio.program import kamailio_command
from tests import processes

START_SECONDS = 10


class Kamailio:
    """One instance on free loopback ports: what the operator runs, but for the addresses and limits in ``Options``."""

    def __init__(self, directory: Path, options: Options, *, fixed_ports: bool = False) -> None:
        ports = processes.free_ports(2)
        self.options = options if fixed_ports else replace(options, sip_port=ports[0], rpc_port=ports[1])
        self.directory = directory
        self.log = directory / "log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.options.sip_port

    @property
    def rpc_url(self) -> str:
        return f"http://127.0.0.1:{self.options.rpc_port}"

    def __enter__(self) -> Self:
        write(self.options, self.directory)
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        command = kamailio_command(self.directory, shared_mb=32, private_mb=4)
        with self.log.open("ab") as log:
            self._process = processes.start(command, log=log, environment=os.environ, directory=self.directory)
        processes.wait_until(self.is_ready, process=self._process, log=self.log, timeout_seconds=START_SECONDS)

    def stop(self) -> None:
        if self._process is not None:
            processes.stop(self._process)
            self._process = None

    def kill(self) -> None:
        """As ``kill -9`` of all of it does."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def is_ready(self) -> bool:
        try:
            return "result" in self.rpc("core.version")
        except httpx.HTTPError:
            return False

    def rpc(self, method: str, *parameters: object, secret: str = "", path: str = "/RPC") -> dict[str, object]:
        """Call it as anybody could, with this or the right secret. Returns the JSON, or the HTTP status as ``http``."""
        response = httpx.post(
            self.rpc_url + path,
            json={"jsonrpc": "2.0", "id": 1, "method": method, "params": list(parameters)},
            headers={"X-Console-Secret": secret or self.options.rpc_secret},
            trust_env=False,
        )
        if response.headers.get("content-type", "").startswith("application/json"):
            return dict(response.json())
        return {"http": response.status_code}
