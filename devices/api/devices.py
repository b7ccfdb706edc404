"""``/v2/accounts/{ACCOUNT_ID}/devices``: list, create, fetch, replace, merge, delete."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.permissions import Action
from console.api.kazoo import conditions, errors
from console.api.kazoo.envelopes import Answer, revision_of
from devices.api.device_view import DeviceView
from devices.api.notifying import send, take_action
from devices.api.operations import (
    DEVICE,
    DEVICE_ROW,
    FILTERS,
    IF_MATCH,
    IF_NONE_MATCH,
    OBJECT,
    PAGES,
    TEXT,
    Operation,
    component,
    list_of,
    query,
)  # fmt: skip
from devices.api.paging import listed
from devices.document import device_row
from devices.document.basics import Document
from devices.models import Device, is_id
from devices.services import Written, device_create, device_delete, device_plan, device_update
from sip.phones import reload_settings

NOTIFICATION = {
    "type": "object",
    "required": ["data"],
    "properties": {
        "action": {"type": "string", "enum": ["notify"]},
        "data": {
            "type": "object",
            "required": ["action", "data"],
            "properties": {"action": {"type": "string", "enum": ["notify"]}, "data": component("devices_notify")},
        },
    },
}


class Devices(DeviceView):
    """The devices of an account."""

    operations = {
        "get": Operation(
            "kazoo-list-devices",
            "List devices",
            list_of(DEVICE_ROW),
            "A row has only the keys that the device sets, but for MAC, type and flags. Any `filter_KEY` may be given.",
            parameters=(*PAGES, *FILTERS),
            is_list=True,
        ),
        "put": Operation(
            "kazoo-create-device",
            "Create a device",
            DEVICE,
            "An `id` of 32 hexadecimal digits is honoured. `sip.password` is taken and never shown.",
            takes=component("devices"),
            status=201,
            refusals=(409, 415),
            has_revision=True,
            examples={"The least": {"data": {"name": "New Device"}}},
        ),
    }

    def get(self, request: HttpRequest, **kwargs: Any) -> Answer:
        """One page of rows."""
        return self.page(self.rows(), device_row)

    def put(self, request: HttpRequest, account_id: str, **kwargs: Any) -> Answer:
        """Create."""
        conditions.require_none(request)
        written = device_create(account=self.account, data=self.data)
        sync_if_asked(written)
        location = f"/v2/accounts/{account_id}/devices/{written.device.device_id}"
        return self.shown(written.device, status=201, headers={"Location": location})

    def page(self, rows: QuerySet[Any], row: Callable[[str, Document], Document]) -> Answer:
        """The page that the query string asks for."""
        page, members = listed(rows, self.http_request.GET)
        data = [row(device_id, document) for device_id, document in page.rows]
        return Answer(data, revision=revision_of(data), members=members)


class OneDevice(DeviceView):
    """One device."""

    actions = {"put": Action.OPERATE}  # its only action changes nothing that is provisioned

    operations = {
        "get": Operation(
            "kazoo-get-device",
            "Fetch a device",
            DEVICE,
            parameters=(IF_MATCH, IF_NONE_MATCH),
            refusals=(412,),
            has_revision=True,
        ),
        "post": Operation(
            "kazoo-replace-device",
            "Replace a device",
            DEVICE,
            'A `sip.password` that is not mentioned stays; null removes it. `"sync": true` reboots the phone.',
            takes=component("devices"),
            parameters=(IF_MATCH, IF_NONE_MATCH),
            refusals=(412, 415),
            has_revision=True,
        ),
        "patch": Operation(
            "kazoo-merge-device",
            "Change some of a device",
            DEVICE,
            "Objects are merged, lists are replaced, null deletes.",
            takes=OBJECT,
            parameters=(IF_MATCH, IF_NONE_MATCH),
            refusals=(412, 415),
            has_revision=True,
            examples={"One key": {"data": {"presence_id": "dis_my_device"}}},
        ),
        "delete": Operation(
            "kazoo-delete-device",
            "Delete a device",
            DEVICE,
            "Answers what was deleted. Its phone is cut off, its MAC address and username become free.",
            parameters=(IF_MATCH, IF_NONE_MATCH, query("should_soft_delete", "`false`: leave no trace.")),
            refusals=(412,),
            has_revision=True,
        ),
        "put": Operation(
            "kazoo-device-action",
            "Do something with a device: notify",
            TEXT,
            "Succeeds whether or not a phone is registered.",
            body=NOTIFICATION,
            status=201,
            refusals=(415,),
        ),
    }

    def get(self, request: HttpRequest, device_id: str, **kwargs: Any) -> Answer:
        """Fetch."""
        device = self.device(device_id)
        conditions.require(request, device.revision, reads=True)
        if conditions.is_unchanged(request, device.revision):
            raise conditions.not_modified(device.revision)
        return self.shown(device)

    def post(self, request: HttpRequest, device_id: str, **kwargs: Any) -> Answer:
        """Replace."""
        return self.write(device_id, merges=False)

    def patch(self, request: HttpRequest, device_id: str, **kwargs: Any) -> Answer:
        """Merge."""
        return self.write(device_id, merges=True)

    def delete(self, request: HttpRequest, device_id: str, **kwargs: Any) -> Answer:
        """Delete, softly unless told otherwise."""
        self.refuse_malformed(device_id)
        for_good = request.GET.get("should_soft_delete") == "false"
        delete = partial(device_delete, account=self.account, device_id=device_id, for_good=for_good)
        try:
            return self.shown(delete(check=self.check_revision))
        except Device.DoesNotExist as error:
            raise errors.bad_identifier(device_id) from error

    def put(self, request: HttpRequest, device_id: str, **kwargs: Any) -> Answer:
        """The only action there is: notify."""
        device = self.device(device_id, self.rows().select_related("subscriber__realm"))
        return send(device, take_action(self.body.envelope), status=201)

    def write(self, device_id: str, *, merges: bool) -> Answer:
        """Replace or merge, and tell the phone if that was asked."""
        self.refuse_malformed(device_id)
        try:
            told = self.tell_first(device_id, merges=merges)
            written = device_update(
                account=self.account, device_id=device_id, data=self.data, merges=merges, check=self.check_revision
            )
        except Device.DoesNotExist as error:
            raise errors.bad_identifier(device_id) from error
        if not told:
            sync_if_asked(written)
        return self.shown(written.device)

    def tell_first(self, device_id: str, *, merges: bool) -> bool:
        """Tell a phone to reload that the change will cut off: afterwards nobody can. Whether that was done."""
        if not isinstance(self.data, dict) or "sync" not in self.data:
            return False
        device = self.rows().select_related("subscriber__realm").get(device_id=device_id)
        plan = device_plan(device=device, data=self.data, merges=merges)
        self.check_revision(device)
        if plan.needs_sync_first:
            reload_settings(device.subscriber)
        return plan.needs_sync_first

    def refuse_malformed(self, device_id: str) -> None:
        """Refuse what is no id. Raises ``Refused``."""
        if not is_id(device_id):
            raise errors.bad_identifier(device_id)


def sync_if_asked(written: Written) -> None:
    """Tell the phone to reload its settings, if the document asked for it; whether it hears it is not told."""
    if written.wants_sync:
        reload_settings(written.device.subscriber)
