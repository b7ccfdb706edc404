"""``script/sip`` as a stranger uses it: a phone registers, is seen, and is rebooted from the browser."""

from __future__ import annotations

import os
import re
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sip.tests.kamailio.browsing import Browser
from sip.tests.kamailio.softphones import Linphone
from tests import processes
from tests.scripts import ServerRun, copy_of_checkout

PATIENCE_SECONDS = 30
PASSWORD = "VerySecurePass123!"
pytestmark = pytest.mark.real


@pytest.fixture
def var() -> Iterator[Path]:
    """Where its data goes: PostgreSQL's unprivileged user must be able to go there."""
    directory = Path(tempfile.mkdtemp(prefix="console-sip-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def start(tmp_path: Path, var: Path) -> Callable[..., ServerRun]:
    """Starts it, always on the same ports."""
    copy, (http, sip) = copy_of_checkout(tmp_path / "checkout"), processes.free_ports(2)

    def run() -> ServerRun:
        environment = {"VAR_DIR": str(var), "KAMAILIO_SIP_PORT": str(sip)}
        return ServerRun(copy, http, command="script/sip", environment=environment)

    return run


def descendants(process_id: int) -> list[int]:
    children = processes.children_of(process_id)
    return [*children, *(each for child in children for each in descendants(child))]


def until(ask: Callable[[], Any]) -> Any:
    """What it finds as soon as it finds something."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := ask():
            return found
        time.sleep(0.2)
    raise AssertionError("in vain")


def sign_in(browser: Browser, said: str) -> None:
    """As the operator whom the demo printed."""
    email, password = (re.search(rf"^{word}\s+(\S+)", said, re.MULTILINE) for word in ("Sign in", "Password"))
    assert email
    assert password
    browser.sign_in(email[1], password[1])


def test_a_stranger_registers_a_phone_and_reboots_it_and_nothing_stays_behind(
    start: Callable[[], ServerRun], tmp_path: Path
) -> None:
    first = start()
    first.wait()
    said = first.log.read_text()
    server = re.search(r"SIP server: ([\d.]+):(\d+)", said)
    auth_id, token = re.findall(r'"X-Auth-(?:ID|Token): (\S+)"', said)[:2]
    assert server
    api = httpx.Client(
        base_url=f"{first.url}/api/v1/Account/{auth_id}/Endpoint/",
        headers={"X-Auth-ID": auth_id, "X-Auth-Token": token},
    )
    with api:
        made = api.post("/", json={"username": "myphone", "password": PASSWORD, "alias": "My-phone"}).json()
    domain = made["sip_uri"].partition("@")[2]
    with (
        Linphone("myphone", domain, PASSWORD, (server[1], int(server[2])), tmp_path / "phone"),
        Browser(first.url) as browser,
    ):
        sign_in(browser, said)
        page = f"/accounts/{auth_id}/endpoints/{made['endpoint_id']}/"
        until(lambda: "Registered since" in browser.read(page))
        assert "the phone answered 200 Ok." in browser.submit(f"{page}reboot/", reboot="true")

    running = descendants(first.process.pid)
    code, _said = first.interrupt()
    second = start()
    second.wait()
    later = processes.stop(second.process, by=signal.SIGTERM)
    assert (code, later) == (0, 0)
    assert "There is an account already" in second.log.read_text()
    assert len(running) > 10
    assert [each for each in running if os.path.exists(f"/proc/{each}")] == []  # noqa: PTH110
