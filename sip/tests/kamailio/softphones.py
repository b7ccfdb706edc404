"""Two real softphones without a screen: baresip, and linphone's console phone."""

from __future__ import annotations

import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

from tests import processes

STOP_SECONDS = 3


@dataclass
class Softphone:
    """A program that registers one user as soon as it runs, and unregisters when it is asked to end."""

    user: str
    domain: str
    password: str
    server: tuple[str, int]
    directory: Path
    transport: str = "udp"

    program: ClassVar[str]

    def __post_init__(self) -> None:
        self.port = processes.free_row(2)  # baresip takes the next for TLS, used or not
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.directory.mkdir(parents=True, exist_ok=True)
        self.configure()
        with (self.directory / "log").open("wb") as log:
            # Its standard input stays open: baresip and linphonec both take its end for something else.
            self._process = subprocess.Popen(
                self.command(), stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True,
                cwd=self.directory, env=os.environ | {"HOME": str(self.directory)},
            )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.stdin is not None:
            self.ask_to_end(self._process)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
            self._process.stdin.close()
            processes.end_group(self._process)
            self._process.wait()

    def configure(self) -> None:
        """Write its files."""
        raise NotImplementedError

    def command(self) -> list[str]:
        raise NotImplementedError

    def ask_to_end(self, process: subprocess.Popen[bytes]) -> None:
        raise NotImplementedError


class Baresip(Softphone):
    """Receives a check-sync and answers 481: it knows no such event."""

    def configure(self) -> None:
        (self.directory / "contacts").touch()
        (self.directory / "accounts").write_text(
            f"<sip:{self.user}@{self.domain};transport={self.transport}>;auth_user={self.user};auth_pass={self.password};"
            f'outbound="sip:{self.server[0]}:{self.server[1]};transport={self.transport}";regint=60\n'
        )
        lines = [f"sip_listen 127.0.0.1:{self.port}", "net_interface 127.0.0.1", "module_path /usr/lib/baresip/modules"]
        lines += ["module g711.so", "module_tmp uuid.so", "module_tmp account.so", "module_app menu.so"]
        (self.directory / "config").write_text("\n".join([*lines, ""]))

    def command(self) -> list[str]:
        return ["baresip", "-f", str(self.directory)]

    def ask_to_end(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGTERM)


class Linphone(Softphone):
    """Answers every NOTIFY with 200, and any digest that it is challenged with."""

    def configure(self) -> None:
        (self.directory / ".local/share/linphone").mkdir(parents=True, exist_ok=True)
        host, port = self.server
        sections: dict[str, dict[str, object]] = {
            "sip": {
                "sip_port": self.port, "sip_tcp_port": self.port, "sip_tls_port": -2, "bind_address": "127.0.0.1",
                "default_proxy": 0,
            },
            "proxy_0": {
                "reg_proxy": f"<sip:{host}:{port};transport={self.transport}>",
                "reg_identity": f"sip:{self.user}@{self.domain}", "reg_expires": 60, "reg_sendregister": 1,
            },
            "auth_info_0": {"username": self.user, "passwd": self.password, "realm": self.domain.lower()},
        }  # fmt: skip
        lines = [
            line
            for name, values in sections.items()
            for line in (f"[{name}]", *(f"{key}={value}" for key, value in values.items()))
        ]
        (self.directory / "linphonerc").write_text("\n".join([*lines, ""]))

    def command(self) -> list[str]:
        return ["linphonec", "-c", str(self.directory / "linphonerc"), "-d", "6", "-l", str(self.directory / "debug")]

    def ask_to_end(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdin is not None and process.poll() is None:
            process.stdin.write(b"quit\n")
            process.stdin.flush()
