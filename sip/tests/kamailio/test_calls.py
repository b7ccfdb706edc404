"""Calls between phones of one realm: placed by sipp, as the caller's flags permit, and nobody else's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sip.tests.kamailio.conftest import PASSWORD, REAL, Account, Stage
from sip.tests.kamailio.phone import Phone
from sip.tests.kamailio.sipp import Sipp, User, wait
from tests import processes

pytestmark = REAL


@pytest.fixture
def sipp(stage: Stage, tmp_path: Path) -> Sipp:
    return Sipp(stage.kamailio.address, tmp_path)


def somebody(stage: Stage, *, account: Account | None = None, **fields: Any) -> User:
    """A new endpoint with a port to phone from."""
    name, _subscriber = stage.endpoint(account=account, **fields)
    return User(name, (account or stage.acme).realm, PASSWORD, processes.free_port())


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_an_endpoint_calls_another_and_hangs_up(stage: Stage, sipp: Sipp, transport: str) -> None:
    caller, callee = somebody(stage), somebody(stage)
    assert sipp.register(callee)
    answering = sipp.start("answer", callee)
    assert sipp.call(caller, callee.name, callee.domain, transport=transport)
    assert wait(answering)


def test_a_domain_in_another_case_is_still_ones_own(stage: Stage, sipp: Sipp) -> None:
    caller, callee = somebody(stage), somebody(stage)
    assert sipp.register(callee)
    answering = sipp.start("answer", callee)
    assert sipp.call(caller, callee.name.upper(), callee.domain.upper())
    assert wait(answering)


@pytest.mark.parametrize("flags", [{"allow_voice": False}, {"allow_same_domain": False}])
def test_a_caller_without_the_permission_is_refused(stage: Stage, sipp: Sipp, flags: dict[str, Any]) -> None:
    caller, callee = somebody(stage, **flags), somebody(stage)
    assert sipp.register(callee)
    assert sipp.call(caller, callee.name, callee.domain, scenario="call_403")


def test_nobody_calls_into_another_account(stage: Stage, sipp: Sipp) -> None:
    caller, callee = somebody(stage, account=stage.rival), somebody(stage)
    assert sipp.register(callee)
    assert sipp.call(caller, callee.name, callee.domain, scenario="call_403")


def test_who_is_not_registered_is_not_found(stage: Stage, sipp: Sipp) -> None:
    caller, callee = somebody(stage), somebody(stage)
    assert sipp.call(caller, callee.name, callee.domain, scenario="call_404")


def test_a_refused_call_is_in_the_authentication_log(stage: Stage) -> None:
    from sip.tests.kamailio import world as console

    name, _subscriber = stage.endpoint(allow_voice=False)
    with stage.phone(name) as phone:
        assert (phone.invite("anybody"), phone.invite("anybody", "elsewhere.example")) == (403, 403)
    logged = stage.world.run(console.attempts, name)
    assert [(each["method"], each["reason"]) for each in logged] == [("INVITE", "voice")] * 2


def test_a_wrong_password_calls_nobody(stage: Stage) -> None:
    (name, _one), (callee, _two) = stage.endpoint(), stage.endpoint()
    with stage.phone(name, password="not-the-password") as phone, stage.phone(callee) as other:
        assert (other.register(), phone.invite(callee)) == (200, 407)
    assert other.received == []


def test_a_caller_is_who_the_password_says(stage: Stage) -> None:
    (name, _one), (victim, _two), (callee, _three) = (stage.endpoint() for _ in range(3))
    with stage.phone(victim, digest_username=name) as phone, stage.phone(callee) as other:
        assert (other.register(), phone.invite(callee)) == (200, 403)
    assert other.received == []


def test_an_identity_that_a_phone_vouches_for_itself_is_not_passed_on(stage: Stage) -> None:
    (name, _one), (callee, _two) = stage.endpoint(), stage.endpoint()
    claims = ["P-Asserted-Identity: <sip:boss@acme.example>", "Remote-Party-ID: <sip:boss@acme.example>"]
    with stage.phone(name) as phone, stage.phone(callee, answers={"INVITE": 486}) as other:
        assert (other.register(), phone.invite(callee, headers=claims)) == (200, 486)
    invite = other.received[0]
    assert invite.all("p-asserted-identity") + invite.all("remote-party-id") + invite.all("proxy-authorization") == []


def test_every_phone_of_the_callee_rings(stage: Stage) -> None:
    (name, _one), (callee, _two) = stage.endpoint(), stage.endpoint()
    busy: dict[str, Any] = {"answers": {"INVITE": 486}}
    with stage.phone(name) as phone, stage.phone(callee, **busy) as desk, stage.phone(callee, **busy) as mobile:
        assert (desk.register(), mobile.register(), phone.invite(callee)) == (200, 200, 486)
    assert [each.received[0].method for each in (desk, mobile)] == ["INVITE", "INVITE"]


def test_a_call_reaches_a_phone_on_another_transport(stage: Stage) -> None:
    (name, _one), (callee, _two) = stage.endpoint(), stage.endpoint()
    with stage.phone(name) as phone, stage.phone(callee, transport="tcp", answers={"INVITE": 486}) as other:
        assert (other.register(), phone.invite(callee)) == (200, 486)


# --- nobody relays through here without a call of his own -------------------------------------------------------------


@pytest.mark.parametrize("method", ["INVITE", "BYE", "INFO", "REFER", "MESSAGE"])
@pytest.mark.parametrize("route", ["", "Route: <sip:{server};lr>", "Route: <sip:{server};lr;key={key}>"])
def test_a_forged_request_within_a_call_is_relayed_nowhere(stage: Stage, method: str, route: str) -> None:
    with stage.phone("stranger") as phone, stage.phone("victim") as victim:
        server = f"127.0.0.1:{stage.options.sip_port}"
        headers = [route.format(server=server, key="0" * 64)] if route else []
        answer = phone.send(method, f"sip:victim@127.0.0.1:{victim.port}", "<sip:x@acme.example>;tag=forged", headers)
        assert answer is not None
        assert answer.status in (403, 404)
    assert victim.received == []


def test_a_route_of_the_callers_choice_leads_nowhere(stage: Stage) -> None:
    (name, _one), (callee, _two) = stage.endpoint(), stage.endpoint()
    with (
        stage.phone(name) as phone,
        stage.phone("victim") as victim,
        stage.phone(callee, answers={"INVITE": 486}) as other,
    ):
        headers = [f"Route: <sip:127.0.0.1:{stage.options.sip_port};lr>", f"Route: <sip:127.0.0.1:{victim.port};lr>"]
        assert (other.register(), phone.invite(callee, headers=headers)) == (200, 486)
    assert victim.received == []


@pytest.mark.parametrize("method", ["MESSAGE", "SUBSCRIBE", "PUBLISH", "INFO", "REFER", "NOTIFY"])
def test_what_is_not_offered_is_refused(stage: Stage, method: str) -> None:
    with stage.phone("anybody") as phone:
        assert status(phone, method) in (405, 489)


def status(phone: Phone, method: str) -> int | None:
    answer = phone.send(method, "sip:victim@acme.example", "sip:victim@acme.example")
    return answer.status if answer else None
