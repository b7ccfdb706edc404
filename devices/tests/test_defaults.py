"""Defaults, value for value those of the documented answers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from devices.document import created, presented, with_defaults
from devices.tests.strategies import any_json, around_the_edges

DEVICE_ID = "4f3330e78e664bb57f8fb23fbaac2429"
CREATED: dict[str, Any] = {
    "call_restriction": {},
    "caller_id": {},
    "contact_list": {},
    "dial_plan": {},
    "enabled": True,
    "exclude_from_queues": False,
    "id": DEVICE_ID,
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


def with_sip(answer: dict[str, Any], **sip: Any) -> dict[str, Any]:
    """Copy an answer with more in its ``sip``; ``expire_seconds`` is in every answer of ours."""
    return {**answer, "sip": {**answer["sip"], "expire_seconds": 300, **sip}}


def test_a_new_device_is_as_documented() -> None:
    assert presented(DEVICE_ID, created({"name": "New Device"}).document) == with_sip(CREATED)


def test_a_device_known_by_its_address_is_as_documented() -> None:
    sip = {"invite_format": "e164", "ip": "192.0.2.10", "method": "ip"}
    made = created({"enabled": True, "name": "authn_by_ip", "sip": sip})
    assert presented(DEVICE_ID, made.document) == with_sip({**CREATED, "name": "authn_by_ip"}, **sip)
    assert made.errors == {}


FORWARDING_OFF = {"direct_calls_only": False, "enabled": False, "failover": False}
FORWARDING_ON = {"ignore_early_media": True, "keep_caller_id": True, "require_keypress": True, "substitute": True}


@pytest.mark.parametrize(
    ("section", "sent", "filled"),
    [
        ("call_forward", {}, FORWARDING_OFF | FORWARDING_ON),
        (
            "call_forward",
            {"enabled": True, "number": "1"},
            FORWARDING_OFF | FORWARDING_ON | {"enabled": True, "number": "1"},
        ),
        ("metaflows", {}, {"binding_digit": "*"}),
        (
            "metaflows",
            {"numbers": {"2": {"module": "hold", "children": {"_": {"module": "park"}}}}},
            {
                "binding_digit": "*",
                "numbers": {"2": {"module": "hold", "data": {}, "children": {"_": {"module": "park", "data": {}}}}},
            },
        ),
        ("media", {}, CREATED["media"]),
        ("media", {"audio": {"codecs": []}}, CREATED["media"] | {"audio": {"codecs": []}}),
        ("do_not_disturb", {}, {}),
        ("call_forward", [{}], [{}]),
        ("sip", "none", "none"),
        ("enabled", None, None),
    ],
)
def test_a_section_that_is_present_is_filled_in(section: str, sent: Any, filled: Any) -> None:
    assert with_defaults({"name": "x", section: sent})[section] == filled


@pytest.mark.parametrize(
    "section", ["call_forward", "metaflows", "do_not_disturb", "provision", "hotdesk", "formatters"]
)
def test_a_section_without_a_default_is_not_added(section: str) -> None:
    assert section not in with_defaults({"name": "x"})


def test_documents_share_no_default() -> None:
    first, second = with_defaults({}), with_defaults({})
    first["media"]["audio"]["codecs"].append("PCMA")
    assert second["media"]["audio"]["codecs"] == ["PCMU"]


@given(around_the_edges().filter(lambda document: isinstance(document, dict)))
def test_filling_in_twice_changes_nothing_more(document: dict[str, Any]) -> None:
    once = with_defaults(document)
    assert with_defaults(once) == once


@given(any_json)
def test_it_never_raises_on_any_json_object(value: Any) -> None:
    document = {"sip": value, "media": {"audio": value}, "metaflows": {"numbers": value, "patterns": {"x": value}}}
    assert set(with_defaults(document)) >= set(document)
