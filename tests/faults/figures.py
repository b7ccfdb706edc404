"""How often each fault is tried, and what came of it: figures that ``script/soak`` prints."""

from __future__ import annotations

import json
import os
from pathlib import Path

IS_FULL = os.environ.get("FAULTS") == "full"


def count(short: int, full: int) -> int:
    """How often: ``short`` in CI, ``full`` in a soak."""
    return full if IS_FULL else short


def report(name: str, **figures: float | str) -> None:
    """Add a line to the file of FIGURES_FILE, if there is one."""
    if path := os.environ.get("FIGURES_FILE"):
        with Path(path).open("a") as file:
            file.write(json.dumps({"what": name, "database": database(), **figures}) + "\n")


def database() -> str:
    """What the suite runs on."""
    return "PostgreSQL" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "SQLite"
