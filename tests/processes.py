"""Starting and ending real servers: free ports, waiting, and no process left behind."""

from __future__ import annotations

import ctypes
import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import cycle, islice
from pathlib import Path
from typing import IO

LOOPBACK = "127.0.0.1"
# Below those that Linux gives to outgoing connections, which come and go before a server has taken its port.
PORTS = range(10_000, 32_000)
POLL_SECONDS = 0.02
_PR_SET_PDEATHSIG = 1  # prctl(2)
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class DidNotStartError(RuntimeError):
    """A server ended, or stayed silent, before it was ready; the message carries the end of its log."""


def _walk() -> Iterator[int]:
    # Each process begins somewhere else, and gives none again before it has been round.
    begin = secrets.randbelow(len(PORTS))
    return cycle((*PORTS[begin:], *PORTS[:begin]))


_walked = _walk()


def free_ports(count: int) -> list[int]:
    """Return ``count`` loopback ports that are free for TCP and UDP at this moment."""
    return list(islice(filter(is_free, _walked), count))


def free_port() -> int:
    """Return one loopback port that is free for TCP and UDP."""
    return free_ports(1)[0]


def free_row(length: int) -> int:
    """Return the first of ``length`` ports in a row that are all free: some phones take the next ones, too."""
    while True:
        ports = free_ports(length)
        if ports == [*range(ports[0], ports[0] + length)]:
            return ports[0]


def is_free(port: int) -> bool:
    """Whether nobody has the loopback port, for TCP or UDP."""
    try:
        with socket.socket() as stream, socket.socket(type=socket.SOCK_DGRAM) as datagram:
            stream.bind((LOOPBACK, port))
            datagram.bind((LOOPBACK, port))
    except OSError:
        return False
    return True


def start(
    command: Sequence[str], *, log: IO[bytes], environment: Mapping[str, str], directory: Path, user: str | None = None
) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own, as ``user`` if given; on Linux it ends when the starting thread does."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=dict(environment),
        cwd=directory,
        start_new_session=True,
        user=user,
        group=group_of(user),
        extra_groups=None if user is None else [],
        preexec_fn=_end_with_parent,  # noqa: PLW1509  (one system call, prepared before the fork)
    )


def group_of(user: str | None) -> int | None:
    """Return the main group of ``user``, or None for None."""
    import pwd

    return None if user is None else pwd.getpwnam(user).pw_gid


def _end_with_parent() -> None:
    # After setuid, which would clear it: subprocess calls this last.
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def wait_until(
    is_ready: Callable[[], bool], *, process: subprocess.Popen[bytes], log: Path, timeout_seconds: float
) -> None:
    """Return once ``is_ready()``. Raises ``DidNotStartError`` with the log's end."""
    deadline = time.monotonic() + timeout_seconds
    while time.monotonic() < deadline and process.poll() is None:
        if is_ready():
            return
        time.sleep(POLL_SECONDS)
    what = f"ended with {process.returncode}" if process.poll() is not None else f"not ready in {timeout_seconds} s"
    raise DidNotStartError(f"{process.args!r} {what}:\n{log.read_text(errors='replace')[-4000:]}")


def stop(process: subprocess.Popen[bytes], *, by: signal.Signals = signal.SIGTERM, timeout_seconds: float = 20) -> int:
    """Ask a server to stop, then end what is left of its process group. Returns its exit status."""
    if process.poll() is None:
        process.send_signal(by)
        try:
            process.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    end_group(process)
    return process.wait(5)


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill every process of the server's session: children of a killed server would live on."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def kill(process_id: int, by: signal.Signals = signal.SIGKILL) -> None:
    """Send a signal to one process; harmless when it has ended."""
    with suppress(ProcessLookupError):
        os.kill(process_id, by)


def children_of(process_id: int) -> list[int]:
    """Return the ids of a process's children, from Linux's process table."""
    return [int(stat.parent.name) for stat in Path("/proc").glob("[0-9]*/stat") if _parent_of(stat) == process_id]


def _parent_of(stat: Path) -> int | None:
    # "pid (name) state ppid ...", and the name may hold blanks and brackets
    with suppress(FileNotFoundError, ProcessLookupError):
        return int(stat.read_text().rpartition(")")[2].split()[1])
    return None


@contextmanager
def one_at_a_time(directory: Path) -> Iterator[None]:
    """Have one test process at a time make what ``directory`` will hold; the others wait, and find it made."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    with directory.with_name(f"{directory.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
