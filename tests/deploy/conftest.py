"""Two consoles on one database, and a service manager of our own that ``deploy/restart`` asks to restart them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.live import ROOT, LiveConsole
from tests.processes import LOOPBACK


@dataclass(frozen=True)
class Pair:
    """Two web servers that share a database, as two nodes behind a balancer do."""

    first: LiveConsole
    second: LiveConsole

    @property
    def ports(self) -> list[int]:
        return [self.first.port, self.second.port]

    def restart(self, port: int) -> None:
        (console,) = (each for each in (self.first, self.second) if each.port == port)
        assert console.stop() == {}
        console.start()


@pytest.fixture(scope="session")
def pair() -> Iterator[Pair]:
    behind = {"TRUSTED_PROXIES": LOOPBACK, "HTTPS": "on"}
    with LiveConsole(environment=behind) as first:
        shared = {name: first.environment[name] for name in ("DATABASE_URL", "VOLATILE_DATABASE_URL")}
        with LiveConsole(environment=behind | shared) as second:
            yield Pair(first, second)


def rolling_restart(pair: Pair, directory: Path, *, upstream: Path, reload: Callable[[], None]) -> tuple[int, str]:
    """Run ``deploy/restart`` with the pair in systemd's place. Returns its exit code and what it printed."""

    class Handler(BaseHTTPRequestHandler):
        """Takes ``restart console-web@PORT`` and has the pair do it; other units it only notes."""

        def do_GET(self) -> None:
            unit = self.path.rpartition("/")[2]
            if unit.startswith("console-web@"):
                pair.restart(int(unit.removeprefix("console-web@")))
            if unit == "nginx":
                reload()
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    with HTTPServer((LOOPBACK, 0), Handler) as server:
        server.timeout = 0.1
        program = directory / "systemctl"
        address = f"http://{LOOPBACK}:{server.server_address[1]}"
        program.write_text(f'#!/bin/sh\nexec curl --silent --fail --max-time 60 "{address}/$1/$2"\n')
        program.chmod(0o755)
        command = [str(ROOT / "deploy/restart"), *map(str, pair.ports)]
        environment = {**os.environ, "SYSTEMCTL": str(program), "UPSTREAM_FILE": str(upstream)}
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            # In this thread: what it starts ends with the thread that started it.
            while process.poll() is None:
                server.handle_request()
            said, _ = process.communicate()
    return process.returncode, said.decode()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a certificate for localhost and its key, as the proxies' configurations name them."""
    directory = tmp_path_factory.mktemp("tls")
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", str(directory / "privkey.pem"), "-out", str(directory / "fullchain.pem")]
    key = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"]
    subprocess.run(["openssl", "req", *key, *names, *files], check=True, capture_output=True)
    return directory
