"""The suite itself: pytest on SQLite and on a real PostgreSQL, and the coverage of both together."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.checks.steps import FAILED, PASSED, Step
from tests.postgres import PostgresServer

LEAST_COVERAGE_PERCENT = 95.0
PROCESSES = 2
DATABASE, ROLE, PASSWORD = "console", "console", "only-for-tests"


@contextmanager
def postgres_database() -> Iterator[str]:
    """Start a server and yield the URL of an empty database whose owner may create more, as test runners do."""
    with PostgresServer() as server:
        server.create_role(ROLE, PASSWORD, can_create_databases=True)
        server.create_database(DATABASE, owner=ROLE)
        yield server.url(DATABASE, user=ROLE, password=PASSWORD)


def suite_step(kind: str, scratch: Path, *, database_url: str, is_complete: bool, is_second: bool = False) -> Step:
    """Return the step that runs the tests on one database.

    The complete level measures coverage, which makes it slower by a third, and leaves out of its second run only what
    drives a browser; the quick level, all that passed in the first and would find the same: see ``--databases-only``.
    """
    parallel = ["-n", str(PROCESSES)]
    whole = ["--all", "--durations=15", "--durations-min=2", "--cov", "--cov-branch", "--cov-report="]
    again = "--no-browsers" if is_complete else "--databases-only"
    return Step(
        name=f"tests on {kind}",
        command=_pytest("-q", *parallel, *(whole if is_complete else []), *([again] if is_second else [])),
        environment={"DATABASE_URL": database_url, "COVERAGE_FILE": str(_coverage_file(scratch, kind))},
        is_streamed=True,
        judge=judge_pytest,
    )


def chosen_step(arguments: Sequence[str], *, database_url: str) -> Step:
    """Return the step that runs what a developer asked for, in one process, without coverage."""
    return Step(
        name=f"pytest {' '.join(arguments)}",
        command=_pytest(*arguments),
        environment={"DATABASE_URL": database_url},
        is_streamed=True,
        judge=judge_pytest,
    )


def coverage_steps(scratch: Path, kinds: Sequence[str]) -> list[Step]:
    """Return the steps that put the measurements together and judge them."""
    environment = {"COVERAGE_FILE": str(scratch / ".coverage")}
    files = [str(_coverage_file(scratch, kind)) for kind in kinds]
    coverage = [sys.executable, "-m", "coverage"]
    return [
        Step(name="coverage combine", command=[*coverage, "combine", "--quiet", *files], environment=environment),
        Step(name="coverage report", command=[*coverage, "report"], environment=environment, is_streamed=True),
        Step(
            name="coverage",
            command=[*coverage, "json", "--quiet", "-o", "-"],
            environment=environment,
            judge=judge_coverage,
        ),
    ]


def judge_pytest(code: int, output: str) -> tuple[str, str]:
    """Read pytest's last line. A skipped test fails the step: it would hide that a part is missing."""
    summary = re.findall(r"^(?:=+ )?(\d+ .*) in [\d.]+s", output, flags=re.MULTILINE)
    words = summary[-1] if summary else f"exit code {code}"
    is_passed = code == 0 and "passed" in words and "skipped" not in words
    return (PASSED if is_passed else FAILED), words


def judge_coverage(code: int, output: str) -> tuple[str, str]:
    """Hold lines and branches, each by itself, to the least coverage."""
    if code != 0:
        return FAILED, f"exit code {code}"
    totals = json.loads(output)["totals"]
    branches = 100.0 * totals["covered_branches"] / max(totals["num_branches"], 1)
    lines = 100.0 * totals["covered_lines"] / max(totals["num_statements"], 1)
    words = f"lines {lines:.1f} %, branches {branches:.1f} % (at least {LEAST_COVERAGE_PERCENT:.0f})"
    return (PASSED if min(lines, branches) >= LEAST_COVERAGE_PERCENT else FAILED), words


def _pytest(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pytest", *arguments]


def _coverage_file(scratch: Path, kind: str) -> Path:
    return scratch / f".coverage.{kind.lower()}"
