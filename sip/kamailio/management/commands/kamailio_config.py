"""``manage.py kamailio_config``: a complete Kamailio configuration in a directory, from the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError, CommandParser

from console.management.base import ConsoleCommand
from sip.kamailio import configuration


class Command(ConsoleCommand):
    """Writes the shipped files and the ``settings.cfg`` that belongs to this environment."""

    help = (
        "Write Kamailio's configuration into a directory; settings.cfg (mode 0640) comes from the KAMAILIO_ variables."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The directory."""
        super().add_arguments(parser)
        parser.add_argument("directory", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the files."""
        directory: Path = options["directory"]
        try:
            configuration.write(configuration.from_environment(), directory)
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        self.answer(
            {"directory": str(directory)}, options, [f"Start it with: kamailio -f {directory / 'kamailio.cfg'}"]
        )
