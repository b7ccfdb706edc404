"""Every request printed on the seed page, sent as printed, answers as printed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account
from devices.models import Device, KazooUser
from devices.tests.support import SIP, Kazoo, make_device
from devices.user_services import user_create
from sip.models import Registration

FORM = "application/x-www-form-urlencoded"  # curl's, where the page names no type
NEW = {
    "call_restriction": {},
    "caller_id": {},
    "contact_list": {},
    "dial_plan": {},
    "enabled": True,
    "exclude_from_queues": False,
    "media": {
        "audio": {"codecs": ["PCMU"]},
        "encryption": {"enforce_security": False, "methods": []},
        "video": {"codecs": []},
    },
    "music_on_hold": {},
    "mwi_unsolicited_updates": True,
    "name": "New Device",
    "register_overwrite_notify": False,
    "ringtones": {},
    "sip": {"invite_format": "username", "method": "password", "registration_expiration": 300},
    "suppress_unregister_notifications": False,
}
REPLACEMENT = {**NEW, "name": "new device", "id": "4f3330e78e664bb57f8fb23fbaac2429"}
BY_ADDRESS = (
    '{"data":{"enabled":true,"name":"authn_by_ip","sip":{"invite_format":"e164", "ip":"192.0.2.10","method":"ip"}}}'
)


def printed(data: Any) -> Any:
    """What is answered, without the one key that the schema adds to the printed answers."""
    if isinstance(data, dict) and isinstance(data.get("sip"), dict):
        assert data["sip"].get("expire_seconds") == 300
        return {**data, "sip": {key: value for key, value in data["sip"].items() if key != "expire_seconds"}}
    return data


def check(response: Any, status: int, kazoo: Kazoo, data: Any, **members: Any) -> None:
    """Hold an answer to what is printed: every printed member of the envelope, and the data value for value."""
    body = response.json()
    assert response.status_code == status
    assert response["Content-Type"] == "application/json"
    assert printed(body["data"]) == data
    assert (body["auth_token"], body["status"]) == (kazoo.token, "success")
    assert body["request_id"] == response["X-Request-ID"]
    assert body["revision"]
    assert {key: body[key] for key in members} == members


def test_fetching_devices(kazoo: Kazoo) -> None:
    device = kazoo.created(name="MyPolycom", mac_address="00:04:f2:ab:7e:fd", device_type="sip_device", enabled=False)
    row = {
        "device_type": "sip_device",
        "enabled": False,
        "id": device["id"],
        "mac_address": "00:04:f2:ab:7e:fd",
        "name": "MyPolycom",
        "flags": [],
    }
    check(kazoo.get("devices"), 200, kazoo, [row], page_size=1)


def test_creating_a_device(kazoo: Kazoo) -> None:
    response = kazoo.put("devices", None, body='{"data":{"name":"New Device"}}')
    check(response, 201, kazoo, {**NEW, "id": response.json()["data"]["id"]})


def test_removing_a_device(kazoo: Kazoo) -> None:
    device = kazoo.created(name="New Device")
    check(kazoo.delete(f"devices/{device['id']}"), 200, kazoo, {**NEW, "id": device["id"]})
    assert kazoo.ids() == []


def test_fetching_a_device(kazoo: Kazoo) -> None:
    device = kazoo.created(name="New Device")
    check(kazoo.get(f"devices/{device['id']}"), 200, kazoo, {**NEW, "id": device["id"]})


def test_changing_a_device(kazoo: Kazoo) -> None:
    device = kazoo.created(name="New Device")
    response = kazoo.post(f"devices/{device['id']}", REPLACEMENT)
    check(response, 200, kazoo, {**NEW, "name": "new device", "id": device["id"]})


def test_patching_a_device(kazoo: Kazoo) -> None:
    device = kazoo.created(name="new device")
    body = '{"data":{"presence_id":"dis_my_device"}}'
    response = kazoo.patch(f"devices/{device['id']}", None, body=body, content_type=FORM)
    expected = {**NEW, "name": "new device", "presence_id": "dis_my_device", "id": device["id"]}
    check(response, 200, kazoo, expected)


@pytest.mark.parametrize(
    ("method", "path", "status"), [("POST", "/notify", 200), ("PUT", "/notify", 201), ("PUT", "", 201)]
)
def test_sending_a_notify(kazoo: Kazoo, method: str, path: str, status: int) -> None:
    device = kazoo.created(name="New Device")
    body = '{"action": "notify",\n    "data": {\n        "event": "event"\n    }\n}'
    check(kazoo.ask(method, f"devices/{device['id']}{path}", body=body), status, kazoo, "NOTIFY sent")


def test_fetching_registration_statuses(account: Account, kazoo: Kazoo) -> None:
    device = make_device(account, sip=SIP)
    make_device(account)
    register(device)
    check(kazoo.get("devices/status"), 200, kazoo, [{"device_id": device.device_id, "registered": True}])


def test_rebooting_a_device(kazoo: Kazoo) -> None:
    device = kazoo.created(name="New Device")
    check(kazoo.ask("POST", f"devices/{device['id']}/sync", content_type=FORM), 200, kazoo, "sync request sent")


def test_adding_ringtones(kazoo: Kazoo) -> None:
    ringtones = {"internal": "alert info SIP header", "external": "alert info SIP header"}
    device = kazoo.created(name="Device with custom ringtones", ringtones=ringtones)
    assert kazoo.read(device["id"])["ringtones"] == ringtones


def test_loading_the_devices_of_a_user(account: Account, kazoo: Kazoo) -> None:
    user = user_create(user=KazooUser(account=account, name="Ann"))
    other = "0" * 32
    own = kazoo.created(name="USER_ID_DEVICE", owner_id=user.user_id)
    borrowed = kazoo.created(name="OWNER_ID_DEVICE", owner_id=other, hotdesk={"users": {user.user_id: {}}})
    common = {"device_type": "sip_device", "enabled": True, "mac_address": ""}
    rows = [
        {**common, "hotdesked": False, "id": own["id"], "name": "USER_ID_DEVICE", "owner_id": user.user_id},
        {**common, "hotdesked": True, "id": borrowed["id"], "name": "OWNER_ID_DEVICE", "owner_id": other},
    ]
    response = kazoo.get(f"users/{user.user_id}/devices")
    rows.sort(key=lambda row: str(row["id"]), reverse=True)
    check(response, 200, kazoo, rows)


def test_creating_a_device_that_is_known_by_its_address(kazoo: Kazoo) -> None:
    response = kazoo.put("devices", None, body=BY_ADDRESS)
    sip = {"invite_format": "e164", "ip": "192.0.2.10", "method": "ip", "registration_expiration": 300}
    expected = {**NEW, "name": "authn_by_ip", "sip": sip, "id": response.json()["data"]["id"]}
    check(response, 201, kazoo, expected)


def test_reading_and_sending_back_changes_nothing(kazoo: Kazoo) -> None:
    device = kazoo.created(name="New Device")
    before = kazoo.get(f"devices/{device['id']}").json()
    after = kazoo.post(f"devices/{device['id']}", before["data"]).json()
    assert (after["data"], after["revision"]) == (before["data"], before["revision"])


def register(device: Device, contact: str = "sip:desk01@192.0.2.5:5060") -> None:
    """Have a phone registered as a device, as the webhook would."""
    now = timezone.now()
    Registration.objects.create(
        subscriber=device.subscriber,
        account_id=device.account_id,
        main_account_id=device.account_id,
        aor="sip:desk01@example.test",
        contact_key=contact,
        contact=contact,
        user_agent="Polycom",
        source="192.0.2.5",
        since=now,
        expires_at=now + timedelta(minutes=5),
    )
