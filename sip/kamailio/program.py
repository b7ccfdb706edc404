"""The program itself, on this machine."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

SYSTEM_PATH = "/usr/sbin:/usr/local/sbin"  # not in everybody's PATH


def kamailio_command(directory: Path, *, shared_mb: int = 64, private_mb: int = 8) -> list[str]:
    """Return the command line that runs the configuration in ``directory`` in the foreground.

    ``-E`` logs to standard error; ``-Y`` and ``-w`` keep its runtime and core files where the configuration is.
    """
    program = shutil.which("kamailio", path=f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}") or "kamailio"
    memory = ["-m", str(shared_mb), "-M", str(private_mb)]
    places = ["-f", str(directory / "kamailio.cfg"), "-Y", str(directory), "-w", str(directory)]
    return [program, "-DD", "-E", *memory, *places]
