"""sipp as a phone: one scenario, one user, one port."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests import processes

SCENARIOS = Path(__file__).parent / "scenarios"
TIMEOUT_SECONDS = 20
TRANSPORTS = {"udp": "u1", "tcp": "t1"}


@dataclass(frozen=True)
class User:
    """Who a sipp is. It registers and answers on one port."""

    name: str
    domain: str
    password: str
    port: int

    @property
    def authentication(self) -> str:
        return f"[authentication username={self.name} password={self.password}]"


class Sipp:
    """Runs scenarios against one server, in a directory for its lists and logs."""

    def __init__(self, server: tuple[str, int], directory: Path) -> None:
        self.server = f"{server[0]}:{server[1]}"
        self.directory = directory

    def register(self, user: User, *, expires: int = 300, transport: str = "udp") -> bool:
        """Whether it got its 200."""
        return wait(self.start("register", user, str(expires), transport=transport))

    def is_refused(self, user: User) -> bool:
        """Whether a REGISTER whose challenge it answered is refused with another 401."""
        scenario = (SCENARIOS / "register.xml").read_text().replace('response="200"', 'response="401"')
        (self.directory / "register_401.xml").write_text(scenario)
        return wait(self.start("register_401", user, "300", scenarios=self.directory))

    def call(self, user: User, callee: str, domain: str, *, scenario: str = "call", transport: str = "udp") -> bool:
        """Whether the call went as the scenario has it."""
        return wait(self.start(scenario, user, callee, domain, transport=transport))

    def start(
        self, scenario: str, user: User, *fields: str, transport: str = "udp", scenarios: Path = SCENARIOS
    ) -> subprocess.Popen[bytes]:
        """Start one call of a scenario; ``wait`` for it."""
        people = self.directory / f"{scenario}-{user.name}-{processes.free_port()}.csv"
        line = ";".join([user.name, user.domain, user.authentication, *fields])
        people.write_text(f"SEQUENTIAL\n{line}\n")
        command = ["sipp", self.server, "-sf", str(scenarios / f"{scenario}.xml"), "-inf", str(people)]
        command += ["-i", "127.0.0.1", "-p", str(user.port), "-m", "1", "-t", TRANSPORTS[transport], "-nostdin"]
        command += ["-timeout", f"{TIMEOUT_SECONDS}s", "-timeout_error"]
        with (self.directory / f"{people.stem}.log").open("wb") as log:
            return processes.start(command, log=log, environment=os.environ, directory=self.directory)


def wait(process: subprocess.Popen[bytes]) -> bool:
    """Whether a scenario went to its end as written."""
    return process.wait(TIMEOUT_SECONDS + 10) == 0
