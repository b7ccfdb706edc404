"""The device editor as a form."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Account
from devices.editor.presets import PRESETS
from devices.models import Device
from devices.tests.page_support import MAC, device_to_edit, filled, page_of, pages, stored
from devices.tests.support import make_device
from sip.models import Secret


@pytest.fixture
def device(account: Account) -> Device:
    return device_to_edit(account)


@pytest.mark.parametrize("name", [preset.name for preset in PRESETS])
def test_every_preset_makes_a_device(owner: Client, account: Account, name: str) -> None:
    url = f"{pages(account)}new/?preset={name}"
    more = {"sip__ip": "192.0.2.10"} if name == "trunk" else {}
    response = owner.post(url, filled(owner, url) | {"name": "Lobby", **more})
    device = Device.objects.get()
    assert (response.status_code, response["Location"]) == (303, page_of(device))
    assert device.name == "Lobby"


def test_the_presets_are_offered_first(owner: Client, account: Account) -> None:
    text = owner.get(f"{pages(account)}new/").content.decode()
    assert re.findall(r'href="\?preset=([a-z-]+)"', text) == [preset.name for preset in PRESETS]


def test_a_new_password_is_shown_once(owner: Client, account: Account) -> None:
    url = f"{pages(account)}new/?preset=desk-phone"
    sent = filled(owner, url) | {"name": "Lobby", "sip__username": "lobby1", "sip__password": "first-secret"}
    response = owner.post(url, sent, follow=True)
    assert "first-secret" in response.content.decode()
    assert "first-secret" not in json.dumps(Device.objects.get().document)


def test_what_the_rules_refuse_is_said_beside_its_field_and_nothing_typed_is_lost(
    owner: Client, account: Account, device: Device
) -> None:
    url = f"{pages(account)}new/?preset=blank"
    sent = {"name": "x" * 129, "mac_address": MAC, "sip__username": "DESK01", "sip__password": "1234"}
    sent |= {"sip__expire_seconds": "soon", "sip__method": "ip", "sip__ip": "somewhere"}
    response = owner.post(url, filled(owner, url) | sent)
    form = response.context["form"]
    assert dict(form.errors) == {
        "name": ["String must not be more than 128 characters"],
        "mac_address": ["MAC address already in use"],
        "sip__username": ["SIP credentials already in use"],
        "sip__password": ["String must be at least 5 characters"],
        "sip__expire_seconds": ["Value must be of type integer"],
        "sip__ip": ["Must be an IPv4 address such as 192.0.2.10"],
    }
    assert response.context["open_tab"] == "basics"
    assert {form[name].value() for name in sent} == set(sent.values())
    assert Device.objects.count() == 1


def test_what_is_missing_is_said_with_all_else_that_is_wrong(owner: Client, account: Account) -> None:
    url = f"{pages(account)}new/?preset=blank"
    response = owner.post(url, filled(owner, url) | {"sip__method": "ip", "sip__ip": "somewhere"})
    assert dict(response.context["form"].errors) == {
        "name": ["Field is required but missing"],
        "sip__ip": ["Must be an IPv4 address such as 192.0.2.10"],
    }
    assert response.content.decode().count("1 error</span>") == 2


def test_a_clone_starts_with_the_settings_and_not_with_what_is_unique(owner: Client, device: Device) -> None:
    url = f"{page_of(device)}clone/"
    owner.post(url, filled(owner, url) | {"name": "Copy"})
    copy = Device.objects.get(name="Copy")
    assert copy.document["custom"] == {"kept": [1, None]}
    assert (copy.mac_address, copy.username, copy.subscriber) == (None, "", None)


# Editing.


def test_saving_an_untouched_form_changes_nothing(owner: Client, device: Device) -> None:
    url = f"{page_of(device)}edit/"
    assert owner.post(url, filled(owner, url)).status_code == 303
    assert (stored(device).revision, stored(device).document) == (device.revision, device.document)


@pytest.mark.parametrize(
    ("sent", "path", "value"),
    [
        ({"name": "Lobby"}, "name", "Lobby"),
        ({"enabled": ""}, "enabled", False),
        ({"mac_address": "00-04-F2-00-00-01"}, "mac_address", "0004f2000001"),
        ({"flags": "a\nb"}, "flags", ["a", "b"]),
        ({"sip__expire_seconds": "600"}, "sip.expire_seconds", 600),
        ({"sip__custom_sip_headers__in": "X-A: 1\n B : b:c "}, "sip.custom_sip_headers.in", {"X-A": "1", "B": "b:c"}),
        ({"caller_id__external__number": "+49301"}, "caller_id.external", {"number": "+49301"}),
        ({"caller_id_options__outbound_privacy": "full"}, "caller_id_options.outbound_privacy", "full"),
        ({"call_forward__enabled": "on", "call_forward__keep_caller_id": ""}, "call_forward.keep_caller_id", False),
        ({"media__audio__codecs": ["OPUS", "PCMU"]}, "media.audio.codecs", ["PCMU", "OPUS"]),
        ({"media__fax_option": "on"}, "media.fax_option", True),
        ({"do_not_disturb__enabled": "on"}, "do_not_disturb.enabled", True),
        ({"provision__combo_keys-1-value": "4"}, "provision.combo_keys.2.value", {"label": "Park", "value": 4}),
        (
            {"provision__combo_keys-2-number": "9", "provision__combo_keys-2-type": "speed_dial",
             "provision__combo_keys-2-value": "100", "provision__combo_keys-2-label": ""},
            "provision.combo_keys.9", {"type": "speed_dial", "value": "100"},
        ),
        ({"provision__combo_keys-0-type": ""}, "provision.combo_keys.1", None),
        ({"call_restriction-0-action": "inherit"}, "call_restriction.international.action", "inherit"),
        ({"call_restriction-1-action": "deny"}, "call_restriction.tollfree_us", {"action": "deny"}),
    ],
)  # fmt: skip
def test_a_control_changes_its_member_and_nothing_else(
    owner: Client, device: Device, sent: dict[str, Any], path: str, value: Any
) -> None:
    url = f"{page_of(device)}edit/"
    before = {key: member for key, member in filled(owner, url).items() if key not in sent or sent[key] != ""}
    response = owner.post(url, before | {key: text for key, text in sent.items() if text != "" or "-" in key})
    assert response.status_code == 303, response.context["form"].errors
    document = stored(device).document
    found: Any = document
    for key in path.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    assert found == value
    assert document["custom"] == device.document["custom"]


def test_a_text_that_is_emptied_takes_its_member_away(owner: Client, account: Account) -> None:
    device = make_device(account, presence_id="x", caller_id={"internal": {"name": "a", "number": "1"}})
    url = f"{page_of(device)}edit/"
    owner.post(url, filled(owner, url) | {"presence_id": "", "caller_id__internal__name": ""})
    document = stored(device).document
    assert "presence_id" not in document
    assert document["caller_id"]["internal"] == {"number": "1"}


def test_what_only_json_can_show_is_closed_and_stays(owner: Client, account: Account) -> None:
    odd = {"outbound_flags": {"static": ["x"]}, "provision": {"endpoint_model": ["a", "b"]}, "flags": ["a,b"]}
    device = make_device(account, **odd)
    url = f"{page_of(device)}edit/"
    fields = owner.get(url).context["form"].fields
    closed = ("outbound_flags", "provision__endpoint_model", "flags")
    assert all(fields[name].disabled for name in closed)
    owner.post(url, filled(owner, url) | {"name": "y", **dict.fromkeys(closed, "typed anyway")})
    assert {key: stored(device).document[key] for key in odd} == odd


def test_a_new_password_in_the_form_is_shown_once_and_none_keeps_the_old(owner: Client, device: Device) -> None:
    url = f"{page_of(device)}edit/"
    before = Secret.objects.get().pk
    owner.post(url, filled(owner, url) | {"name": "y"})
    assert Secret.objects.get().pk == before
    response = owner.post(url, filled(owner, url) | {"sip__password": "second-secret"}, follow=True)
    assert "second-secret" in response.content.decode()
    assert Secret.objects.get().pk != before


def test_the_type_is_fixed(owner: Client, device: Device) -> None:
    url = f"{page_of(device)}edit/"
    assert owner.get(url).context["form"].fields["device_type"].disabled
    owner.post(url, filled(owner, url) | {"device_type": "fax"})
    assert stored(device).device_type == "sip_device"


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(owner: Client, device: Device) -> None:
    url = f"{page_of(device)}edit/"
    mine = filled(owner, url) | {"name": "Mine"}
    owner.post(url, filled(owner, url) | {"name": "Theirs"})
    response = owner.post(url, mine)
    assert "Somebody else changed this device meanwhile" in str(response.context["form"].non_field_errors())
    assert response.context["form"]["name"].value() == "Mine"
    assert stored(device).name == "Theirs"
