"""Instructions per warm request, console and floor: counted by callgrind, so no noise of the machine is in them.

    valgrind --tool=callgrind --callgrind-out-file=FILE python -m bench.instructions FILE REHEARSED

Works in the database of the settings. ``REHEARSED`` is what ``bench.rehearsal`` told of each case. Prints JSON.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import django

from bench.cases import Asked, floor_path
from bench.rehearsal import fresh_name, send

CASES = (
    "webhook, accepted",
    "endpoint retrieve",
    "endpoint list",
    "endpoint create",
    "device PUT",
    "page of 25 endpoints",
)
WARM_UP, REQUESTS = 3, 5
TOTAL = re.compile(r"^summary: (\d+)", re.MULTILINE)


def main(out: Path, rehearsed: dict[str, Any]) -> None:
    """Count, print."""
    nothing, told = counted(out, 0, None), {}
    for case in [case for case in CASES if case in rehearsed]:
        asked = Asked(**rehearsed[case]["asked"])
        bare = Asked(**{**rehearsed[case]["asked"], "path": floor_path(case)})
        told[case] = [(counted(out, REQUESTS, each) - nothing) // REQUESTS for each in (asked, bare)]
    sys.stdout.write(json.dumps(told))


def counted(out: Path, requests: int, asked: Asked | None) -> int:
    """How many instructions so many warm requests take, with what the counting itself does."""
    for _time in range(WARM_UP if asked else 0):
        send(asked, fresh_name())  # type: ignore[arg-type]
    tell("zero")
    for _time in range(requests):
        send(asked, fresh_name())  # type: ignore[arg-type]
    tell("dump")
    newest = max(out.parent.glob(f"{out.name}.*"), key=lambda path: int(path.suffix[1:]))
    found = TOTAL.search(newest.read_text())
    newest.unlink()
    return int(found.group(1)) if found else 0


def tell(word: str) -> None:
    """Tell callgrind, which this process runs in, to start anew or to write down what it has."""
    subprocess.run(["vgdb", f"--pid={os.getpid()}", word], check=True, capture_output=True)


if __name__ == "__main__":
    django.setup()
    main(Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text()))
