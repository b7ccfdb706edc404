"""NOTIFYs to real sockets: who answers what, and what the console makes of it."""

from __future__ import annotations

import time
from contextlib import ExitStack

import pytest
from django.core.exceptions import ValidationError

from sip.tests.kamailio import world as console
from sip.tests.kamailio.conftest import PASSWORD, REAL, Stage

pytestmark = REAL


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("status", [200, 481, 489, 603])
def test_the_phones_own_status_comes_back(stage: Stage, transport: str, status: int) -> None:
    name, subscriber = stage.endpoint()
    with stage.phone(name, transport=transport, answers={"NOTIFY": status}) as phone:
        assert phone.register() == 200
        assert stage.world.run(console.sync, subscriber) == [("answered", status)]
    assert phone.received[0].first("event") == "check-sync"


@pytest.mark.parametrize(
    ("reboot", "event"), [(None, "check-sync"), (True, "check-sync;reboot=true"), (False, "check-sync;reboot=false")]
)
def test_sync_says_whether_to_reboot_when_asked_to(stage: Stage, event: str, *, reboot: bool | None) -> None:
    name, subscriber = stage.endpoint()
    with stage.phone(name) as phone:
        phone.register()
        stage.world.run(console.sync, subscriber, reboot=reboot)
    assert phone.received[0].first("event") == event


def test_an_event_and_a_body_of_ones_choice_arrive_as_they_are(stage: Stage) -> None:
    name, subscriber = stage.endpoint()
    body = 'Messages-Waiting: yes\r\nVoice-Message: 2/0\r\n\r\nGrüße "quoted" \\ !!'
    with stage.phone(name) as phone:
        phone.register()
        what = {"event": "message-summary", "content_type": "application/simple-message-summary", "body": body}
        assert stage.world.run(console.notify, subscriber, **what) == [("answered", 200)]
    (notify,) = phone.received
    assert (notify.first("content-type"), notify.body) == ("application/simple-message-summary", body)


def test_who_is_not_registered_gets_nothing_and_the_console_says_so(stage: Stage) -> None:
    _name, subscriber = stage.endpoint()
    assert stage.world.run(console.sync, subscriber) == []


def test_a_silent_phone_is_a_timeout_within_seconds(stage: Stage) -> None:
    name, subscriber = stage.endpoint()
    with stage.phone(name, answers={"NOTIFY": 0}) as phone:
        phone.register()
        started = time.monotonic()
        assert stage.world.run(console.sync, subscriber) == [("timed_out", None)]
    assert time.monotonic() - started < 7


def test_silent_phones_hold_up_neither_each_other_nor_the_good_one(stage: Stage) -> None:
    name, subscriber = stage.endpoint()
    with ExitStack() as stack:
        silent = [stack.enter_context(stage.phone(name, answers={"NOTIFY": 0})) for _ in range(8)]
        good = stack.enter_context(stage.phone(name))
        assert [phone.register() for phone in (*silent, good)] == [200] * 9
        started = time.monotonic()
        outcomes = stage.world.run(console.sync, subscriber)
        assert time.monotonic() - started < 8
    assert outcomes.count(("timed_out", None)) == 8
    assert outcomes.count(("answered", 200)) == 1


def test_a_phone_whose_connection_is_gone_times_out(stage: Stage) -> None:
    name, subscriber = stage.endpoint()
    with stage.phone(name, transport="tcp") as phone:
        phone.register()
    assert stage.world.run(console.sync, subscriber)[0][0] in ("timed_out", "not_sent")


def test_the_notify_names_the_phones_port_and_not_the_consoles(stage: Stage) -> None:
    name, subscriber = stage.endpoint()
    with stage.phone(name, transport="tcp") as phone:
        phone.register()
        stage.world.run(console.sync, subscriber)
    via, contact = phone.received[0].first("via"), phone.received[0].first("contact")
    assert f"127.0.0.1:{stage.options.sip_port}" in via
    assert f"127.0.0.1:{stage.options.sip_port}" in contact


@pytest.mark.parametrize("spelling", ["lower", "shown"])
def test_a_phone_that_asks_who_is_calling_gets_the_subscribers_digest(stage: Stage, spelling: str) -> None:
    account = stage.world.run(console.account, f"asking-{spelling}")
    name = stage.new_name()
    subscriber = stage.world.run(console.credential, account["id"], name, PASSWORD)
    realm = account["realm"] if spelling == "shown" else account["realm"].lower()
    with stage.phone(name, domain=account["realm"]) as phone:
        phone.register()
        phone.challenge = f'Digest realm="{realm}", nonce="abc", qop="auth", algorithm=MD5'
        what = {"event": "check-sync", "content_type": "text/plain", "body": "please"}
        assert stage.world.run(console.notify, subscriber, **what) == [("answered", 200)]
    *plain, authenticated = phone.received
    assert [notify.all("authorization") for notify in plain] == [[], []]
    assert authenticated.body == "please"
    assert is_right(authenticated.first("authorization"), name, realm)


def is_right(header: str, username: str, realm: str) -> bool:
    """Whether a Digest header answers its challenge, by the console's own judgement."""
    from sip.authorization import parse
    from sip.digest import DigestRequest, response
    from sip.hashing import Algorithm, hash_set

    fields = parse(header)
    assert fields is not None
    request = DigestRequest.from_fields(fields | {"method": "NOTIFY"})
    assert request is not None
    return response(Algorithm.MD5, hash_set(username, realm, PASSWORD).md5, request) == fields["response"]


def test_a_phone_that_does_not_accept_the_digest_is_reported_as_it_is(stage: Stage) -> None:
    name, subscriber = stage.endpoint()
    with stage.phone(name) as phone:
        phone.register()
        phone.challenge, phone.is_never_content = f'Digest realm="{stage.acme.realm}", nonce="abc", qop="auth"', True
        assert stage.world.run(console.sync, subscriber) == [("answered", 401)]
    assert phone.received[-1].all("authorization")


@pytest.mark.parametrize(
    "challenge", ['realm="the phone", nonce="abc"', 'realm="{realm}", nonce="abc", algorithm=SHA-256']
)
def test_a_challenge_that_no_stored_hash_answers_is_reported_as_it_is(stage: Stage, challenge: str) -> None:
    name, subscriber = stage.endpoint()
    with stage.phone(name) as phone:
        phone.register()
        phone.challenge = "Digest " + challenge.format(realm=stage.acme.realm)
        assert stage.world.run(console.sync, subscriber) == [("answered", 401)]
    assert len(phone.received) == 1


@pytest.mark.parametrize(
    "what",
    [
        {"event": "check-sync\r\nX-Forged: yes"},
        {"event": "check-sync\nX-Forged: yes"},
        {"event": "check sync"},
        {"event": ""},
        {"event": "x" * 129},
        {"event": "x", "body": "b", "content_type": "text/plain\r\nX-Forged: yes"},
        {"event": "x", "body": "b", "content_type": ""},
        {"event": "x", "body": "a\0b", "content_type": "text/plain"},
        {"event": "x", "body": "b" * 20_000, "content_type": "text/plain"},
    ],
)
def test_what_would_forge_a_header_is_refused(stage: Stage, what: dict[str, str]) -> None:
    name, subscriber = stage.endpoint()
    with stage.phone(name) as phone:
        phone.register()
        with pytest.raises(ValidationError):
            stage.world.run(console.notify, subscriber, **what)
    assert phone.received == []


def test_a_contact_of_the_phones_own_making_forges_nothing(stage: Stage) -> None:
    name, subscriber = stage.endpoint()
    with stage.phone(name) as phone:
        phone.contact = f"sip:{name}@127.0.0.1:{phone.port};x=%0d%0aX-Forged:yes"
        assert phone.register() == 200
        assert stage.world.run(console.sync, subscriber) == [("answered", 200)]
    assert phone.received[0].all("x-forged") == []


def test_the_console_says_when_kamailio_is_not_there(stage: Stage) -> None:
    name, subscriber = stage.endpoint()
    with stage.phone(name) as phone:
        phone.register()
    with pytest.raises(Exception, match="cannot be reached"):
        stage.world.run(console.sync_at, "http://127.0.0.1:9", subscriber)
    assert "does not answer" in stage.world.run(console.health_at, "http://127.0.0.1:9")


def test_the_console_is_content_with_a_running_kamailio(stage: Stage) -> None:
    assert stage.world.run(console.health_at, stage.kamailio.rpc_url) == ""
