"""What no request's time tells: imports and exports."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from bench.results import Fact
from bench.scale import spoken
from bench.servers import Stage, run_module

LEAST_EXPORT, MOST_EXPORT_MB = 0.3, 200


def found(kind: str, stages: Sequence[Stage]) -> Iterator[Fact]:
    """Every figure, each as soon as it is there."""
    yield from export(kind, stages[-1])


def export(kind: str, stage: Stage) -> Iterator[Fact]:
    """The large account's endpoints as CSV, against a bare cursor loop."""
    told: dict[str, Any] = json.loads(run_module("bench.exports", on=stage))
    what = f"export of {told['rows']:,} rows at {spoken(stage.size)}"
    times = f"{told['export_seconds']} s against {told['bare_seconds']} s: {told['ratio']}"
    yield Fact(kind, f"{what}, against a bare cursor loop", times, f"≥ {LEAST_EXPORT}", told["ratio"] >= LEAST_EXPORT)
    peak = told["peak_memory_mb"]
    wanted = f"< {MOST_EXPORT_MB} MB"
    yield Fact(kind, f"{what}, most memory", f"{peak} MB", wanted, peak < MOST_EXPORT_MB)
