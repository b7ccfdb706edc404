"""Who Kamailio shuts out, as the console lists it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from sip.kamailio import rpc
from sip.kamailio.blocks import list_blocks, unblock
from sip.kamailio.registrar import KamailioRegistrar
from sip.registrar import RegistrarBlock, RegistrarUnreachable
from sip.tests.registrar.conftest import FakeKamailio, fault

UNTIL = datetime(2027, 1, 1, tzinfo=UTC)
NOBODY = {"htable.dump": [], "pike.list": {"list": []}}


def slot(name: str) -> dict[str, object]:
    return {"entry": 1, "size": 1, "slot": [{"name": name, "value": int(UNTIL.timestamp()), "type": "int"}]}


def test_guesses_are_listed_with_whom_they_were_for(kamailio: FakeKamailio) -> None:
    key = f"192.0.2.1 {'Zoë x'.encode().hex()}@acme.example"
    kamailio.answers |= NOBODY | {"htable.dump": [slot(key), slot("192.0.2.2")]}
    assert list_blocks() == [
        RegistrarBlock(1, "192.0.2.1", "Zoë x", "acme.example", UNTIL, key),
        RegistrarBlock(1, "192.0.2.2", until=UNTIL, key="192.0.2.2"),
    ]


def test_floods_are_listed_while_they_last(kamailio: FakeKamailio) -> None:
    hot, cold = {"ip_addr": "192.0.2.3", "status": "HOT"}, {"ip_addr": "192.0.2.4", "status": ""}
    kamailio.answers |= NOBODY | {"pike.list": {"list": [hot, cold]}}
    assert list_blocks() == [RegistrarBlock(1, "192.0.2.3")]


def test_every_kamailio_is_asked(kamailio: FakeKamailio, settings: Settings) -> None:
    settings.KAMAILIO_RPC_URL = "http://one:5081,http://two:5081"
    kamailio.answers |= NOBODY | {"htable.dump": [slot("192.0.2.2")]}
    assert [block.server_id for block in list_blocks()] == [1, 2]


def test_lifting_says_whether_there_was_one(kamailio: FakeKamailio) -> None:
    kamailio.answers["htable.delete"] = "Ok. Key deleted."
    assert unblock("192.0.2.2")
    kamailio.answers["htable.delete"] = fault(404, "Key not found in htable.")
    assert not unblock("192.0.2.2")


def test_another_refusal_is_not_taken_for_nothing(kamailio: FakeKamailio) -> None:
    kamailio.answers["htable.delete"] = fault(500, "No such htable")
    with pytest.raises(rpc.Refused):
        unblock("192.0.2.2")


def test_the_registrar_tells_what_went_wrong_in_its_own_words(kamailio: FakeKamailio) -> None:
    kamailio.answers["htable.dump"] = fault(500, "No such htable")
    with pytest.raises(RegistrarUnreachable, match="No such htable"):
        KamailioRegistrar().blocks()
    kamailio.answers["htable.delete"] = "Ok. Key deleted."
    assert KamailioRegistrar().lift_block("192.0.2.2")
