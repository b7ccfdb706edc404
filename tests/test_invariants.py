"""``manage.py verify``: each promise between rows is broken on purpose, found, and mended where that is safe."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F, QuerySet

from accounts.models import Account
from console import invariants
from console.models import RowCounter
from devices.models import Device
from devices.services import device_create
from endpoints.models import Endpoint
from sip.models import Realm, Secret, Subscriber
from tests.tenants import make_account, make_credential, make_endpoint

pytestmark = pytest.mark.django_db
DEVICE = {"name": "Desk", "mac_address": "00:04:f2:ab:7e:fd", "sip": {"username": "dev1", "password": "SecurePass123"}}


@pytest.fixture(autouse=True)
def objects(account: Account, sub_account: Account) -> None:
    make_endpoint(account, "desk1")
    make_endpoint(account, "desk2", sub_account=sub_account)
    make_credential(sub_account, "trunk1")
    device_create(account=account, data=DEVICE)


def lose_a_secret() -> None:
    Secret.objects.filter(subscriber__username="desk1").delete()


def lose_an_endpoint() -> None:
    Endpoint.objects.filter(username="desk1")._raw_delete("default")


def rename_a_subscriber() -> None:
    QuerySet(Subscriber).filter(username="desk1").update(username="other")  # our own managers refuse it


def enable_a_disabled_one() -> None:
    Endpoint.objects.filter(username="desk1").update(enabled=False)


def give_a_subscriber_away() -> None:
    stranger = make_account("Stranger")
    Subscriber.objects.filter(username="trunk1").update(account=stranger)


def lose_a_realm() -> None:
    make_account("Lonely")
    Realm.objects.filter(account__name="Lonely").delete()


def miscount() -> None:
    RowCounter.objects.filter(table="endpoints_endpoint").update(value=F("value") + 1)


def misfile_a_device() -> None:
    Device.objects.update(mac_address="ffffffffffff")


def lose_a_trigram() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO endpoints_endpoint_trigrams(endpoints_endpoint_trigrams) VALUES ('delete-all')")


Break = Callable[[], None]
CASES: list[tuple[Break, set[str], bool]] = [  # how, what is found, whether it can be mended
    (lose_a_secret, {"subscribers without a current password"}, False),
    (lose_an_endpoint, {"subscribers that nothing was provisioned as"}, True),
    (rename_a_subscriber, {"objects whose subscriber is of another name or account"}, False),
    (enable_a_disabled_one, {"objects whose subscriber is enabled or disabled otherwise"}, True),
    (
        give_a_subscriber_away,
        {"subscribers in a realm of another account", "objects whose subscriber is of another name or account"},
        False,
    ),
    (lose_a_realm, {"accounts without their realms"}, False),
    (miscount, {"row counters that are not exact"}, True),
    (misfile_a_device, {"devices whose columns differ from their document"}, True),
]
TRIGRAMS = {"trigrams that are not those of their rows"}  # PostgreSQL keeps its own in order
if connection.vendor == "sqlite":
    CASES.append((lose_a_trigram, TRIGRAMS, True))


def test_every_promise_is_broken_by_a_case() -> None:
    broken = {name for _, names, _ in CASES for name in names} | TRIGRAMS
    assert {invariant.name for invariant in invariants.registered()} == broken


def test_a_sound_console_has_nothing_to_find() -> None:
    assert invariants.verify() == []


@pytest.mark.parametrize(("break_it", "names", "is_mended"), CASES, ids=[case[0].__name__ for case in CASES])
def test_what_is_broken_is_found_and_mended_where_nothing_is_lost(
    break_it: Break, names: set[str], is_mended: bool
) -> None:
    break_it()
    assert {finding.name for finding in invariants.verify()} == names
    findings = invariants.verify(should_repair=True)
    assert [finding.is_left for finding in findings] == [not is_mended] * len(names)
    assert bool(invariants.verify()) is not is_mended


def test_the_command_names_what_is_broken_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    lose_a_secret()
    with pytest.raises(SystemExit) as ended:
        call_command("verify")
    assert ended.value.code == 1
    assert "without a current password: 1: desk1@" in capsys.readouterr().out


def test_the_command_mends_and_succeeds(capsys: pytest.CaptureFixture[str]) -> None:
    miscount()
    call_command("verify", "--repair", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["checked"], len(told["broken"]), told["broken"][0]["repaired"] > 0) == (
        len(invariants.registered()),
        1,
        True,
    )
    call_command("verify")
