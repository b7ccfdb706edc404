"""Lists: rows, filters, pages, and who uses which device."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import Account
from devices import listing
from devices.models import Device
from devices.tests.support import Kazoo, make_device

MAC = "00:04:f2:ab:7e:fd"
OWNER = "a" * 32


@pytest.fixture
def desk(account: Account) -> Device:
    """A device with everything that filters look for."""
    return make_device(
        account,
        name="Desk",
        mac_address=MAC,
        owner_id=OWNER,
        device_type="sip_device",
        custom={"text": "é", "number": 300, "off": False, "empty": "", "list": ["a", "b"], "zero": 0, "a.b": 1},
        sip={"username": "desk01"},
    )


@pytest.fixture
def other(account: Account) -> Device:
    """A device that is different in all of it."""
    return make_device(account, name="Other", enabled=False, sip={"username": "other1"})


DESK_ONLY = [
    "filter_name=Desk",
    'filter_name=["Desk","Nobody"]',
    "filter_id={id}",
    "filter_mac_address=00:04:F2:AB:7E:FD",
    "filter_mac_address=0004f2ab7efd",
    f"filter_owner_id={OWNER}",
    f'filter_owner_id=["{OWNER}","x"]',
    "filter_device_type=sip_device",
    "filter_enabled=true",
    "filter_sip.username=desk01",
    "filter_custom.text=é",
    "filter_custom.number=300",
    "filter_custom.off=false",
    "filter_custom.list=ab",
    "filter_not_name=Other",
    "filter_not_enabled=false",
    "has_key=custom",
    "has_key=custom.empty",
    "has_value=custom.text",
    "has_value=custom.off",
    "filter_name=Desk&filter_enabled=true&has_key=custom",
]
OTHER_ONLY = [
    "filter_name=Other",
    "filter_mac_address=",
    "filter_owner_id=",
    "filter_device_type=",
    "filter_enabled=false",
    "filter_not_name=Desk",
    "filter_custom.number=",
    "key_missing=custom",
]
BOTH = [
    "",
    "filter_nothing=",
    "filter_sip.method=password",
    "missing_value=name",
    "unknown=1",
    "value_missing=custom.zero",
    "value_missing=custom.empty",
    'filter_enabled=["true","false"]',
    "has_key=name",
]
NEITHER = [
    "filter_name=desk",
    "filter_name=Des",
    "filter_custom=x",
    "filter_not_custom=x&filter_name=Other&filter_custom.number=300",
    "filter_enabled=True",
    "filter_enabled=1",
    "filter_name=%00",
    "filter_name=%ED%A0%80",
    "filter_sip.username=%00desk01",
    "filter_device_type=" + "x" * 100,
    "has_value=custom.empty",
    "filter_name=Desk&filter_enabled=false",
    "filter_custom.a.b=1",
]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        *((query, {"desk"}) for query in DESK_ONLY),
        *((query, {"other"}) for query in OTHER_ONLY),
        *((query, {"desk", "other"}) for query in BOTH),
        *((query, set()) for query in NEITHER),
    ],
)
def test_filters(kazoo: Kazoo, desk: Device, other: Device, query: str, expected: set[str]) -> None:
    names = {desk.device_id: "desk", other.device_id: "other"}
    found = kazoo.ids(query.format(id=desk.device_id))
    assert {names[device_id] for device_id in found} == expected
    assert {
        names[device_id] for device_id in kazoo.ids(query.format(id=desk.device_id) + "&paginate=false")
    } == expected


def test_a_password_cannot_be_filtered_for(account: Account, kazoo: Kazoo) -> None:
    make_device(account, sip={"username": "desk01", "password": "first-secret"})
    assert kazoo.ids("filter_sip.password=first-secret") == []
    assert kazoo.ids("has_key=sip.password") == []


def test_a_row_has_what_the_device_sets(account: Account, kazoo: Kazoo) -> None:
    recording = {"any": {"any": {"enabled": True}}}
    device = make_device(
        account, mac_address=MAC, sip={"username": "desk01"}, flags=["x"], owner_id=OWNER, call_recording=recording
    )
    bare = make_device(account, name="Bare")
    rows = {row["id"]: row for row in kazoo.get("devices").json()["data"]}
    assert rows[device.device_id] == {
        "id": device.device_id,
        "name": "Desk",
        "username": "desk01",
        "mac_address": MAC,
        "owner_id": OWNER,
        "enabled": True,
        "device_type": "sip_device",
        "flags": ["x"],
        "call_recording": recording,
    }
    common = {"enabled": True, "mac_address": "", "device_type": "sip_device", "flags": []}
    assert rows[bare.device_id] == {"id": bare.device_id, "name": "Bare", **common}


# Pages.


def make_many(account: Account, how_many: int, **document: Any) -> list[str]:
    return [make_device(account, name=f"Desk {number}", **document).device_id for number in range(how_many)]


def walk(kazoo: Kazoo, query: str) -> list[list[str]]:
    """Every page from the first to the last."""
    pages, start_key = [], ""
    while True:
        body = kazoo.get(f"devices?{query}&start_key={start_key}").json()
        pages.append([row["id"] for row in body["data"]])
        assert body["page_size"] == len(pages[-1])
        assert body.get("start_key", "") == start_key
        if "next_start_key" not in body:
            return pages
        start_key = body["next_start_key"]


@pytest.mark.parametrize(("size", "lengths"), [(1, [1] * 7), (3, [3, 3, 1]), (7, [7]), (8, [7]), (6, [6, 1])])
@pytest.mark.parametrize("direction", ["", "&ascending=true", "&descending=false"])
def test_pages_hold_every_device_once(
    account: Account, kazoo: Kazoo, size: int, lengths: list[int], direction: str
) -> None:
    ids = make_many(account, 7)
    pages = walk(kazoo, f"page_size={size}{direction}")
    found = [device_id for page in pages for device_id in page]
    assert [len(page) for page in pages] == lengths
    assert found == sorted(ids, reverse=not direction)


def test_without_a_size_a_page_has_fifty(account: Account, kazoo: Kazoo) -> None:
    Device.objects.bulk_create([Device(account=account, name="x", document={"name": "x"}) for _ in range(51)])
    assert [len(page) for page in walk(kazoo, "")] == [50, 1]


def test_all_at_once_has_no_page_in_the_envelope(account: Account, kazoo: Kazoo) -> None:
    make_many(account, 3)
    body = kazoo.get("devices?paginate=false&page_size=1").json()
    assert len(body["data"]) == 3
    assert not body.keys() & {"page_size", "start_key", "next_start_key"}


def test_pages_are_stable_while_devices_come_and_go(account: Account, kazoo: Kazoo) -> None:
    ids = sorted(make_many(account, 6))
    first = kazoo.get("devices?page_size=3&ascending=true").json()
    make_device(account, id="0" * 31 + "1")
    kazoo.delete(f"devices/{ids[2]}")
    rest = kazoo.get(f"devices?page_size=9&ascending=true&start_key={first['next_start_key']}").json()
    assert [row["id"] for row in rest["data"]] == ids[3:]


def test_pages_count_what_passes_the_filters(account: Account, kazoo: Kazoo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "CHUNK_ROWS", 2)
    make_many(account, 5)
    wanted = make_many(account, 4, custom="yes")
    pages = walk(kazoo, "page_size=2&filter_custom=yes")
    assert [len(page) for page in pages] == [2, 2]
    assert sorted(device_id for page in pages for device_id in page) == sorted(wanted)


def test_a_page_looks_at_a_bounded_number_of_documents(
    account: Account, kazoo: Kazoo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MOST_EXAMINED_ROWS", 3)
    make_many(account, 7)
    wanted = make_many(account, 1, custom="yes")
    pages = walk(kazoo, "filter_custom=yes")
    assert [device_id for page in pages for device_id in page] == wanted
    assert len(pages) == 3


@pytest.mark.parametrize("size", ["0", "-1", "x", "", "1.5", "99999999999", "٣"])
def test_a_size_that_is_none(kazoo: Kazoo, size: str) -> None:
    response = kazoo.get(f"devices?page_size={size}")
    assert (response.status_code, response.json()["message"]) == (404, "faulty_request")
    assert response.json()["data"] == {"message": "invalid page size"}


@pytest.mark.parametrize("key", ["x", "%00", "é", "AAAA", "'; --", "A" * 5000])
def test_a_start_key_that_is_none(kazoo: Kazoo, key: str) -> None:
    response = kazoo.get(f"devices?start_key={key}")
    assert (response.status_code, response.json()["data"]) == (404, {"message": "invalid start key"})


def gregorian(moment: datetime) -> int:
    return int(moment.timestamp()) + 62_167_219_200


@pytest.mark.parametrize("what", ["created", "modified"])
@pytest.mark.parametrize(
    ("end", "offset", "is_found"),
    [("from", 0, True), ("from", -1, True), ("from", 1, False), ("to", 0, True), ("to", 1, True), ("to", -1, False)],
)
def test_ranges_of_time_include_their_ends(
    account: Account, kazoo: Kazoo, what: str, end: str, offset: int, is_found: bool
) -> None:
    then = datetime(2026, 3, 1, 12, 0, 0, 700_000, tzinfo=UTC)
    device = make_device(account)
    Device.objects.filter(pk=device.pk).update(created_at=then, updated_at=then)
    found = kazoo.ids(f"{what}_{end}={gregorian(then) + offset}")
    assert (found == [device.device_id]) == is_found


@pytest.mark.parametrize("text", ["", "x", "-1", "1" * 40, "999999999999"])
def test_a_time_that_is_none_is_no_filter(account: Account, kazoo: Kazoo, text: str) -> None:
    make_device(account)
    assert len(kazoo.ids(f"created_from={text}")) == 1


@pytest.mark.parametrize("seconds", [0, 1, 31_622_400, 299_999_999_999])
def test_any_time_can_be_asked_for(account: Account, kazoo: Kazoo, seconds: int) -> None:
    make_device(account)
    assert len(kazoo.ids(f"created_from={seconds}")) + len(kazoo.ids(f"created_to={seconds}")) == 1
