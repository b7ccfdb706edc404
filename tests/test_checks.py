"""The steps of ``script/test``: each outcome is read right, and a failure is a failure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.checks.static import judge_audit, production_environment, static_steps
from tests.checks.steps import FAILED, NOT_RUN, PASSED, ROOT, Result, Step, table
from tests.checks.suite import judge_coverage, judge_pytest, suite_step


@pytest.mark.parametrize(
    ("code", "output", "outcome"),
    [
        (0, "....\n4 passed in 0.10s\n", PASSED),
        (0, "=== 4 passed, 1 deselected in 61.02s (0:01:01) ===\n", PASSED),
        (1, "F...\n1 failed, 3 passed in 0.10s\n", FAILED),
        (0, "s...\n3 passed, 1 skipped in 0.10s\n", FAILED),
        (5, "no tests ran in 0.01s\n", FAILED),
        (0, "2 deselected in 0.01s\n", FAILED),
        (-9, "....", FAILED),
    ],
)
def test_a_run_of_pytest_passes_only_when_tests_ran_and_none_failed_or_was_skipped(
    code: int, output: str, outcome: str
) -> None:
    assert judge_pytest(code, output)[0] == outcome


def words_of_suite(tmp_path: Path, **level: bool) -> list[str]:
    return list(suite_step("PostgreSQL", tmp_path, database_url="", **level).command)


def test_only_the_complete_level_measures_coverage_and_runs_everything_twice(tmp_path: Path) -> None:
    quick = words_of_suite(tmp_path, is_complete=False, is_second=True)
    complete = words_of_suite(tmp_path, is_complete=True, is_second=True)
    assert ("--databases-only" in quick, "--cov" in quick, "--all" in quick) == (True, False, False)
    assert ("--databases-only" in complete, "--cov" in complete, "--all" in complete) == (False, True, True)
    assert ("--no-browsers" in quick, "--no-browsers" in complete) == (False, True)


def test_the_first_run_of_the_quick_level_leaves_nothing_out_that_is_quick(tmp_path: Path) -> None:
    assert "--databases-only" not in words_of_suite(tmp_path, is_complete=False)


def totals(*, lines: int, branches: int) -> str:
    """A coverage report of 100 statements and 100 branches."""
    counts = {"covered_lines": lines, "num_statements": 100, "covered_branches": branches, "num_branches": 100}
    return json.dumps({"totals": counts})


@pytest.mark.parametrize(
    ("lines", "branches", "outcome"), [(95, 95, PASSED), (99, 94, FAILED), (94, 99, FAILED), (100, 100, PASSED)]
)
def test_lines_and_branches_are_each_held_to_the_least_coverage(lines: int, branches: int, outcome: str) -> None:
    assert judge_coverage(0, totals(lines=lines, branches=branches))[0] == outcome


def test_a_coverage_report_that_failed_is_a_failure() -> None:
    assert judge_coverage(1, "No data to report.") == (FAILED, "exit code 1")


def audit(*dependencies: Mapping[str, object]) -> str:
    return "a line of its own\n" + json.dumps({"dependencies": list(dependencies), "fixes": []})


SOUND = {"name": "sound", "version": "1", "vulns": []}
BROKEN = {"name": "broken", "version": "1", "vulns": [{"id": "CVE-1"}]}
UNKNOWN = {"name": "unknown", "skip_reason": "Dependency not found"}


@pytest.mark.parametrize(
    ("code", "output", "expected"),
    [
        (0, audit(SOUND, UNKNOWN), (PASSED, "1 packages")),
        (1, audit(SOUND, BROKEN), (FAILED, "known vulnerabilities: broken")),
        (0, audit(UNKNOWN), (NOT_RUN, "the registry answers, and knows no advisories of any package")),
        (1, "requests.exceptions.ConnectionError: Max retries", (NOT_RUN, "the registry cannot be reached")),
        (2, "pip-audit: error: unrecognised", (FAILED, "exit code 2")),
    ],
)
def test_an_audit_tells_a_vulnerability_from_an_unreachable_registry(
    code: int, output: str, expected: tuple[str, str]
) -> None:
    assert judge_audit(code, output) == expected


def python_step(code: str, *, is_streamed: bool = False) -> Step:
    return Step(name="a step", command=[sys.executable, "-c", code], is_streamed=is_streamed)


@pytest.mark.parametrize("is_streamed", [True, False])
@pytest.mark.parametrize(("code", "outcome"), [("print('said')", PASSED), ("raise SystemExit('said')", FAILED)])
def test_a_step_is_judged_by_its_exit_code(
    code: str, outcome: str, is_streamed: bool, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    result = python_step(code, is_streamed=is_streamed).run()

    assert (result.outcome, result.has_failed) == (outcome, outcome == FAILED)


def test_a_failed_step_shows_what_it_said(capsys: pytest.CaptureFixture[str]) -> None:
    python_step("raise SystemExit('the reason')").run()

    assert "the reason" in capsys.readouterr().out


def test_a_step_that_passed_keeps_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    python_step("print('chatter')").run()

    assert "chatter" not in capsys.readouterr().out


def test_the_table_has_a_line_for_each_step() -> None:
    results = [
        Result(name="one", seconds=1.0, outcome=PASSED),
        Result(name="two", seconds=2.0, outcome=FAILED, detail="x"),
    ]

    assert [line.split() for line in table(results).splitlines()[1:]] == [
        ["one", "1.0", PASSED],
        ["two", "2.0", FAILED, "x"],
    ]


def test_the_complete_level_adds_the_security_audits(tmp_path: Path) -> None:
    names = [step.name for step in static_steps(tmp_path, is_complete=True)]

    assert names[-2:] == ["bandit", "pip-audit"]


def test_the_production_settings_that_are_checked_are_new_each_time(tmp_path: Path) -> None:
    first, second = production_environment(tmp_path), production_environment(tmp_path)

    assert first["CONSOLE_ENVIRONMENT"] == "production"
    assert first["SECRET_KEY"] != second["SECRET_KEY"]


def test_every_package_is_measured_checked_and_tested() -> None:
    """A new app that is missing from the configuration would be neither."""
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    packages = sorted(path.parent.name for path in ROOT.glob("*/apps.py"))

    assert configuration["coverage"]["run"]["source"] == packages
    assert configuration["importlinter"]["root_packages"] == packages
    assert configuration["pytest"]["testpaths"] == [*packages, "tests"]


def test_tests_of_one_group_stay_in_one_process_whoever_asks_for_several(tmp_path: Path) -> None:
    """``-n 2`` alone would share them out: each process would make the server or the port that they share."""
    (tmp_path / "test_grouped.py").write_text(
        "from pathlib import Path\n"
        "import pytest\n"
        '@pytest.mark.xdist_group("one")\n'
        '@pytest.mark.parametrize("number", range(8))\n'
        "def test_grouped(number, worker_id):\n"
        '    Path(f"{number}.told").write_text(worker_id)\n'
    )
    addopts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["addopts"]
    (tmp_path / "pytest.ini").write_text(f"[pytest]\naddopts = {' '.join(addopts)}\n")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:django", "-p", "tests.groups"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    processes = [told.read_text() for told in tmp_path.glob("*.told")]
    assert (len(processes), len(set(processes))) == (8, 1)
