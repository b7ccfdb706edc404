"""systemd's own judgement of the units, and what can be known of the container files without a container engine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from tests.live import ROOT

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("units")]
UNITS = ROOT / "deploy/systemd"
SERVICES = [
    "console-web@8001", "console-worker", "console-purge", "console-prepare", "console-kamailio-upkeep",
    "kamailio-console",
]  # fmt: skip
MOST_EXPOSED = 2.0  # of 10; systemd calls up to 4 "OK"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units in a directory that systemd looks into, with this check-out in the place of /opt/console."""
    directory = tmp_path_factory.mktemp("units")
    shutil.copytree(UNITS, directory, dirs_exist_ok=True)
    for unit in directory.rglob("*.*"):
        if unit.is_file():
            unit.write_text(unit.read_text().replace("/opt/console", str(ROOT)))
    return directory


def analyze(installed: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SYSTEMD_UNIT_PATH": f"{installed}:", "SYSTEMD_COLORS": "0"}
    return subprocess.run(
        ["systemd-analyze", *words], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    "unit", [*(f"{service}.service" for service in SERVICES), "console-purge.timer", "console.target"]
)
def test_systemd_finds_no_fault_in_a_unit(installed: Path, unit: str) -> None:
    done = analyze(installed, "verify", str(installed / unit))
    assert [line for line in done.stderr.splitlines() if "console" in line] == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_no_more_than_it_needs(installed: Path, service: str) -> None:
    done = analyze(installed, "security", "--offline=true", f"{service}.service")
    found = re.search(r"exposure level for \S+ ([\d.]+)", done.stdout)
    assert found is not None, done.stderr
    assert float(found[1]) <= MOST_EXPOSED


@pytest.mark.parametrize("unit", sorted(path.name for path in UNITS.glob("*.service")))
def test_a_unit_runs_a_command_that_is_there(unit: str) -> None:
    commands = re.findall(r"manage\.py (\w+)", (UNITS / unit).read_text())
    assert [command for command in commands if command not in get_commands()] == []


def test_the_compose_file_builds_what_it_runs() -> None:
    services = yaml.safe_load((ROOT / "deploy/docker/compose.yaml").read_text())["services"]
    assert set(services) == {"prepare", "web", "worker", "purge", "database", "kamailio"}
    own = [service for service in services.values() if "build" in service or service.get("image") == "console"]
    commands = [service["command"][1] for service in own if service.get("command", [""])[0] == "manage.py"]
    assert len(commands) == 4
    assert [command for command in commands if command not in get_commands()] == []


def test_the_image_copies_what_is_there_and_no_secret() -> None:
    lines = (ROOT / "deploy/docker/Dockerfile").read_text().splitlines()
    sources = [
        word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]
    ]
    left_out = (ROOT / ".dockerignore").read_text().split()
    assert sources
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert {".env", "var", ".git", ".venv"} <= set(left_out)
