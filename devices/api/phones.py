"""What the phones of devices are asked and told: registration states, sync, NOTIFY."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.permissions import Action
from console.api.kazoo.envelopes import Answer
from devices.api.device_view import DeviceView
from devices.api.notifying import REBOOT, SYNCED, send, take_action
from devices.api.operations import STATUS, TEXT, Operation, list_of, query
from sip import registrar
from sip.phones import reload_settings

NOTIFY = {
    "type": "object",
    "required": ["action", "data"],
    "properties": {
        "action": {"type": "string", "enum": ["notify"]},
        "data": {
            "type": "object",
            "required": ["event"],
            "properties": {"event": TEXT, "body": {"type": "object"}},
        },
    },
}
NOTIFY_EXAMPLE = {"Reload": {"action": "notify", "data": {"event": "check-sync"}}}


class DeviceStatuses(DeviceView):
    """Which devices are registered."""

    operations = {
        "get": Operation(
            "kazoo-list-device-statuses",
            "Which devices are registered",
            list_of(STATUS),
            "Registered ones only.",
            parameters=(query("with_unregistered", "`true`: the others too, with `registered` false."),),
        )
    }

    def get(self, request: HttpRequest, **kwargs: Any) -> Answer:
        """One row for each device, however many phones are registered as it."""
        rows, is_registered = self.rows().order_by("device_id"), registrar.current().is_registered()
        if request.GET.get("with_unregistered") == "true":
            states = rows.annotate(is_registered=is_registered).values_list("device_id", "is_registered")
            return Answer([{"device_id": device_id, "registered": bool(state)} for device_id, state in states])
        ids = rows.filter(is_registered).values_list("device_id", flat=True)
        return Answer([{"device_id": device_id, "registered": True} for device_id in ids])


class DeviceStatus(DeviceView):
    """Whether one device is registered; Kazoo has no such address."""

    operations = {"get": Operation("kazoo-get-device-status", "Whether a device is registered, and where", STATUS)}

    def get(self, request: HttpRequest, device_id: str, **kwargs: Any) -> Answer:
        """Its latest contact."""
        device: Any = self.device(device_id, registrar.current().with_state(self.rows()))
        status: dict[str, Any] = {"device_id": device_id, "registered": device.registered_until is not None}
        if device.registered_until is not None:
            status |= {
                "contact": device.registered_contact or "",
                "user_agent": device.registered_user_agent or "",
                "received": device.registered_received or "",
                "since": instant(device.registered_since),
                "expires": instant(device.registered_until),
            }
        return Answer({name: value for name, value in status.items() if value is not None})


class PhoneView(DeviceView):
    """A view that tells a phone something."""

    def rows(self) -> QuerySet[Any]:
        """With what its subscriber is called."""
        return super().rows().select_related("subscriber__realm")


class DeviceSync(PhoneView):
    """Have a phone reload its settings."""

    actions = {"post": Action.OPERATE}
    takes_any_data = frozenset({"post"})
    operations = {
        "post": Operation(
            "kazoo-sync-device",
            "Reboot a device",
            TEXT,
            "Sends `check-sync`. Succeeds whether or not a phone is registered.",
            body={"type": "object"},
            parameters=(query("reboot", "`true` or `false`: with or without a reboot, where the phone knows both."),),
        )
    }

    def post(self, request: HttpRequest, device_id: str, **kwargs: Any) -> Answer:
        """Send ``check-sync``."""
        reload_settings(self.device(device_id).subscriber, reboot=REBOOT.get(request.GET.get("reboot", "")))
        return Answer(SYNCED)


class DeviceNotify(PhoneView):
    """Send a phone a NOTIFY, as the documents have it."""

    actions = {"post": Action.OPERATE, "put": Action.OPERATE}
    takes_any_data = frozenset({"post", "put"})
    operations = {
        "post": Operation(
            "kazoo-notify-device", "Send a NOTIFY", TEXT, body=NOTIFY, refusals=(415,), examples=NOTIFY_EXAMPLE
        ),
        "put": Operation(
            "kazoo-notify-device-by-put",
            "Send a NOTIFY",
            TEXT,
            body=NOTIFY,
            status=201,
            refusals=(415,),
            examples=NOTIFY_EXAMPLE,
        ),
    }

    def post(self, request: HttpRequest, device_id: str, **kwargs: Any) -> Answer:
        """Send it."""
        return send(self.device(device_id), take_action(self.body.envelope), status=200)

    def put(self, request: HttpRequest, device_id: str, **kwargs: Any) -> Answer:
        """Send it."""
        return send(self.device(device_id), take_action(self.body.envelope), status=201)


def instant(moment: datetime | None) -> str | None:
    """A time as clients read it."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
