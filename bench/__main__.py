"""Measures the console against a floor that the same server serves in the same run: see ``--help``."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from bench import facts, machine
from bench.cases import Case, by_name
from bench.client import compete, growth, ratio
from bench.databases import KEPT, KINDS, opened
from bench.results import Measured, Report, Row, markdown, missed
from bench.scale import parse_size, spoken
from bench.servers import Stage, empty_console

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"


def main(arguments: Sequence[str]) -> int:
    """Measure, print the tables, keep them. Returns 1 where a target is missed and ``--strict`` was given."""
    options = parsed(arguments)
    report = Report(
        started=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        machine=machine.described(),
        method={"rounds": options.rounds, "requests a round": options.requests, "load average": machine.load()},
    )
    began = time.monotonic()
    for kind in options.databases:
        measure(kind, options, report)
    report.method["minutes"] = round((time.monotonic() - began) / 60)
    keep(report, options)
    sys.stdout.write(markdown(report))
    if options.document:
        options.document.write_text(replaced(options.document.read_text(), markdown(report)))
    return int(options.strict and report.misses_something)


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1k endpoints, few requests")
    parser.add_argument("--sizes", type=sizes, default=None, help="of the data: 1k,100k,1M by default")
    parser.add_argument("--databases", type=lambda text: text.split(","), default=list(KINDS), help=",".join(KINDS))
    parser.add_argument("--cases", nargs="*", default=[], metavar="WORD", help="only those whose name holds a word")
    parser.add_argument("--only", choices=("requests", "facts"), help="leave out the rest")
    parser.add_argument("--rounds", type=int, default=None, help="7 by default")
    parser.add_argument("--requests", type=int, default=None, help="of each contender in a round; 40 by default")
    parser.add_argument("--json", type=Path, default=KEPT / "results.json", help="where the figures go")
    parser.add_argument("--markdown", type=Path, default=KEPT / "results.md", help="where the tables go")
    parser.add_argument("--document", type=Path, help="a document whose marked part is replaced by the tables")
    parser.add_argument("--strict", action="store_true", help="end with 1 where a target is missed")
    options = parser.parse_args(arguments)
    if not set(options.databases) <= set(KINDS):
        parser.error(f"databases are {', '.join(KINDS)}")
    options.sizes = options.sizes or ([1000] if options.quick else [1000, 100_000, 1_000_000])
    options.only = options.only or ("requests" if options.quick else None)
    options.rounds = options.rounds or (3 if options.quick else 7)
    options.requests = options.requests or (10 if options.quick else 40)
    return options


def sizes(text: str) -> list[int]:
    """Sizes, the smallest first."""
    return sorted(parse_size(each) for each in text.split(","))


def measure(kind: str, options: argparse.Namespace, report: Report) -> None:
    """Everything on one kind of database."""
    with opened(kind, options.sizes) as databases, ExitStack() as running:
        stages = [Stage(size, url) for size, url in databases.by_size.items()]
        for stage in stages:
            say(f"{kind}, {spoken(stage.size)}: rehearsal")
            stage.rehearse(options.cases)
            running.enter_context(stage)
        for case in by_name(options.cases) if options.only != "facts" else ():
            report.rows.append(row := measure_case(kind, case, stages, options))
            keep(report, options)
            say(f"{kind}, {row.case}: " + ", ".join(f"{m.ratio:.2f}" for m in row.sizes) + f" {row.missed or ''}")
        spare = running.enter_context(empty_console(databases.spare))
        for fact in facts.found(kind, stages, spare) if options.only != "requests" else ():
            report.facts.append(fact)
            keep(report, options)
            say(f"{kind}, {fact.name}: {fact.found}")


def measure_case(kind: str, case: Case, stages: Sequence[Stage], options: argparse.Namespace) -> Row:
    """One case at every size; one that is compared with another case asks that one too, in the same rounds."""
    stolen, pairs = machine.steal_seconds(), [stage.contenders(case.name) for stage in stages]
    other = stages[-1].contenders(case.compared_with)[0] if case.compared_with in stages[-1].rehearsed else None
    everybody = [contender for pair in pairs for contender in pair] + ([other] if other else [])
    processors = {stage.port: stage.worker_seconds for stage in stages}
    compete(everybody, rounds=options.rounds, requests=options.requests, processors=processors)
    measured = [
        Measured(
            stage.size,
            round(console.milliseconds, 3),
            round(floor.milliseconds, 3),
            round(ratio(console, floor), 3),
            round(console.processor_milliseconds, 3),
            round(floor.processor_milliseconds / console.processor_milliseconds, 3),
            *(stage.rehearsed[case.name][name] for name in ("statements", "calls", "floor_calls")),
        )
        for stage, (console, floor) in zip(stages, pairs, strict=True)
    ]
    base = other or (pairs[0][0] if len(pairs) > 1 else None)
    grown = None if base is None else round(growth(pairs[-1][0], base), 2)
    compared = (case.compared_with or f"{spoken(stages[0].size)}") if base else ""
    row = Row(kind, case.name, measured, grown, compared, round(machine.steal_seconds() - stolen, 2))
    row.missed = missed(case, row)
    return row


def keep(report: Report, options: argparse.Namespace) -> None:
    """Write the files: after each figure, since a run takes long and may be ended."""
    written = {options.json: json.dumps(report.as_json(), indent=2), options.markdown: markdown(report)}
    for path, text in written.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def replaced(document: str, tables: str) -> str:
    """The document with other tables between its marks. Raises ``ValueError`` where it has none."""
    before, begin, rest = document.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"no {BEGIN} and {END} in the document")
    return f"{before}{BEGIN}\n\n{tables}\n{END}{after}"


def say(text: str) -> None:
    """Tell how far it is."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
