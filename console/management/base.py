"""What the console's commands share: ``--json``, clear errors, and their own name in the audit trail."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from console import audit


class ConsoleCommand(BaseCommand):
    """A command that turns refused input into one clear line and writes audit rows as ``command``."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--json``; commands add their own."""
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run in the name of the command. Raises ``CommandError`` in the rule's own words."""
        name = type(self).__module__.rsplit(".", 1)[-1]
        try:
            with audit.acting(audit.Actor(door="command", person=lambda: ("command", "", name))):
                return super().execute(*args, **options)
        except ValidationError as error:
            raise CommandError("; ".join(explain(error))) from error

    def answer(self, result: dict[str, Any], options: dict[str, Any], lines: list[str]) -> None:
        """Print ``result`` as JSON when asked to, else ``lines`` for people."""
        self.stdout.write(json.dumps(result) if options["json"] else "\n".join(lines))


def explain(error: ValidationError) -> list[str]:
    """The messages of a ``ValidationError``, each with its field."""
    if hasattr(error, "error_dict"):
        return [f"{field}: {text}" for field, texts in error.message_dict.items() for text in texts]
    return list(error.messages)
