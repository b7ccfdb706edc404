"""What a run found, as JSON and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.cases import Case
from bench.scale import spoken


@dataclass(frozen=True, slots=True)
class Measured:
    """One case at one size."""

    size: int
    milliseconds: float
    floor_milliseconds: float
    ratio: float
    processor_milliseconds: float
    processor_ratio: float
    statements: int
    calls: int
    floor_calls: int


@dataclass(slots=True)
class Row:
    """One case on one database: at each size, how much its time grows, and what others took of the processor."""

    database: str
    case: str
    sizes: list[Measured]
    growth: float | None
    compared_with: str
    steal_seconds: float
    missed: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure that is no request's: what it is of, what was found, what was wanted (empty: only reported)."""

    database: str
    name: str
    found: str
    wanted: str = ""
    is_met: bool = True


@dataclass(slots=True)
class Report:
    """Everything of one run."""

    started: str
    machine: dict[str, str]
    method: dict[str, Any]
    rows: list[Row] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)

    @property
    def misses_something(self) -> bool:
        """Whether a target is not reached."""
        return any(row.missed for row in self.rows) or not all(fact.is_met for fact in self.facts)

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return asdict(self)


def missed(case: Case, row: Row) -> list[str]:
    """The targets that a row does not reach, in words."""
    found = []
    for measured in row.sizes:
        where = f"at {spoken(measured.size)}"
        if case.least_ratio is not None and measured.ratio < case.least_ratio:
            found.append(f"ratio {measured.ratio:.2f} {where}, at least {case.least_ratio} wanted")
        if case.most_calls is not None and measured.calls > case.most_calls:
            found.append(f"{measured.calls} calls {where}, at most {case.most_calls} wanted")
        if case.most_statements is not None and measured.statements > case.most_statements:
            found.append(f"{measured.statements} statements {where}, at most {case.most_statements} wanted")
    if case.most_growth is not None and row.growth is not None and row.growth > case.most_growth:
        found.append(f"{row.growth:.2f} times {row.compared_with}, at most {case.most_growth} wanted")
    return found


PLAIN = ("processor", "memory", "system")  # what says by itself what it is


def markdown(report: Report) -> str:
    """The tables."""
    machine = ", ".join(value if name in PLAIN else f"{name} {value}" for name, value in report.machine.items())
    method = ", ".join(f"{value} {name}" for name, value in report.method.items())
    parts: list[str] = [f"Run of {report.started} on {machine}; {method}."]
    for database in dict.fromkeys(row.database for row in report.rows):
        rows = [row for row in report.rows if row.database == database]
        parts += [f"### {database}", table(HEADINGS, [cells(row) for row in rows])]
    if report.facts:
        parts += ["### Beside requests", table(FACT_HEADINGS, [fact_cells(fact) for fact in report.facts])]
    missing = [f"- {row.database}, {row.case}: {'; '.join(row.missed)}." for row in report.rows if row.missed]
    missing += [
        f"- {fact.database}, {fact.name}: {fact.found}. Wanted: {fact.wanted}."
        for fact in report.facts
        if not fact.is_met
    ]
    parts += ["### Targets not reached", "\n".join(missing) or "None."]
    return "\n\n".join(parts) + "\n"


HEADINGS = [
    "case", "ms", "floor ms", "ratio to the floor", "the same in processor time", "largest size", "statements", "calls",
    "floor calls", "steal s",
]  # fmt: skip

FACT_HEADINGS = ["what", "database", "found", "wanted"]


def fact_cells(fact: Fact) -> list[str]:
    """One line of the table."""
    return [fact.name if fact.is_met else f"**{fact.name}**", fact.database, fact.found, fact.wanted]


def cells(row: Row) -> list[str]:
    """One line of the table; a figure for each size, the smallest first."""
    last = row.sizes[-1]
    grown = "" if row.growth is None else f"{row.growth:.2f} x {row.compared_with}"
    return [
        f"**{row.case}**" if row.missed else row.case,
        each(f"{measured.milliseconds:.2f}" for measured in row.sizes),
        each(f"{measured.floor_milliseconds:.2f}" for measured in row.sizes),
        each(f"{measured.ratio:.2f}" for measured in row.sizes),
        each(f"{measured.processor_ratio:.2f}" for measured in row.sizes),
        grown,
        str(last.statements),
        str(last.calls),
        str(last.floor_calls),
        f"{row.steal_seconds:.1f}",
    ]


def each(figures: Iterable[str]) -> str:
    """Figures side by side."""
    return " / ".join(figures)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
