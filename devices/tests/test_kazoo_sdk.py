"""The SDK that programs use, against the running console."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.live import ROOT, LiveConsole
from tests.processes import one_at_a_time

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("kazoo-sdk")]

SOURCES = Path(__file__).parent / "kazoo_sdk"
INSTALLED = ROOT / "var" / "kazoo-sdk"


@pytest.fixture(scope="session")
def sdk_python() -> Path:
    """The interpreter of an environment that has kazoo-sdk, made once and again whenever its pins change."""
    pins, stamp = (SOURCES / "requirements.txt").read_text(), INSTALLED / "installed.txt"
    python = INSTALLED / "bin" / "python"
    with one_at_a_time(INSTALLED):
        if not stamp.exists() or stamp.read_text() != pins:
            shutil.rmtree(INSTALLED, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", str(INSTALLED)], check=True)
            install = ["-m", "pip", "install", "-q", "--require-hashes", "-r", str(SOURCES / "requirements.txt")]
            subprocess.run([str(python), *install], check=True)
            stamp.write_text(pins)
    return python


@pytest.fixture(scope="session")
def driven(sdk_python: Path, live_console: LiveConsole) -> Any:
    """What the SDK got to see."""
    created = live_console.manage_json("create_account", "--name", "Kazoo SDK", "--json")
    arguments = [f"{live_console.url}/v2", created["kazoo_account_id"], created["auth_token"]]
    command = [str(sdk_python), str(SOURCES / "drive.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) | {"account": created}


def test_it_signs_in_with_an_api_token(driven: Any) -> None:
    assert driven["api_auth"].count(".") == 2


def test_it_creates_lists_and_fetches(driven: Any) -> None:
    device = driven["created"]
    assert (device["name"], device["mac_address"]) == ("Desk", "00:04:f2:ab:7e:fd")
    assert {row["id"] for row in driven["list"]} == {device["id"], driven["other"]["id"]}
    assert driven["fetched"] == device


def test_it_updates_what_it_fetched_without_knowing_the_password(driven: Any) -> None:
    assert driven["updated"] == {**driven["created"], "name": "Front desk"}


def test_it_filters_by_owner(driven: Any) -> None:
    assert [row["id"] for row in driven["of the owner"]] == [driven["created"]["id"]]


def test_it_asks_for_states_and_children(driven: Any) -> None:
    assert (driven["statuses"], driven["children"]) == ([], [])


def test_it_deletes(driven: Any) -> None:
    assert driven["deleted"] == driven["updated"]
    assert [row["id"] for row in driven["after"]] == [driven["other"]["id"]]


def test_refusals_arrive_as_its_own_errors(driven: Any) -> None:
    assert driven["same mac"]["raised"] == "KazooApiBadDataError"
    assert "mac_address" in str(driven["same mac"]["said"])
    assert driven["not there"]["raised"] == "KazooApiError"
    assert driven["wrong key"]["raised"] == "KazooApiError"
    assert driven["user_auth"]["raised"] == "KazooApiAuthenticationError"


def test_a_stale_token_makes_it_sign_in_again(driven: Any) -> None:
    assert [row["id"] for row in driven["token gone stale"]["data"]] == [driven["other"]["id"]]
