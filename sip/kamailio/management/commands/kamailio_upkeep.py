"""``manage.py kamailio_upkeep``: failures into the authentication log, last use, stray registrations."""

from __future__ import annotations

import signal
import threading
from typing import Any

import structlog
from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError, close_old_connections, connection

from console.management.base import ConsoleCommand
from sip.kamailio.upkeep import Upkeep

logger = structlog.get_logger("sip.kamailio")


class Command(ConsoleCommand):
    """Runs once, or as a service with ``--every``; any number of them may run at once."""

    help = (
        "Bring Kamailio's failures into the authentication log and tidy its registrations; with --every, until stopped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """How often."""
        super().add_arguments(parser)
        parser.add_argument("--every", type=float, metavar="SECONDS", help="go on until SIGTERM, with this pause")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one turn, or turn after turn."""
        if connection.vendor != "postgresql":
            raise CommandError("Kamailio needs PostgreSQL: set DATABASE_URL.")
        upkeep = Upkeep()
        if options["every"] is None:
            moved = upkeep.turn()
            self.answer({"failures": moved}, options, [f"{moved} failures brought into the authentication log"])
            return
        ended = threading.Event()
        for which in (signal.SIGTERM, signal.SIGINT):
            signal.signal(which, lambda *_: ended.set())
        while not ended.is_set():
            self._turn(upkeep)
            ended.wait(options["every"])

    def _turn(self, upkeep: Upkeep) -> None:
        try:
            upkeep.turn()
        except DatabaseError as error:
            logger.warning("upkeep waits for the database", error=type(error).__name__)
        close_old_connections()
