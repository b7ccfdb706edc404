"""NOTIFYs and syncs, in each of the forms that are documented or sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from console.api.kazoo import errors
from console.api.kazoo.envelopes import Answer
from console.api.kazoo.errors import Refused
from devices.document import Errors, validate
from devices.models import Device
from sip import notify, phones

SENT, SYNCED = "NOTIFY sent", "sync request sent"
REBOOT = {"true": True, "false": False}
# Where Kazoo's errors say that a part of the NOTIFY is wrong, and by which rule.
PLACES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "event": ("data.event", "pattern", {}),
    "content_type": ("data.body.content_type", "pattern", {}),
    "body": ("data.body.data", "maxLength", {"target": notify.MAXIMUM_BODY_BYTES}),
}


def take_action(envelope: dict[str, Any]) -> Any:
    """The parameters of the ``notify`` action, which real clients put into ``data`` and the documents beside it.

    Raises ``Refused`` for another action, or none.
    """
    data = envelope.get("data")
    asked = data if isinstance(data, dict) and "action" in data else envelope
    if asked.get("action") is None:
        raise Refused(400, "action required")
    if asked["action"] != "notify":
        raise Refused(400, "invalid action")
    return asked.get("data")


def send(device: Device, parameters: Any, *, status: int) -> Answer:
    """Send a NOTIFY; the answer does not tell whether anybody heard it. Raises ``Refused``."""
    faults = notify_faults(parameters)
    if faults:
        raise errors.invalid(faults)
    event, body = parameters["event"], parameters.get("body", {})
    content_type, data = body.get("content_type", ""), body.get("data", "")
    try:
        phones.notify(device.subscriber, event=event, content_type=content_type, body=data)
    except ValidationError as error:  # a registrar that is stricter than we are
        raise errors.invalid(in_place({part: words[0] for part, words in error.message_dict.items()})) from error
    return Answer(SENT, status=status)


def notify_faults(parameters: Any) -> Errors:
    """What is wrong with the parameters of a NOTIFY: by the schema, or for what they become parts of."""
    faults = validate({} if parameters is None else {"data": parameters}, "devices_notify")
    if faults:
        return faults
    body = parameters.get("body", {})
    found = notify.notify_faults(
        event=parameters["event"], content_type=body.get("content_type"), body=body.get("data", "")
    )
    return faults | in_place(found)


def in_place(found: Mapping[str, str]) -> Errors:
    """What is wrong with the parts of a NOTIFY, in Kazoo's shape."""
    faults: Errors = {}
    for part, message in found.items():
        place, rule, more = PLACES[part]
        faults[place] = {rule: {"message": message, **more}}
    return faults
