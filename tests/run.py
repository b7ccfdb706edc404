"""What ``script/test`` runs, in an environment that it has made: see ``script/test --help``.

Without pytest arguments: the static checks beside the suite on SQLite, then on PostgreSQL; with ``--all`` coverage too.
With some: pytest with those arguments, on SQLite or, with ``--postgres``, on a PostgreSQL that lives as long.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

from tests.checks.static import static_steps
from tests.checks.steps import NOT_RUN, PASSED, Result, Step, table
from tests.checks.suite import chosen_step, coverage_steps, postgres_database, suite_step


def main(arguments: Sequence[str]) -> int:
    """Run what ``arguments`` ask for. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="script/test", add_help=False, allow_abbrev=False)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--postgres", action="store_true")
    options, chosen = parser.parse_known_args(arguments)
    signal.signal(
        signal.SIGTERM, lambda number, _frame: sys.exit(128 + number)
    )  # so that servers and files are cleared
    with tempfile.TemporaryDirectory(prefix="console-checks-") as directory:
        scratch = Path(directory)
        if chosen or options.postgres:
            return run_chosen([*chosen, *(["--all"] if options.all else [])], scratch, on_postgres=options.postgres)
        return run_everything(scratch, is_complete=options.all)


def run_chosen(arguments: Sequence[str], scratch: Path, *, on_postgres: bool) -> int:
    """Run pytest alone."""
    with postgres_database() if on_postgres else nullcontext(sqlite_url(scratch)) as url:
        return int(chosen_step(arguments, database_url=url).run().has_failed)


def run_everything(scratch: Path, *, is_complete: bool) -> int:
    """Run every step, the static checks beside the tests, and print the table."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        static = beside.submit(run_steps, static_steps(scratch, is_complete=is_complete))
        tests = run_suites(scratch, is_complete=is_complete)
        results = [*static.result(), *tests]
    failed = [each.name for each in results if each.has_failed]
    passed = sum(each.outcome == PASSED for each in results)
    print(f"\n{table(results)}\n")
    for each in results:
        if each.outcome == NOT_RUN:
            print(f"Not run: {each.name}: {each.detail}.")
    if failed:
        print(f"Failed: {', '.join(failed)}.")
    print(f"Steps: {passed} passed, {len(failed)} failed")
    return int(bool(failed))


def run_suites(scratch: Path, *, is_complete: bool) -> list[Result]:
    """Run the suite on both databases, one after the other; the complete level judges the coverage of both together."""
    sqlite = suite_step("SQLite", scratch, database_url=sqlite_url(scratch), is_complete=is_complete).run()
    with postgres_database() as url:
        step = suite_step("PostgreSQL", scratch, database_url=url, is_complete=is_complete, is_second=True)
        postgres = step.run()
    coverage = coverage_steps(scratch, ["SQLite", "PostgreSQL"]) if is_complete else []
    return [sqlite, postgres, *run_steps(coverage)]


def run_steps(steps: Sequence[Step]) -> list[Result]:
    """Run steps one after the other, whatever comes of each."""
    return [step.run() for step in steps]


def sqlite_url(scratch: Path) -> str:
    """Return a URL whose file is never made: test databases are files of their own."""
    return f"sqlite:///{scratch}/console.sqlite3"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
