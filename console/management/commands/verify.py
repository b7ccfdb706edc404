"""``manage.py verify``: whether everything that must hold between rows does."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser

from console import invariants
from console.management.base import ConsoleCommand


class Command(ConsoleCommand):
    """Reads only, unless told to repair. The exit code is 1 while something is broken."""

    help = "Check that pairs, counters, realms and documents agree; exit code 1 if something does not."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--repair``."""
        super().add_arguments(parser)
        parser.add_argument("--repair", action="store_true", help="mend what can be mended without losing anything")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check all, say what was found."""
        findings = invariants.verify(should_repair=options["repair"])
        checked = len(invariants.registered())
        self.answer(
            {"checked": checked, "broken": [asdict(finding) for finding in findings]},
            options,
            [*(said(finding) for finding in findings), f"{checked} checked, {len(findings)} broken"],
        )
        if any(finding.is_left for finding in findings):
            sys.exit(1)


def said(finding: invariants.Finding) -> str:
    """One finding for people: what, how often, the first rows, and whether it is mended."""
    more = ", ..." if finding.count > len(finding.examples) else ""
    mended = "" if finding.repaired is None else f" (repaired: {finding.repaired})"
    return f"{finding.name}: {finding.count}{mended}: {', '.join(finding.examples)}{more}"
