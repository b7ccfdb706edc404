"""Which share of a Kazoo PUT its validation takes: coercion, schema and document checks, in this process.

    python -m bench.validation REHEARSED

Works in the database of the settings. Prints JSON: milliseconds of both, the least of several rounds.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django

ROUNDS, REQUESTS = 7, 20
CASE = "device PUT"


def main(rehearsed: Path) -> None:
    """Time both in turn, print."""
    from bench.cases import Asked
    from bench.rehearsal import fresh_name, send
    from devices.document import created

    asked = Asked(**json.loads(rehearsed.read_text())[CASE]["asked"])
    data = json.loads(asked.payload("name"))["data"]
    whole, validating = [], []
    for _round in range(ROUNDS):
        whole.append(milliseconds(lambda: send(asked, fresh_name())))
        validating.append(milliseconds(lambda: created(data)))
    sys.stdout.write(json.dumps({"request": round(min(whole), 3), "validation": round(min(validating), 3)}))


def milliseconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    for _time in range(REQUESTS):
        work()
    return (time.perf_counter() - started) * 1000 / REQUESTS


if __name__ == "__main__":
    django.setup()
    main(Path(sys.argv[1]))
