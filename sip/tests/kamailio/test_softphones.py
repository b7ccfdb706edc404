"""Real phones: what they make of this registrar, and it of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sip.tests.kamailio import world as console
from sip.tests.kamailio.conftest import PASSWORD, REAL, Stage
from sip.tests.kamailio.servers import Kamailio
from sip.tests.kamailio.softphones import Baresip, Linphone, Softphone

pytestmark = REAL
PATIENCE_SECONDS = 15


def until(is_so: Callable[[], Any], within_seconds: float = PATIENCE_SECONDS) -> bool:
    """Whether something became so in time."""
    deadline = time.monotonic() + within_seconds
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.1)
    return False


def is_registered(stage: Stage, subscriber: int) -> bool:
    return bool(stage.world.run(console.state, subscriber)["is_registered"])


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize(("program", "status"), [(Linphone, 200), (Baresip, 481)])
def test_a_softphone_registers_hears_a_sync_and_goes(
    stage: Stage, tmp_path: Path, program: type[Softphone], status: int, transport: str
) -> None:
    name, subscriber = stage.endpoint()
    with program(name, stage.acme.realm, PASSWORD, stage.kamailio.address, tmp_path / "phone", transport):
        assert until(lambda: is_registered(stage, subscriber))
        assert stage.world.run(console.sync, subscriber) == [("answered", status)]
    assert until(lambda: not is_registered(stage, subscriber), within_seconds=2)


@pytest.mark.parametrize("program", [Linphone, Baresip])
def test_a_softphone_with_a_wrong_password_stays_outside(
    stage: Stage, tmp_path: Path, program: type[Softphone]
) -> None:
    name, subscriber = stage.endpoint()
    with program(name, stage.acme.realm, "not-the-password", stage.kamailio.address, tmp_path / "phone"):
        assert until(lambda: stage.world.run(console.attempts, name))
    assert not is_registered(stage, subscriber)
    assert {each["reason"] for each in stage.world.run(console.attempts, name)} == {"wrong_password"}


def test_a_softphone_in_a_realm_with_an_underscore_registers(stage: Stage, tmp_path: Path) -> None:
    """Linphone cannot: its grammar of host names has no underscore, as RFC 3261's has none."""
    account = stage.world.run(console.account, "underscored")
    name = stage.new_name()
    subscriber = stage.world.run(console.credential, account["id"], name, PASSWORD)
    with Baresip(name, account["realm"], PASSWORD, stage.kamailio.address, tmp_path / "phone"):
        assert until(lambda: is_registered(stage, subscriber))


def test_a_message_summary_with_a_body_arrives(stage: Stage, tmp_path: Path) -> None:
    name, subscriber = stage.endpoint()
    what = {"event": "message-summary", "content_type": "application/simple-message-summary"}
    with Linphone(name, stage.acme.realm, PASSWORD, stage.kamailio.address, tmp_path / "phone"):
        assert until(lambda: is_registered(stage, subscriber))
        answers = stage.world.run(console.notify, subscriber, body="Messages-Waiting: yes\r\n", **what)
    assert answers == [("answered", 200)]


# --- SHA-256, at the second instance ----------------------------------------------------------------------------------


def test_linphone_registers_and_is_notified_with_sha_256(stage: Stage, sha256: Kamailio, tmp_path: Path) -> None:
    name, subscriber = stage.endpoint()
    with Linphone(name, stage.acme.realm, PASSWORD, sha256.address, tmp_path / "phone"):
        assert until(lambda: is_registered(stage, subscriber))
        assert stage.world.run(console.sync, subscriber) == [("answered", 200)]
    assert "algorithm=SHA-256" in (tmp_path / "phone" / "debug").read_text(errors="replace")


def test_a_wrong_password_is_wrong_with_sha_256_too(stage: Stage, sha256: Kamailio) -> None:
    name, _subscriber = stage.endpoint()
    with stage.phone(name, server=sha256.address, password="not-the-password") as phone:
        assert phone.register() == 401


def test_both_passwords_are_good_during_an_overlap_with_sha_256_too(stage: Stage, sha256: Kamailio) -> None:
    name, subscriber = stage.endpoint()
    stage.world.run(console.endpoint_change, subscriber, password="brand-new-horse-3", overlap_minutes=10)
    with (
        stage.phone(name, server=sha256.address) as old,
        stage.phone(name, server=sha256.address, password="brand-new-horse-3") as new,
    ):
        assert (old.register(), new.register()) == (200, 200)


def test_a_phone_of_each_digest_is_found_in_one_list(stage: Stage, sha256: Kamailio) -> None:
    name, subscriber = stage.endpoint()
    with stage.phone(name) as phone, stage.phone(name, server=sha256.address) as modern:
        assert (phone.register(), modern.register()) == (200, 200)
        assert stage.world.run(console.sync, subscriber) == [("answered", 200)] * 2
    assert (len(phone.received), len(modern.received)) == (1, 1)
