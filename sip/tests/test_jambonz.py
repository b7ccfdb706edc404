"""jambonz's own modules against the running console: digest-utils 0.0.6 (REGISTER) and 0.0.9 (INVITE), and the old one.

``package-lock.json`` pins them; it names no registry, so that any mirror serves.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sip.tests.live_tenant import LiveTenant
from sip.tests.sbc import PASSWORD
from tests.live import ROOT, LiveConsole
from tests.processes import one_at_a_time

pytestmark = pytest.mark.real

SOURCES = Path(__file__).parent / "jambonz"
INSTALLED = ROOT / "var" / "jambonz"
SECRET = "wh_secret_8d1c"
SBCS = [("register", "REGISTER"), ("invite", "INVITE"), ("legacy", "REGISTER"), ("legacy", "INVITE")]
Answer = dict[str, Any]
Drive = Callable[..., Answer]


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The pinned modules and the driver, installed once and again whenever the lock changes."""
    with one_at_a_time(INSTALLED):
        INSTALLED.mkdir(parents=True, exist_ok=True)
        lock, stamp = (SOURCES / "package-lock.json").read_text(), INSTALLED / "installed.json"
        for name in ("package.json", "package-lock.json", ".npmrc", "drive.js"):
            shutil.copy(SOURCES / name, INSTALLED / name)
        if not stamp.exists() or stamp.read_text() != lock:
            subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=INSTALLED, check=True)
            stamp.write_text(lock)
    return INSTALLED


@pytest.fixture(scope="session")
def node(node_modules: Path) -> Iterator[subprocess.Popen[str]]:
    """The driver, waiting for scenarios."""
    command = ["node", str(node_modules / "drive.js")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=node_modules
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture(scope="session")
def plain(live_console: LiveConsole) -> Iterator[LiveTenant]:
    """An account whose SBC has Basic only."""
    with LiveTenant(live_console, "plain.jambonz.example") as tenant:
        tenant.create_endpoint()
        yield tenant


@pytest.fixture(scope="session")
def signing(live_console: LiveConsole) -> Iterator[LiveTenant]:
    """An account that was given jambonz's secret."""
    with LiveTenant(live_console, "signing.jambonz.example", secret=SECRET) as tenant:
        tenant.create_endpoint()
        yield tenant


@pytest.fixture(scope="session")
def drive(node: subprocess.Popen[str]) -> Drive:
    """Has a phone REGISTER or call through an SBC of a tenant's; ``hook`` and ``sip`` change the scenario."""

    def run(
        sbc: str, tenant: LiveTenant, *, hook: Answer | None = None, secret: str | None = None, **sip: Any
    ) -> Answer:
        basic = {"username": tenant.sbc.username, "password": tenant.sbc.password}
        phone = {
            "method": "REGISTER",
            "domain": tenant.realm,
            "username": "daveh",
            "password": PASSWORD,
            "expires": 3600,
        }
        scenario = {
            "sbc": sbc,
            "hook": {"url": f"{tenant.console.url}/webhooks/auth", **basic, **(hook or {})},
            "secret": tenant.sbc.secret if secret is None else secret,
            "sip": {**phone, **sip},
        }
        assert node.stdin is not None
        assert node.stdout is not None
        node.stdin.write(json.dumps(scenario) + "\n")
        node.stdin.flush()
        return dict(json.loads(node.stdout.readline()))

    return run


@pytest.mark.parametrize(("sbc", "method"), SBCS)
@pytest.mark.parametrize("http", ["POST", "GET"])
def test_a_right_password_is_admitted(drive: Drive, plain: LiveTenant, sbc: str, method: str, http: str) -> None:
    answered = drive(sbc, plain, method=method, to="bob" if method == "INVITE" else "daveh", hook={"method": http})
    assert (answered["status"], answered["grant"]["status"]) == (200, "ok")


@pytest.mark.parametrize(("sbc", "method"), SBCS)
@pytest.mark.parametrize("phone", [{"password": "not-the-password"}, {"username": "nobody"}])
def test_a_wrong_one_is_a_403_and_no_alert(
    drive: Drive, plain: LiveTenant, sbc: str, method: str, phone: dict[str, str]
) -> None:
    answered = drive(sbc, plain, method=method, **phone)
    assert (answered["status"], answered["headers"], answered["alerts"]) == (
        403,
        {"X-Reason": "Invalid credentials"},
        [],
    )


@pytest.mark.parametrize(("sbc", "method"), SBCS)
def test_a_disabled_credential_is_a_403(drive: Drive, plain: LiveTenant, sbc: str, method: str) -> None:
    username = f"off{sbc}{method.lower()}"
    credential_id = plain.create_credential(username)
    assert drive(sbc, plain, method=method, username=username)["status"] == 200
    plain.disable_credential(credential_id)
    assert drive(sbc, plain, method=method, username=username)["status"] == 403


@pytest.mark.parametrize("sbc", ["register", "legacy"])
@pytest.mark.parametrize(("asked", "granted"), [(3600, 300), (300, None), (60, None), (0, None)])
def test_a_registration_is_granted_no_longer_than_the_account_allows(
    drive: Drive, plain: LiveTenant, sbc: str, asked: int, granted: int | None
) -> None:
    assert drive(sbc, plain, expires=asked)["grant"].get("expires") == granted


@pytest.mark.parametrize("sbc", ["register", "legacy"])
def test_the_api_shows_who_registers_and_unregisters(drive: Drive, plain: LiveTenant, sbc: str) -> None:
    endpoint_id = plain.create_endpoint(f"seen{sbc}")
    states = []
    for expires in (3600, 0):
        assert drive(sbc, plain, username=f"seen{sbc}", expires=expires)["status"] == 200
        states.append(plain.endpoint(endpoint_id)["sip_registered"])
    assert states == ["true", "false"]


@pytest.mark.parametrize(("sbc", "method"), SBCS)
def test_somebody_elses_address_is_a_403(drive: Drive, plain: LiveTenant, sbc: str, method: str) -> None:
    expected = 403 if method == "REGISTER" else 200
    assert drive(sbc, plain, method=method, to="jane")["status"] == expected


@pytest.mark.parametrize(("sbc", "method"), SBCS)
@pytest.mark.parametrize("http", ["POST", "GET"])
@pytest.mark.parametrize("with_basic", [True, False])
def test_a_signature_is_verified(
    drive: Drive, signing: LiveTenant, sbc: str, method: str, http: str, with_basic: bool
) -> None:
    hook = {"method": http, **({} if with_basic else {"username": None, "password": None})}
    phone = {"method": method, "to": "bob" if method == "INVITE" else "daveh"}
    answers = [drive(sbc, signing, hook=hook, secret=secret, **phone)["status"] for secret in (SECRET, "another")]
    assert answers == [200, 401]


@pytest.mark.parametrize(("sbc", "method"), SBCS)
@pytest.mark.parametrize("hook", [{"password": "wrong"}, {"username": None}, {"username": "hook-000000000000"}])
def test_an_sbc_that_cannot_prove_itself_gets_401(
    drive: Drive, plain: LiveTenant, sbc: str, method: str, hook: Answer
) -> None:
    assert drive(sbc, plain, method=method, hook=hook)["status"] == 401


def test_an_sbc_is_alerted_to_its_own_wrong_credentials(drive: Drive, plain: LiveTenant) -> None:
    assert drive("register", plain, hook={"password": "wrong"})["alerts"] == ["webhook-failure"]


def test_the_lock_names_no_host() -> None:
    assert "://" not in (SOURCES / "package-lock.json").read_text()
