"""The commands of ``script/``: they explain themselves, and do what they say on a copy of this check-out."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests import processes
from tests.scripts import ROOT, ServerRun, copy_of_checkout

COMMANDS = [
    *sorted(f"script/{path.name}" for path in (ROOT / "script").iterdir() if os.access(path, os.X_OK)),
    "deploy/restart",
    ".ci/run",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_explains_itself(command: str) -> None:
    done = subprocess.run([ROOT / command, "--help"], capture_output=True, text=True, check=True)

    assert done.stdout.startswith(f"Usage: {command}")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_plain_posix_shell(command: str) -> None:
    assert (ROOT / command).read_text().startswith("#!/bin/sh\n")
    assert subprocess.run(["sh", "-n", ROOT / command], check=False).returncode == 0


def test_the_server_refuses_an_option_it_does_not_know() -> None:
    done = subprocess.run([ROOT / "script/server", "--demo"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr.partition("\n")[0]) == (2, "Usage: script/server [--no-demo]")


def shell(lines: str) -> subprocess.CompletedProcess[str]:
    """Run shell lines beside the scripts' own functions."""
    command = ["sh", "-eu", "-c", lines]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_python_that_is_too_old_is_named_with_what_to_do(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 || exit 1\n')
    old.chmod(0o755)

    done = shell(f". script/environment.sh; PATH={tmp_path}; PYTHON=; find_python")

    assert done.returncode == 1
    assert "Python 3.11 or newer is needed, and Python 3.9.2 is what is here." in done.stderr


def test_missing_parts_are_named_by_their_packages() -> None:
    done = shell(". script/parts.sh; parts() { echo wrk no-such-program; echo curl sh; }; missing_parts all")

    assert done.stdout == "wrk\n"


def test_somebody_who_cannot_install_is_told_what_is_missing() -> None:
    done = shell(
        ". script/parts.sh; parts() { echo wrk no-such-program; }; id() { echo 1000; }; get_parts all 'The tests'"
    )

    assert done.returncode == 2
    assert "apt-get install --no-install-recommends wrk" in done.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of this check-out as it is now, with the environment that is there already."""
    return copy_of_checkout(tmp_path)


@pytest.fixture
def port() -> int:
    return processes.free_port()


@pytest.mark.slow
def test_the_first_run_makes_a_demo_and_later_runs_neither_make_another_nor_install_again(
    copy: Path, port: int
) -> None:
    first = ServerRun(copy, port)
    first.wait()
    code, said = first.interrupt()
    second = ServerRun(copy, port)
    second.wait()
    second_code, said_later = second.interrupt()

    assert (code, second_code) == (0, 0)
    assert re.search(r"(?i)password", said)
    assert f"http://localhost:{port}" in said
    assert "curl" in said
    assert "There is an account already" in said_later
    assert "Installing" not in said_later


@pytest.mark.slow
def test_no_demo_leaves_the_database_empty(copy: Path, port: int) -> None:
    run = ServerRun(copy, port, "--no-demo")
    run.wait()
    environment = {"PATH": os.environ["PATH"], "CONSOLE_ENVIRONMENT": "development"}
    count = "from accounts.models import Account; print('accounts:', Account.objects.count())"
    command = [".venv/bin/python", "manage.py", "shell", "-c", count]
    counted = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=True, env=environment).stdout
    run.interrupt()

    assert "accounts: 0" in counted
