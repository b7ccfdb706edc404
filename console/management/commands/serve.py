"""``manage.py serve``: the web server with the background worker beside it."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper as PostgresConnection

from console import metrics
from console.serving import web_command, worker_command
from console.supervisor import Part, Supervisor

LOCAL_HOSTS = ("127.0.0.1", "::1", "0.0.0.0", "::")  # noqa: S104  (for the address that is printed)


class Command(BaseCommand):
    """Runs until Ctrl-C or SIGTERM; restarts a worker that died. A subclass may add to what is run."""

    help = "Serve the console on HOST:PORT, with the background worker beside it, until Ctrl-C or SIGTERM."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen, and what to do before and beside it."""
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument("--prepare", action="store_true", help="migrate and collect static files first")
        parser.add_argument("--demo", action="store_true", help="fill an empty installation with a demo first")
        parser.add_argument("--no-worker", action="store_true", help="the web server only")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve; the exit code is 1 when the web server ended by itself."""
        os.chdir(settings.BASE_DIR)
        refuse_taken(options["host"], options["port"])
        self.prepare(options)
        let_go_of_databases()
        for line in self.announcement(options):
            self.stdout.write(line)
        self.stdout.flush()
        if settings.WEB_PROCESSES > 1:
            metrics.share(settings.VAR_DIR / "metrics")
        parts = self.parts(options)
        if len(parts) == 1:
            become(parts[0].command)  # a service manager then signals the web server itself: SIGHUP reloads it
        sys.exit(Supervisor(parts, say=self.stderr.write).run())

    def prepare(self, options: dict[str, Any]) -> None:
        """Do first what was asked for."""
        for command in [name for name in ("prepare", "seed_demo") if options[name.removeprefix("seed_")]]:
            call_command(command)

    def announcement(self, options: dict[str, Any]) -> list[str]:
        """Where it can be found."""
        shown = "localhost" if options["host"] in LOCAL_HOSTS else options["host"]
        return [f"Console: http://{shown}:{options['port']}  (Ctrl-C stops it)"]

    def parts(self, options: dict[str, Any]) -> list[Part]:
        """What runs side by side."""
        return parts_of(options)


def parts_of(options: dict[str, Any]) -> list[Part]:
    """Return the programs to run side by side."""
    web = web_command(
        host=options["host"],
        port=options["port"],
        processes=settings.WEB_PROCESSES,
    )
    server = Part(name="web server", command=web, is_vital=True)
    return [server] if options["no_worker"] else [server, Part(name="background worker", command=worker_command())]


def become(command: Sequence[str]) -> NoReturn:
    """Run ``command`` in the place of this process."""
    os.execv(command[0], list(command))  # noqa: S606  (our own words, and no shell)


def let_go_of_databases() -> None:
    """Close what preparing has opened: the parts have connections of their own, and this process waits for days."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        if isinstance(connection, PostgresConnection):
            connection.close_pool()  # type: ignore[attr-defined]  # the stubs lack it


def refuse_taken(
    host: str, port: int, *, by: str = "HOST and PORT", kind: socket.SocketKind = socket.SOCK_STREAM
) -> None:
    """Raise ``CommandError``, which says ``by`` what to choose others, when ``host:port`` is taken or is not ours."""
    try:
        family = socket.getaddrinfo(host, port, type=kind)[0][0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise CommandError(f"Cannot listen on {host}:{port}: {error.strerror}. Choose others with {by}.") from error
