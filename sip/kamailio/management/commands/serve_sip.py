"""``manage.py serve_sip``: the console with a Kamailio beside it, on a PostgreSQL that is there."""

from __future__ import annotations

import io
import socket
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError

from console.management.commands import serve
from console.supervisor import Part
from sip.kamailio import configuration
from sip.kamailio.program import kamailio_command

UPKEEP_SECONDS = 1
PHONES_BY = "KAMAILIO_ADDRESSES and KAMAILIO_SIP_PORT"


class Command(serve.Command):
    """As ``serve``, with Kamailio and its upkeep; each is started again when it dies."""

    help = (
        "Serve the console on HOST:PORT with the background worker, Kamailio (configured from the KAMAILIO_ variables) "
        "and its upkeep beside it, until Ctrl-C or SIGTERM. Needs PostgreSQL and REGISTRAR=kamailio."
    )

    def prepare(self, options: dict[str, Any]) -> None:
        """Refuse what is taken; then tables, Kamailio's role and its configuration, and last the demo."""
        kamailio = self.kamailio()
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            serve.refuse_taken(kamailio.addresses[0], kamailio.sip_port, by=PHONES_BY, kind=kind)
        super().prepare(options | {"demo": False})
        call_command("kamailio_role", stdout=io.StringIO())  # its password is given
        configuration.write(kamailio, self.directory)
        if options["demo"]:
            call_command("seed_demo")

    def announcement(self, options: dict[str, Any]) -> list[str]:
        """The address for people, and the one for phones."""
        return [
            *super().announcement(options),
            f"SIP server: {settings.SIP_SERVER}  (UDP and TCP; in a phone: the outbound proxy)",
            "Create an endpoint in the browser and copy what its page shows into a phone.",
        ]

    def parts(self, options: dict[str, Any]) -> list[Part]:
        """The console's, Kamailio, its upkeep."""
        upkeep = [sys.executable, "manage.py", "kamailio_upkeep", "--every", str(UPKEEP_SECONDS)]
        return [
            *super().parts(options),
            Part(name="Kamailio", command=kamailio_command(self.directory), log=self.directory / "log"),
            Part(name="upkeep of Kamailio", command=upkeep),
        ]

    @property
    def directory(self) -> Path:
        """Where Kamailio's configuration is written, anew at each start."""
        return Path(settings.VAR_DIR) / "kamailio"

    def kamailio(self) -> configuration.Options:
        """What Kamailio is told. Raises ``CommandError``."""
        try:
            options = configuration.from_environment()
            configuration.check(options)
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        return options
