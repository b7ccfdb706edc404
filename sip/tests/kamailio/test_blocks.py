"""Who guesses passwords or floods is shut out for a while, and nobody else is; operators see it and can lift it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sip.tests.kamailio import world as console
from sip.tests.kamailio.conftest import REAL, Stage
from sip.tests.kamailio.servers import Kamailio

pytestmark = REAL
WRONG = "not-the-password"


@pytest.fixture
def guarded(stage: Stage, start_kamailio: Callable[..., Kamailio]) -> Stage:
    """The stage with an instance of its own that blocks after few failures."""
    instance = start_kamailio(guesses_per_user=3, guessed_users_per_source=3, block_seconds=60)
    return replace(stage, kamailio=instance)


def guess(stage: Stage, name: str, times: int, *, source: str = "127.0.0.1") -> list[int | None]:
    with stage.phone(name, password=WRONG, source=source) as phone:
        return [phone.register() for _ in range(times)]


def test_guesses_for_one_user_shut_out_that_user_from_that_source_only(guarded: Stage) -> None:
    (name, _one), (neighbour, _two) = guarded.endpoint(), guarded.endpoint()
    assert guess(guarded, name, 3) == [401, 401, 401]
    with guarded.phone(name) as blocked, guarded.phone(name, source="127.0.0.2") as elsewhere:
        # Even the right password is not heard any more from there: its owner comes from somewhere else.
        assert (blocked.register(), elsewhere.register()) == (None, 200)
    with guarded.phone(neighbour) as next_desk:
        assert next_desk.register() == 200


def test_many_users_tried_from_one_source_shut_out_the_source(guarded: Stage) -> None:
    name, _subscriber = guarded.endpoint()
    for unknown in ("nobody1", "nobody2", "nobody3"):
        assert guess(guarded, unknown, 1, source="127.0.0.5") == [401]
    with guarded.phone(name, source="127.0.0.5") as shut_out, guarded.phone(name) as other:
        assert (shut_out.register(), other.register()) == (None, 200)


def test_a_success_forgives_the_slips_before_it(guarded: Stage) -> None:
    name, _subscriber = guarded.endpoint()
    with guarded.phone(name) as phone:
        for _turn in range(3):
            assert guess(guarded, name, 2) == [401, 401]
            assert phone.register() == 200


def test_an_old_password_during_its_overlap_is_no_guess(guarded: Stage) -> None:
    name, subscriber = guarded.endpoint()
    guarded.world.run(console.endpoint_change, subscriber, password="brand-new-horse-3", overlap_minutes=5)
    with guarded.phone(name) as phone:
        assert [phone.register() for _ in range(5)] == [200] * 5


def test_blocks_are_listed_and_lifted(guarded: Stage) -> None:
    url = guarded.kamailio.rpc_url
    name, _subscriber = guarded.endpoint()
    guess(guarded, name, 3)
    (block,) = guarded.world.run(console.blocks, url)
    assert (block.source, block.username, block.realm) == ("127.0.0.1", name, guarded.acme.realm)
    assert timedelta(seconds=30) < block.until - datetime.now(UTC) <= timedelta(seconds=60)
    assert guarded.world.run(console.unblock, url, block.key)
    assert guarded.world.run(console.blocks, url) == []
    with guarded.phone(name) as phone:
        assert phone.register() == 200


def test_lifting_a_block_that_is_not_there_is_no_error(stage: Stage) -> None:
    assert not stage.world.run(console.unblock, stage.kamailio.rpc_url, "127.0.0.99")


def test_a_strange_name_can_be_unblocked_too(guarded: Stage) -> None:
    url, name = guarded.kamailio.rpc_url, "Zoë o'x☎"
    with guarded.phone("zoe", digest_username=name, password=WRONG) as phone:
        for _ in range(3):
            phone.register()
    (block,) = guarded.world.run(console.blocks, url)
    assert block.username == name
    assert guarded.world.run(console.unblock, url, block.key)


def test_answers_to_no_challenge_of_ours_do_not_count(guarded: Stage) -> None:
    """A forged source address never sees the challenge, so it cannot have its owner blocked."""
    name, _subscriber = guarded.endpoint()
    with guarded.phone(name, password=WRONG) as phone:
        target = f"sip:{phone.domain}"
        header = (
            f'Authorization: Digest username="{name}", realm="{phone.domain}", nonce="made-up", uri="{target}", '
            f'response="{"0" * 32}", qop=auth, nc=00000001, cnonce="x"'
        )
        for _ in range(6):
            answer = phone.send("REGISTER", target, f"sip:{name}@{phone.domain}", [header])
            assert answer is not None
    assert guarded.world.run(console.blocks, guarded.kamailio.rpc_url) == []
    assert guarded.world.run(console.attempts, name) == []


def test_a_challenge_given_to_one_address_is_worth_nothing_from_another(guarded: Stage) -> None:
    name, _subscriber = guarded.endpoint()
    with guarded.phone(name) as phone, guarded.phone(name, source="127.0.0.8") as thief:
        target, to = f"sip:{phone.domain}", f"sip:{name}@{phone.domain}"
        challenge = phone.send("REGISTER", target, to)
        assert challenge is not None
        answer = thief.send("REGISTER", target, to, [phone.credentials(challenge, "REGISTER", target)])
        assert answer is not None
        assert answer.status == 401


def test_a_block_ends_by_itself(stage: Stage, start_kamailio: Callable[..., Kamailio]) -> None:
    guarded = replace(stage, kamailio=start_kamailio(guesses_per_user=2, block_seconds=1))
    name, _subscriber = guarded.endpoint()
    guess(guarded, name, 2)
    deadline = time.monotonic() + 10
    with guarded.phone(name) as phone:
        while phone.register() != 200:
            assert time.monotonic() < deadline


def test_a_flood_is_ignored_and_listed_until_it_ends(stage: Stage, start_kamailio: Callable[..., Kamailio]) -> None:
    flooded = replace(stage, kamailio=start_kamailio(flood_requests=20))
    url = flooded.kamailio.rpc_url
    with flooded.phone("anybody", source="127.0.0.6") as phone, flooded.phone("somebody") as other:
        for _ in range(100):
            phone.send_raw(b"OPTIONS sip:acme.example SIP/2.0\r\n\r\n")
            phone.send_raw(options(phone.port))
        assert "127.0.0.6" in {block.source for block in flooded.world.run(console.blocks, url)}
        assert phone.send("OPTIONS", "sip:acme.example", "sip:acme.example") is None
        answer = other.send("OPTIONS", "sip:acme.example", "sip:acme.example")
        assert answer is not None


def options(port: int) -> bytes:
    return (
        f"OPTIONS sip:acme.example SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.6:{port};branch=z9hG4bKflood\r\n"
        "From: <sip:a@acme.example>;tag=1\r\nTo: <sip:a@acme.example>\r\nCall-ID: flood\r\nCSeq: 1 OPTIONS\r\n"
        "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    ).encode()
