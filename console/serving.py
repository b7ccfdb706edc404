"""The programs that make a running console: the web server and the background worker."""

from __future__ import annotations

import sys

HEADERS_MILLISECONDS = 10_000  # a client that takes longer to send its request's head is cut off
HEAD_BYTES = 65_536  # the longest request line and headers taken
CONNECTIONS = 1024  # open at once in one process; more wait in the system's queue
STOP_SECONDS = 20  # for requests that are being answered when the server stops


def web_command(*, host: str, port: int, processes: int = 1) -> list[str]:
    """Return the command line of granian, which serves ``console.asgi``."""
    options = {
        "--interface": "asginl",
        "--host": host,
        "--port": port,
        "--workers": processes,
        "--http": "1",
        "--backlog": CONNECTIONS,
        "--backpressure": CONNECTIONS,
        "--http1-header-read-timeout": HEADERS_MILLISECONDS,
        "--workers-kill-timeout": STOP_SECONDS,
        "--http1-buffer-size": HEAD_BYTES,
        "--log-level": "error",
    }
    words = [str(word) for pair in options.items() for word in pair]
    return [sys.executable, "-m", "granian", *words, "--no-ws", "--respawn-failed-workers", "console.asgi:application"]


def worker_command() -> list[str]:
    """Return the command line of the background worker."""
    return [sys.executable, "manage.py", "db_worker", "--no-startup-delay", "--verbosity", "1"]
