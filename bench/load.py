"""Load over loopback by ``wrk``: as many requests as the server takes, on several connections."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.cases import HOST, NAME, Asked
from bench.rehearsal import fresh_name

CONNECTIONS = 8
TIMEOUT_SECONDS = 30
PROGRAM = "wrk"
# wrk's requests are Lua: each of a list in turn, under a name that nothing has; the sums come out as JSON.
LUA = """
local asked = {%(asked)s}
local number = 0
request = function()
  number = number + 1
  local one = asked[number %% #asked + 1]
  local name = "%(prefix)s" .. number
  return wrk.format(one.method, one.path:gsub("%(mark)s", name), one.headers, (one.body:gsub("%(mark)s", name)))
end
done = function(summary, latency)
  local failed = 0
  for _, count in pairs(summary.errors) do failed = failed + count end
  io.write(string.format('JSON{"requests": %%d, "seconds": %%f, "failed": %%d, "p50": %%f, "p99": %%f}\\n',
    summary.requests, summary.duration / 1e6, failed, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
"""


class LoadFailedError(RuntimeError):
    """The load tool ended with an error, or a request was not answered with success."""


@dataclass(frozen=True, slots=True)
class Driven:
    """What came of a run: requests, seconds, and the median and 99th percentile of latency in milliseconds."""

    requests: int
    seconds: float
    failed: int
    p50: float
    p99: float

    @property
    def per_second(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds


def drive(port: int, asked: Sequence[Asked], *, seconds: int) -> Driven:
    """Send the requests in turn for so long. Raises ``LoadFailedError``."""
    options = [f"-t1 -c{CONNECTIONS} -d{seconds}s --timeout {TIMEOUT_SECONDS}s".split(), [f"http://{HOST}:{port}"]]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(lua(asked, fresh_name()))
        script.flush()
        command = [PROGRAM, *options[0], "-s", script.name, *options[1]]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    _before, found, told = done.stdout.partition("JSON")
    if not found:
        raise LoadFailedError(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}")
    driven = Driven(**json.loads(told))
    if driven.failed:
        raise LoadFailedError(f"{driven.failed} of {driven.requests} requests failed: {asked[0].path}")
    return driven


def lua(asked: Sequence[Asked], prefix: str) -> str:
    """The script of some requests."""
    return LUA % {"asked": ", ".join(map(table, asked)), "prefix": prefix, "mark": NAME}


def table(asked: Asked) -> str:
    """One request as a Lua table."""
    headers = ", ".join(f"[ {quoted(name)} ] = {quoted(value)}" for name, value in asked.headers.items())
    parts = {"method": quoted(asked.method), "path": quoted(asked.path), "body": quoted(asked.body)}
    return f"{{{', '.join(f'{name} = {value}' for name, value in parts.items())}, headers = {{{headers}}}}}"


def quoted(text: str) -> str:
    """A Lua string."""
    return f"[==[{text}]==]"


def is_there() -> bool:
    """Whether the load tool is installed."""
    return any((Path(place) / PROGRAM).exists() for place in os.get_exec_path())
