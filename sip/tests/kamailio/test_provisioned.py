"""What is made through an API registers, is seen at once wherever one looks, and is gone at once when it is cut off."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sip.tests.kamailio import world as console
from sip.tests.kamailio.browsing import Browser
from sip.tests.kamailio.conftest import PASSWORD, REAL, Account, Stage
from sip.tests.kamailio.doors import DOORS, DeviceDoor, Door, EndpointDoor
from sip.tests.kamailio.servers import Kamailio
from sip.tests.kamailio.sipp import Sipp, User, wait
from sip.tests.kamailio.softphones import Baresip, Linphone, Softphone
from tests import processes
from tests.live import LiveConsole

pytestmark = REAL
EMAIL, PASSPHRASE, OTHER = "operator@example.test", "a long enough passphrase", "another-horse-2"
SEEN_SECONDS = 2.0  # a registration is seen everywhere within that time
PATIENCE_SECONDS = 15.0  # for a real phone to start


def becomes(is_so: Callable[[], Any], *, within_seconds: float = SEEN_SECONDS) -> bool:
    deadline = time.monotonic() + within_seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


class StagedConsole(LiveConsole):
    """A console whose tables the stage has made already."""

    def _prepare(self) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def live(stage: Stage, console_environment: Mapping[str, str]) -> Iterator[LiveConsole]:
    """The console as production runs it, on the stage's database."""
    given = {name: value for name, value in console_environment.items() if name != "DJANGO_SETTINGS_MODULE"}
    stage.world.run(console.operator, stage.acme.auth_id, EMAIL, PASSPHRASE)
    with StagedConsole(environment=given) as running:
        yield running


@pytest.fixture(scope="module")
def operator(live: LiveConsole) -> Iterator[Browser]:
    """The operator's."""
    with Browser(live.url) as signed_in:
        signed_in.sign_in(EMAIL, PASSPHRASE)
        yield signed_in


@pytest.fixture(params=DOORS, ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest) -> type[Door]:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def door(kind: type[Door], live: LiveConsole, stage: Stage) -> Iterator[Door]:
    with kind(live.url, stage.acme) as opened:
        yield opened


@pytest.fixture
def sipp(stage: Stage, tmp_path: Path) -> Sipp:
    return Sipp(stage.kamailio.address, tmp_path)


def user(name: str, account: Account, password: str = PASSWORD, *, domain: str = "") -> User:
    return User(name, domain or account.realm, password, processes.free_port())


def is_shown(operator: Browser, door: Door, key: str) -> bool:
    """Whether page and API (where it tells) say that it is registered. Both say the same."""
    on_page = "Registered since" in operator.read(door.page(key))
    by_api = door.is_registered(key)
    return on_page and by_api is not False


def is_gone(operator: Browser, door: Door, key: str) -> bool:
    on_page = "Registered since" in operator.read(door.page(key))
    return not on_page and not door.is_registered(key)


def change(operator: Browser, door: Door, key: str, *, action: str) -> None:
    """Enable or disable it in the browser, and confirm."""
    of_all = f"/accounts/{door.account.auth_id}/{door.name}/"
    operator.submit(f"{of_all}bulk/", page=of_all, action=action, row=key, expected="1", confirmed="1")


def test_sipp_baresip_and_linphone_register_are_seen_and_rebooted_and_go(
    stage: Stage, operator: Browser, door: Door, sipp: Sipp, tmp_path: Path
) -> None:
    name = stage.new_name()
    key = door.create(name, PASSWORD)
    phone = user(name, stage.acme)
    assert is_gone(operator, door, key)
    assert sipp.register(phone)
    assert becomes(lambda: is_shown(operator, door, key))
    assert sipp.register(phone, expires=0)
    assert becomes(lambda: is_gone(operator, door, key))

    def softphone(program: type[Softphone]) -> Softphone:
        return program(name, stage.acme.realm, PASSWORD, stage.kamailio.address, tmp_path / program.__name__)

    with softphone(Linphone), softphone(Baresip):
        assert becomes(lambda: len(stage.locations(name)) == 2, within_seconds=PATIENCE_SECONDS)
        assert is_shown(operator, door, key)
        told = operator.submit(f"{door.page(key)}reboot/", reboot="")
        assert "the phone answered 200 Ok." in told
        assert "the phone received it, and does not know this event (481 " in told
    assert becomes(lambda: is_gone(operator, door, key))


def test_linphone_registers_by_sha_256_where_it_is_asked_to(
    stage: Stage, sha256: Kamailio, door: Door, tmp_path: Path
) -> None:
    name = stage.new_name()
    door.create(name, PASSWORD)
    with Linphone(name, stage.acme.realm, PASSWORD, sha256.address, tmp_path / "phone"):
        assert becomes(lambda: len(stage.locations(name)) == 1, within_seconds=PATIENCE_SECONDS)
    assert "algorithm=SHA-256" in (tmp_path / "phone" / "debug").read_text(errors="replace")


def test_an_event_and_a_body_of_ones_choice_reach_a_phone_from_the_page(
    stage: Stage, operator: Browser, door: Door, tmp_path: Path
) -> None:
    name = stage.new_name()
    key = door.create(name, PASSWORD)
    chosen = {"event": "message-summary", "content_type": "application/simple-message-summary"}
    with Linphone(name, stage.acme.realm, PASSWORD, stage.kamailio.address, tmp_path / "phone"):
        assert becomes(lambda: len(stage.locations(name)) == 1, within_seconds=PATIENCE_SECONDS)
        told = operator.submit(f"{door.page(key)}notify/", **chosen, body="Messages-Waiting: yes")
    assert "the phone answered 200 Ok." in told


def test_what_is_wrong_changed_or_deleted_is_refused_and_gone_at_once(
    stage: Stage, operator: Browser, door: Door, sipp: Sipp
) -> None:
    name = stage.new_name()
    key = door.create(name, PASSWORD)
    right, new = user(name, stage.acme), user(name, stage.acme, OTHER)
    assert sipp.is_refused(new)
    assert sipp.is_refused(user(name, stage.rival))
    assert sipp.register(user(name, stage.acme, domain=stage.acme.realm.upper()))
    assert sipp.register(right)
    door.change(key, password=OTHER)
    assert stage.locations(name) == []
    assert is_gone(operator, door, key)
    assert sipp.is_refused(right)
    assert sipp.register(new)
    assert is_shown(operator, door, key)
    change(operator, door, key, action="disable")
    assert stage.locations(name) == []
    assert is_gone(operator, door, key)
    assert sipp.is_refused(new)
    change(operator, door, key, action="enable")
    assert sipp.register(new)
    door.delete(key)
    assert stage.locations(name) == []
    assert sipp.is_refused(new)


def test_a_registration_that_expires_goes_by_itself(stage: Stage, operator: Browser, door: Door, sipp: Sipp) -> None:
    name = stage.new_name()
    key = door.create(name, PASSWORD)
    assert sipp.register(user(name, stage.acme), expires=2)
    assert is_shown(operator, door, key)
    assert becomes(lambda: is_gone(operator, door, key), within_seconds=2 + SEEN_SECONDS)


def test_one_username_in_two_accounts_is_two_addresses(
    stage: Stage, kind: type[Door], live: LiveConsole, sipp: Sipp
) -> None:
    name = stage.new_name()
    with kind(live.url, stage.acme) as mine, kind(live.url, stage.rival) as theirs:
        key, other_key = mine.create(name, PASSWORD), theirs.create(name, OTHER)
        phone, other = user(name, stage.acme), user(name, stage.rival, OTHER)
        assert sipp.register(phone)
        assert not theirs.is_registered(other_key)
        assert sipp.register(other)
        assert [str(phone.port) in contact for contact in stage.locations(name)] == [True]
        assert [str(other.port) in contact for contact in stage.locations(name, stage.rival)] == [True]
        mine.delete(key)
        assert stage.locations(name) == []
        assert len(stage.locations(name, stage.rival)) == 1


def test_a_device_is_synced_and_notified_by_its_api(stage: Stage, live: LiveConsole, tmp_path: Path) -> None:
    name = stage.new_name()
    body = {"content_type": "application/simple-message-summary", "data": "x: y"}
    notify = {"event": "message-summary", "body": body}
    with (
        DeviceDoor(live.url, stage.acme) as door,
        stage.phone(name) as phone,
    ):
        key = door.create(name, PASSWORD)
        assert phone.register() == 200
        door.ask("POST", f"{door.path(key)}/sync?reboot=true")
        door.ask("PUT", f"{door.path(key)}/notify", {"action": "notify", "data": notify})
    assert [each.first("event") for each in phone.received] == ["check-sync;reboot=true", "message-summary"]
    assert (phone.received[1].first("content-type"), phone.received[1].body) == (
        "application/simple-message-summary", "x: y",
    )  # fmt: skip


def test_endpoints_of_an_account_call_each_other_as_their_flags_permit(
    stage: Stage, live: LiveConsole, sipp: Sipp
) -> None:
    caller, silent, callee = (user(stage.new_name(), stage.acme) for _ in range(3))
    stranger = user(stage.new_name(), stage.rival)
    with EndpointDoor(live.url, stage.acme) as door, EndpointDoor(live.url, stage.rival) as theirs:
        for each in (caller, callee):
            door.create(each.name, PASSWORD)
        door.create(silent.name, PASSWORD, allow_voice=False)
        theirs.create(stranger.name, PASSWORD)
    assert sipp.register(callee)
    answering = sipp.start("answer", callee)
    assert sipp.call(caller, callee.name, callee.domain)
    assert wait(answering)
    for refused in (silent, stranger):
        assert sipp.call(refused, callee.name, callee.domain, scenario="call_403")


def test_a_failure_is_on_the_page_of_attempts_with_its_reason(
    stage: Stage, operator: Browser, live: LiveConsole, sipp: Sipp
) -> None:
    name = stage.new_name()
    with EndpointDoor(live.url, stage.acme) as door:
        door.create(name, PASSWORD)
    assert sipp.is_refused(user(name, stage.acme, OTHER))
    stage.world.run(console.manage, "kamailio_upkeep")
    page = operator.read(f"/accounts/{stage.acme.auth_id}/attempts/?username={name}")
    assert "Wrong password" in page
    assert "127.0.0.1" in page
