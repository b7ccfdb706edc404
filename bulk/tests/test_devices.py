"""Devices in files."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Account
from bulk import parts, services
from bulk.kinds.registry import kinds
from bulk.models import Job, Mode, Role
from bulk.overlaps import overlapping
from bulk.tests.conftest import apply, check_file, errors_of, settle
from bulk.tests.test_export import ODD, file_of
from console.models import AuditEntry
from devices.models import Device, KazooUser
from devices.services import device_create, device_delete
from devices.user_services import user_create
from sip.models import Secret, Subscriber
from tests.tenants import SIP_PASSWORD, make_credential

pytestmark = pytest.mark.django_db


def add(account: Account, name: str = "Desk", **data: Any) -> Device:
    return device_create(account=account, data={"name": name, **data}).device


def with_phone(username: str, password: str = SIP_PASSWORD, **more: Any) -> dict[str, Any]:
    return {"sip": {"username": username, "password": password, **more}}


def counts(job: Any) -> tuple[int, int, int, int]:
    return job.created_count, job.changed_count, job.unchanged_count, job.refused_count


def test_devices_are_made_and_missing_passwords_too(account: Account) -> None:
    user = user_create(user=KazooUser(account=account, name="Jo"))
    text = (
        "name,mac,type,username,sip.password,owner,document\n"
        "Desk,0004.f2ab.7efd,sip_device,desk,,Jo,"
        '"{""x_room"": ""7 \'east\'"", ""sip"": {""invite_format"": ""route""}}"\n'
        f"Hall,,softphone,hall,{SIP_PASSWORD},{user.user_id},\n"
        "Door,,,,,,\n"
    )
    job = apply(check_file(account, "devices", text))
    assert counts(job) == (3, 0, 0, 0)
    desk, hall, door = Device.objects.order_by("pk")
    assert (desk.mac_address, desk.owner_id, desk.document["x_room"]) == ("0004f2ab7efd", user.user_id, "7 'east'")
    assert (desk.document["sip"]["invite_format"], hall.device_type, door.subscriber) == ("route", "softphone", None)
    made = {card["username"]: card for card in services.secrets_take(job=job)}
    assert (set(made), made["hall"]["password"], made["desk"]["name"]) == ({"desk", "hall"}, SIP_PASSWORD, "Desk")
    assert counts(check_file(account, "devices", text.replace(SIP_PASSWORD, ""))) == (0, 0, 3, 0)
    assert counts(check_file(account, "devices", text)) == (0, 0, 3, 0)


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("name\n" + "x" * 129, "name", "String must not be more than 128 characters"),
        ("name,mac_address\nOther,00:04:f2:ab:7e:fd", "", None),
        ("name,device_id\nOther,x", "device_id", "Enter 32 hexadecimal digits in lower case."),
        (f"name,device_id\nOther,{'0' * 32}", "device_id", "Device not found"),
        ("name,owner_id\nOther,Nobody", "owner_id", "Device user not found"),
        ("name,owner_id\nOther,Twin", "owner_id", "Several device users have this name: give the id"),
        ("name,enabled\nOther,perhaps", "enabled", "Enter true or false"),
        ("name,document\nOther,{", "document", "This is no well-formed JSON."),
        ("name,document\nOther,[]", "document", "Enter a JSON object."),
        ('name,document\nOther,"{""media"": 1}"', "document", "media: Value must be of type object"),
        ("name,sip.username\nOther,reception", "sip.username", "SIP credentials already in use"),
        ("name,sip.realm\nOther,elsewhere.example.com", "sip.realm", "Not a realm of this account"),
        ("name,sip.username,sip.password\nOther,new,1234", "sip.password", "String must be at least 5 characters"),
        ("name,sip.method,sip.ip\nOther,ip,nowhere", "sip.ip", "Must be an IPv4 address such as 192.0.2.10"),
        ("device_id,sip.username\n{desk},other", "sip.password", None),
        ("device_id,device_type\n{desk},softphone", "device_type", "The type of a device cannot be changed"),
        ("name\nSame", "name", "Several devices have this name: give the device_id"),
    ],
)
def test_a_broken_rule_is_said_beside_its_column(account: Account, line: str, column: str, words: str | None) -> None:
    for name in ("Twin", "Twin"):
        user_create(user=KazooUser(account=account, name=name))
    desk = add(account, mac_address="0004f2ab7efd", device_type="sip_device", **with_phone("desk"))
    make_credential(account, "reception")
    for _twin in range(2):
        add(account, "Same")
    job = check_file(account, "devices", line.replace("{desk}", desk.device_id) + "\n")
    if not column:
        assert counts(job) == (0, 1, 0, 0)  # the MAC address finds the device: it gets another name
        return
    [(_number, found, said)] = errors_of(job)
    assert found == column
    assert words is None or said.startswith(words)


def test_what_a_file_says_twice_is_refused(account: Account) -> None:
    text = (
        "name,mac_address,sip.username,sip.method,sip.ip\n"
        "A,000000000001,aa,,\nB,00:00:00:00:00:01,bb,,\nC,,AA,,\nD,,,ip,192.0.2.1\nE,,,ip,192.0.2.1\nF,,,,\nF,,,,\n"
    )
    job = check_file(account, "devices", text)
    assert [(line, column) for line, column, _words in errors_of(job)] == [
        (3, "mac_address"), (4, "sip.username"), (6, "sip.ip"), (8, "name"),
    ]  # fmt: skip


def test_an_account_gets_no_more_devices_than_its_limit(account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(device_limit=2)
    add(account)
    job = check_file(Account.objects.get(pk=account.pk), "devices", "name\nA\nB\nC\n")
    assert counts(job) == (1, 0, 0, 2)
    assert [words for *_where, words in errors_of(job)] == ["account: The account's limit of 2 devices is reached"] * 2


def test_empty_cells_take_keys_away_and_columns_that_are_not_there_change_nothing(account: Account) -> None:
    device = add(account, mac_address="0004f2ab7efd", x_room="7", **with_phone("desk"))
    job = apply(check_file(account, "devices", f"device_id,mac_address,name\n{device.device_id},,\n"))
    device.refresh_from_db()
    assert (counts(job), device.mac_address, device.name) == ((0, 1, 0, 0), None, "Desk")
    assert (device.document["x_room"], device.username, device.subscriber is not None) == ("7", "desk", True)


def test_a_password_in_the_file_is_set_and_the_same_one_is_nothing_new(account: Account) -> None:
    add(account, **with_phone("desk"))
    assert counts(check_file(account, "devices", f"name,username,password\nDesk,desk,{SIP_PASSWORD}\n"))[2] == 1
    before = Secret.objects.get().sha256
    job = apply(check_file(account, "devices", "name,username,sip.password\nDesk,desk,Another123\n"))
    assert (job.changed_count, Secret.objects.get().sha256 != before) == (1, True)


def test_what_is_taken_since_the_dry_run_is_a_refused_line(account: Account) -> None:
    job = check_file(account, "devices", "name,sip.username\nDesk,desk\nHall,hall\n")
    add(account, "First", **with_phone("desk"))
    done = apply(job, Mode.GOOD)
    assert counts(done) == (1, 1, 0, 0)  # the username finds the device that is there now


def test_an_import_of_devices_is_undone_whatever_was_there(account: Account) -> None:
    desk = add(account, x_room="7", x_long="y" * 600, x_token="theirs", **with_phone("desk"))
    add(account, "Same", **with_phone("same"))
    before = {device.device_id: device.document for device in Device.objects.all()}
    document = '"{""x_new"": {""a.b"": 1}}"'
    text = f"device_id,name,sip.username,document\n{desk.device_id},Other,desk,{document}\n,New,,\n,Same,same,\n"
    job = apply(check_file(account, "devices", text))
    assert counts(job) == (1, 1, 1, 0)
    assert "x_long" not in Device.objects.get(pk=desk.pk).document
    undo = settle(services.undo_start(job=job))
    assert (undo.created_count, undo.changed_count, undo.refused_count) == (1, 1, 0)
    assert {device.device_id: device.document for device in Device.objects.all()} == before
    assert not job.parts.filter(role=Role.FORMER).exists()


def test_each_of_many_devices_gets_its_own_former_document(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LINES_PER_PART", 2)
    for number in range(5):
        add(account, f"Desk {number}", x_long=str(number) * 600, **with_phone(f"desk{number}"))
    before = [device.document for device in Device.objects.order_by("pk")]
    lines = "".join(f"Hall {number},desk{number},{{}}\n" for number in (3, 0, 4, 1, 2))
    job = apply(check_file(account, "devices", "name,sip.username,document\n" + lines), Mode.GOOD)
    assert settle(services.undo_start(job=job)).changed_count == 5
    assert [device.document for device in Device.objects.order_by("pk")] == before


def test_former_documents_are_erased_after_a_day_unless_they_are_needed(account: Account) -> None:
    add(account, **with_phone("desk"))
    job = apply(check_file(account, "devices", "name,sip.username\nHall,desk\n"))
    assert services.erase_expired() == 0
    undo = services.undo_start(job=job)
    Job.objects.filter(pk=job.pk).update(finished_at=timezone.now() - timedelta(days=1))
    services.erase_expired()
    assert job.parts.filter(role=Role.FORMER).count() == 1
    services.job_cancel(job=undo)
    services.erase_expired()
    assert not job.parts.filter(role=Role.FORMER).exists()


def test_a_former_document_that_was_erased_is_not_guessed(account: Account) -> None:
    desk = add(account, **with_phone("desk"))
    job = apply(check_file(account, "devices", "name,sip.username\nHall,desk\n"))
    job.parts.filter(role=Role.FORMER).delete()
    undo = settle(services.undo_start(job=job))
    assert errors_of(undo) == [[1, "", "What was there before has been erased."]]
    desk.refresh_from_db()
    assert desk.name == "Hall"


def test_the_id_of_a_document_is_taken_as_the_api_takes_it(account: Account) -> None:
    known, wanted = add(account).device_id, "0123456789abcdef" * 2
    lines = [("A", wanted), ("B", known), ("C", "x"), ("D", wanted)]
    text = "name,document\n" + "".join(f'{name},"{{""id"": ""{given}""}}"\n' for name, given in lines)
    job = apply(check_file(account, "devices", text), Mode.GOOD)
    assert Device.objects.get(name="A").device_id == wanted
    assert [(line, column) for line, column, _words in errors_of(job)] == [
        (3, "document"), (4, "document"), (5, "document"),
    ]  # fmt: skip


def test_two_devices_known_by_their_addresses_cannot_share_a_username(account: Account) -> None:
    text = "name,sip.method,sip.ip,sip.username\nA,ip,192.0.2.1,desk\nB,ip,192.0.2.2,desk\n"
    job = apply(check_file(account, "devices", text), Mode.GOOD)
    assert [(line, column) for line, column, _words in errors_of(job)] == [(3, "sip.username")]
    assert Subscriber.objects.get().allowed_networks == ["192.0.2.1/32"]


def test_guests_of_imported_devices_are_known(account: Account) -> None:
    guest = user_create(user=KazooUser(account=account, name="Jo")).user_id
    apply(check_file(account, "devices", f'name,document\nA,"{{""hotdesk"": {{""users"": {{""{guest}"": {{}}}}}}}}"\n'))
    assert Device.objects.used_by(guest).get().name == "A"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("name", "What people call the device. 1 to 128 characters."),
        ("enabled", "Whether the device may be used. true or false. true unless given."),
        ("sip.method", "How the device proves who it is. One of: password, ip. password unless given."),
        ("sip.password", "SIP password. Write only: it is never shown. 5 to 32 characters. Empty: one is made"),
        ("device_type", "Kind of device; fixed once the device exists."),
    ],
)
def test_columns_are_explained_by_the_schema(name: str, words: str) -> None:
    assert kinds()["devices"].by_name[name].help.startswith(words)


def test_what_the_fast_path_writes_equals_what_the_service_writes(account: Account, other_account: Account) -> None:
    sip = {"username": "desk", "password": SIP_PASSWORD, "method": "ip", "ip": "192.0.2.1"}
    device_create(account=other_account, data={"name": "Desk", "mac_address": "00-04-F2-AB-7E-FD", "sip": sip})
    text = f"name,mac,username,password,sip.method,ip\nDesk,00-04-F2-AB-7E-FD,desk,{SIP_PASSWORD},ip,192.0.2.1\n"
    apply(check_file(account, "devices", text))
    written = [
        [
            {name: value for name, value in model_to_row(row).items() if name not in {"id", *different}}
            for row in rows.order_by("pk")
        ]
        for rows, different in (
            (
                Device.objects.all(),
                {"account_id", "device_id", "revision", "subscriber_id", "created_at", "updated_at"},
            ),
            (Subscriber.objects.all(), {"account_id", "realm_id", "created_at", "updated_at"}),
            (AuditEntry.objects.filter(object_type="device"), DIFFERENT_IN_THE_TRAIL),
        )
    ]
    assert [len(rows) for rows in written] == [2, 2, 2]
    assert all(one == other for one, other in written)


OF_EACH = {"account_id", "created_at", "updated_at"}
DIFFERENT_IN_THE_TRAIL = {
    "account_id", "main_account_id", "object_id", "request_id", "door", "created_at", "actor_kind", "source",
}  # fmt: skip


def model_to_row(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_file_of_many_new_devices_asks_no_more_than_one_of_few(account: Account) -> None:
    def asked(first: int, count: int) -> int:
        text = "name,mac_address,sip.username\n" + "".join(
            f"Desk {number},{number:012x},desk{number}\n" for number in range(first, first + count)
        )
        with CaptureQueriesContext(connection) as queries:
            assert counts(apply(check_file(account, "devices", text))) == (count, 0, 0, 0)
        return len(queries)

    assert asked(0, 40) == asked(40, 2)


@pytest.mark.parametrize("form", ["csv", "json"])
def test_odd_devices_go_out_and_come_back_the_same(account: Account, form: str) -> None:
    for number, text in enumerate(ODD):
        add(
            account,
            text or "empty",
            mac_address=f"{number:012x}" if number % 2 else "",
            x_odd={text: [text, None, 1.5]},
        )
    add(account, "Phone", **with_phone("p1"))
    add(account, "By address", sip={"method": "ip", "ip": "192.0.2.1"}, enabled=False)
    before = file_of("devices", account, form)
    job = check_file(account, "devices", before)
    assert (counts(job), errors_of(job)) == ((0, 0, len(ODD) + 2, 0), [])
    assert file_of("devices", account, form) == before


def test_deleted_devices_come_back_from_their_export(account: Account) -> None:
    for text in ODD:
        add(account, text or "empty", x_odd=text)
    before = cells_of(account)
    for device in Device.objects.all():
        device_delete(account=account, device_id=device.device_id)
    file = io.StringIO()
    csv.writer(file).writerows([["name", "document"], *before])
    job = apply(check_file(account, "devices", file.getvalue()))
    assert (job.created_count, cells_of(account)) == (len(ODD), before)


def cells_of(account: Account) -> list[list[str]]:
    """Name and document of each device, as they stand in the file."""
    rows = csv.DictReader(io.StringIO(file_of("devices", account).decode("utf-8-sig"), newline=""))
    return [[row["name"], row["document"]] for row in rows]


def test_devices_are_rotated_and_watched(account: Account) -> None:
    phone, door = add(account, **with_phone("desk")), add(account, "Door")
    kind = kinds()["devices"]
    job = services.rotation_start(account=account, kind=kind, keys=[phone.pk, door.pk], overlap_minutes=60)
    job = settle(job)
    assert (job.changed_count, job.refused_count) == (1, 1)
    assert errors_of(job)[0][2] == "It has no SIP username and password to change."
    assert [row.pk for row in overlapping(kind, account)] == [phone.pk]
    [made] = services.secrets_take(job=job)
    assert (made["username"], made["name"], len(made["password"]) <= 32) == ("desk", "Desk", True)
    assert Subscriber.objects.filter(kind="device").count() == 1
