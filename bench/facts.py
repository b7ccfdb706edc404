"""What no single request's time tells: load, instructions, cold start, memory, imports and exports."""

from __future__ import annotations

import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench import load
from bench.cases import CASES, Asked
from bench.client import Contender
from bench.instructions import CASES as COUNTED
from bench.results import Fact
from bench.scale import spoken
from bench.servers import Stage, run_module
from tests.live import LiveConsole

LEAST_EXPORT, MOST_EXPORT_MB, LEAST_IMPORT, IMPORTED = 0.3, 200, 0.4, 100_000
MOST_VALIDATION, MOST_MEMORY = 0.05, 1.1
STARTS = 3
LOAD_ROUNDS, LOAD_SECONDS = 3, 3
FEW, MANY, AT_A_TIME = 1_000, 100_000, 20  # requests; seconds of load
MIXED = ("webhook, accepted", "endpoint retrieve", "endpoint list", "device GET")
SELDOM, SELDOM_EVERY = "page of 25 endpoints", 40


def found(kind: str, stages: Sequence[Stage], spare: LiveConsole) -> Iterator[Fact]:
    """Every figure, each as soon as it is there. ``spare`` has an empty database that may be filled."""
    if load.is_there():
        for stage in dict.fromkeys((stages[0], stages[-1])):
            yield from under_load(kind, stage)
    yield from instructions(kind, stages[0])
    yield from validation(kind, stages[0])
    yield from export(kind, stages[-1])
    yield from imported(kind, spare)
    yield from cold_start(kind, stages[-1])
    if load.is_there():
        yield from memory(kind, stages[0])


def under_load(kind: str, stage: Stage) -> Iterator[Fact]:
    """Requests per second of console and floor, in short alternating rounds."""
    targets = {case.name: case.least_ratio for case in CASES if case.least_ratio is not None}
    for case in [case for case in targets if case in stage.rehearsed]:
        rounds = [[driven(contender) for contender in stage.contenders(case)] for _round in range(LOAD_ROUNDS)]
        ratio = statistics.median(own.per_second / bare.per_second for own, bare in rounds)
        own, bare = (statistics.median(each.per_second for each in column) for column in zip(*rounds, strict=True))
        slow = statistics.median(each.p99 for each, _bare in rounds)
        words = f"{own:.0f}/s against {bare:.0f}/s: {ratio:.2f}; 99 % within {slow:.0f} ms"
        what = f"{case} by wrk, {load.CONNECTIONS} connections, at {spoken(stage.size)}"
        yield Fact(kind, what, words, f"≥ {targets[case]}", ratio >= (targets[case] or 0))


def driven(contender: Contender) -> load.Driven:
    """One round of one contender."""
    return load.drive(contender.port, [contender.asked], seconds=LOAD_SECONDS)


def instructions(kind: str, stage: Stage) -> Iterator[Fact]:
    """Instructions of warm requests, where valgrind runs."""
    if not (shutil.which("valgrind") and shutil.which("vgdb")):
        return
    with tempfile.TemporaryDirectory(prefix="console-callgrind-") as directory:
        out, rehearsed = Path(directory) / "out", Path(directory) / "rehearsed"
        rehearsed.write_text(json.dumps({case: stage.rehearsed[case] for case in COUNTED if case in stage.rehearsed}))
        before = ("valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={out}")
        told = json.loads(run_module("bench.instructions", str(out), str(rehearsed), on=stage, under=before))
    for case, (own, bare) in told.items():
        words = f"{own / 1e6:.1f} M against {bare / 1e6:.1f} M: {bare / own:.2f}"
        yield Fact(kind, f"instructions, {case}, at {spoken(stage.size)}", words)


def validation(kind: str, stage: Stage) -> Iterator[Fact]:
    """The share of validation in a Kazoo PUT."""
    if "device PUT" not in stage.rehearsed:
        return
    with tempfile.NamedTemporaryFile("w", suffix=".json") as rehearsed:
        json.dump(stage.rehearsed, rehearsed)
        rehearsed.flush()
        told = json.loads(run_module("bench.validation", rehearsed.name, on=stage))
    share = told["validation"] / told["request"]
    words = f"{told['validation']} of {told['request']} ms: {share:.1%}"
    yield Fact(kind, "validation in a Kazoo PUT", words, f"≤ {MOST_VALIDATION:.0%}", share <= MOST_VALIDATION)


def export(kind: str, stage: Stage) -> Iterator[Fact]:
    """The large account's endpoints as CSV, against a bare cursor loop."""
    told: dict[str, Any] = json.loads(run_module("bench.exports", on=stage))
    what = f"export of {told['rows']:,} rows at {spoken(stage.size)}"
    times = f"{told['export_seconds']} s against {told['bare_seconds']} s: {told['ratio']}"
    times += f"; in processor time {told['processor_ratio']}"
    yield Fact(kind, f"{what}, against a bare cursor loop", times, f"≥ {LEAST_EXPORT}", told["ratio"] >= LEAST_EXPORT)
    peak = told["peak_memory_mb"]
    yield Fact(kind, f"{what}, most memory", f"{peak} MB", f"< {MOST_EXPORT_MB} MB", peak < MOST_EXPORT_MB)


def imported(kind: str, spare: LiveConsole) -> Iterator[Fact]:
    """Endpoints from a CSV file, against a bare ``bulk_create`` of the same rows."""
    spare.manage("prepare")
    told: dict[str, Any] = json.loads(run_module("bench.imports", str(IMPORTED), on=spare))
    words = f"{told['apply_seconds']} s against {told['bare_seconds']} s: {told['ratio']}"
    what = f"import of {told['created']:,} endpoints, against bare bulk_create"
    yield Fact(kind, what, words, f"≥ {LEAST_IMPORT}", told["ratio"] >= LEAST_IMPORT)
    yield Fact(kind, "the same with the dry run before it", str(told["ratio_with_dry_run"]))
    yield Fact(kind, "import, most memory", f"{told['peak_memory_mb']} MB")


def cold_start(kind: str, stage: Stage) -> Iterator[Fact]:
    """From the start of the server's process to its first answer, and how long its first page takes."""
    seconds, first = [], []
    for _start in range(STARTS):
        stage.stop()
        started = time.perf_counter()
        stage.start()
        seconds.append(time.perf_counter() - started)
        if SELDOM in stage.rehearsed:
            first.append(stage.contenders(SELDOM)[0].asked_once())
    yield Fact(kind, f"cold start to the first answer, at {spoken(stage.size)}", f"{statistics.median(seconds):.2f} s")
    if first:
        yield Fact(kind, f"first page after a cold start ({SELDOM})", f"{statistics.median(first):.0f} ms")


def memory(kind: str, stage: Stage) -> Iterator[Fact]:
    """What a fresh worker holds after some requests, and after many."""
    mixed = [Asked(**stage.rehearsed[case]["asked"]) for case in MIXED if case in stage.rehearsed]
    if not mixed:
        return
    if SELDOM in stage.rehearsed:
        mixed = [*(mixed * SELDOM_EVERY)[: SELDOM_EVERY - 1], Asked(**stage.rehearsed[SELDOM]["asked"])]
    stage.stop()
    stage.start()
    asked, held = 0, {}
    for wanted in (FEW, MANY):
        while asked < wanted:
            asked += load.drive(stage.port, mixed, seconds=AT_A_TIME if wanted == MANY else 1).requests
        held[wanted] = stage.worker_memory_mb()
    share = held[MANY] / held[FEW]
    words = f"{held[MANY]:.0f} MB after {asked:,} requests, {held[FEW]:.0f} MB after about {FEW:,}: {share:.2f}"
    yield Fact(kind, "memory of a worker", words, f"≤ {MOST_MEMORY}", share <= MOST_MEMORY)
