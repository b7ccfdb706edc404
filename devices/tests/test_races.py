"""Many writers at once: one wins, the others are told, and nothing is half written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest
from django.db import connections

from accounts.models import Account
from console import counters
from devices.models import Device
from devices.tests.support import SIP, Kazoo, make_device
from sip.models import Secret, Subscriber

THREADS = 16
MAC = "00:04:f2:ab:7e:fd"
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(times: int, ask: Callable[[int], Any]) -> Counter[int]:
    """Ask many times from many threads; how often each status was answered."""

    def one(number: int) -> int:
        try:
            return int(ask(number).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(pool.map(one, range(times)))


@pytest.fixture
def client_of(account: Account) -> Callable[[], Kazoo]:
    """Makes clients that share a token, one for each thread."""
    token = Kazoo(account).token
    return lambda: Kazoo(account, token)


def test_200_devices_with_one_mac(account: Account, client_of: Callable[[], Kazoo]) -> None:
    found = at_once(200, lambda number: client_of().put("devices", {"name": f"Desk {number}", "mac_address": MAC}))
    assert found == {201: 1, 400: 199}
    assert Device.objects.count() == counters.total(Device, account.pk) == 1


def test_many_devices_with_one_username(client_of: Callable[[], Kazoo]) -> None:
    names = ["desk01", "DESK01", "Desk01"]
    found = at_once(
        30, lambda number: client_of().put("devices", {"name": "x", "sip": {**SIP, "username": names[number % 3]}})
    )
    assert found == {201: 1, 400: 29}
    assert (Subscriber.objects.count(), Secret.objects.count()) == (1, 1)


def test_many_devices_with_one_id(client_of: Callable[[], Kazoo]) -> None:
    found = at_once(30, lambda _number: client_of().put("devices", {"name": "x", "id": "a" * 32}))
    assert found == {201: 1, 409: 29}


def test_many_writers_who_saw_the_same_revision(account: Account, client_of: Callable[[], Kazoo]) -> None:
    device = make_device(account)
    headers = {"If-Match": f'"{device.revision}"'}
    path = f"devices/{device.device_id}"
    found = at_once(30, lambda number: client_of().patch(path, {"name": f"Desk {number}"}, headers=headers))
    assert found == {200: 1, 412: 29}
    assert Device.objects.get().revision.startswith("2-")


def test_many_writers_who_do_not_care_lose_no_change(account: Account, client_of: Callable[[], Kazoo]) -> None:
    path = f"devices/{make_device(account).device_id}"
    assert at_once(30, lambda number: client_of().patch(path, {f"key{number}": number})) == {200: 30}
    document = Device.objects.get().document
    assert all(document[f"key{number}"] == number for number in range(30))


def test_deleting_twice_and_changing_meanwhile(account: Account, client_of: Callable[[], Kazoo]) -> None:
    path = f"devices/{make_device(account, sip=SIP).device_id}"
    ticks = count()

    def ask(number: int) -> Any:
        kazoo = client_of()
        if number % 3 == 0:
            return kazoo.delete(path)
        return kazoo.patch(path, {"sip": {"password": f"secret-{next(ticks)}"}})

    found = at_once(30, ask)
    assert set(found) <= {200, 404}
    assert (Device.objects.count(), Subscriber.objects.count(), Secret.objects.count()) == (0, 0, 0)


def test_moving_macs_round_in_a_ring(account: Account, client_of: Callable[[], Kazoo]) -> None:
    """Every writer wants what another one has: none gets it, and nobody waits for ever."""
    devices = [make_device(account, mac_address=f"00:04:f2:00:00:0{number}") for number in range(4)]

    def ask(number: int) -> Any:
        wanted = devices[(number + 1) % 4].document["mac_address"]
        return client_of().patch(f"devices/{devices[number % 4].device_id}", {"mac_address": wanted})

    assert at_once(24, ask) == {400: 24}
