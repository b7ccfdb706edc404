"""``/v2/accounts/{ACCOUNT_ID}/users``: just enough of users for devices to have owners and guests."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from console.api.kazoo import errors
from console.api.kazoo.envelopes import Answer, revision_of
from devices.api.base import KazooView
from devices.api.devices import Devices
from devices.api.operations import (
    DEVICE,
    DEVICE_ROW,
    FILTERS,
    PAGES,
    USER,
    Operation,
    component,
    list_of,
)
from devices.conflicts import id_faults
from devices.document import as_errors, user_device_row
from devices.models import Device, KazooUser, is_id
from devices.user_services import user_create, user_delete

TAG = "Kazoo users"
NEW_USER = {
    "type": "object",
    "description": "A name, or a first and a last name.",
    "properties": {
        "id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "name": {"type": "string", "minLength": 1, "maxLength": 257},
        "first_name": {"type": "string", "minLength": 1, "maxLength": 128},
        "last_name": {"type": "string", "minLength": 1, "maxLength": 128},
    },
}
USER_DEVICE_ROW = {
    **DEVICE_ROW,
    "required": ["id", "name", "enabled", "device_type", "mac_address", "hotdesked"],
    "properties": {**DEVICE_ROW["properties"], "hotdesked": {"type": "boolean"}},  # type: ignore[dict-item]
}


class UserView(KazooView):
    """A view of one user."""

    def users(self) -> QuerySet[Any]:
        """The users of the account."""
        rows: QuerySet[Any] = KazooUser.objects.of(self.account)
        return rows

    def user(self, user_id: str) -> KazooUser:
        """The user of the URL. Raises ``Refused``."""
        found: KazooUser | None = self.users().filter(user_id=user_id).first() if is_id(user_id) else None
        if found is None:
            raise errors.bad_identifier(user_id)
        return found


class Users(UserView):
    """The users of an account."""

    operations = {
        "get": Operation("kazoo-list-users", "List users", list_of(USER), tag=TAG),
        "put": Operation(
            "kazoo-create-user", "Create a user", USER, takes=NEW_USER, status=201, refusals=(409, 415), tag=TAG
        ),
    }

    def get(self, request: HttpRequest, **kwargs: Any) -> Answer:
        """All of them, by name."""
        data = [shown(user) for user in self.users().order_by("name", "user_id")]
        return Answer(data, revision=revision_of(data), members={"page_size": len(data)})

    def put(self, request: HttpRequest, **kwargs: Any) -> Answer:
        """Create."""
        user = fresh(self.data)
        user.account = self.account
        return Answer(shown(user_create(user=user)), status=201)


class OneUser(UserView):
    """One user."""

    operations = {
        "get": Operation("kazoo-get-user", "Fetch a user", USER, tag=TAG),
        "delete": Operation("kazoo-delete-user", "Delete a user", USER, tag=TAG),
    }

    def get(self, request: HttpRequest, user_id: str, **kwargs: Any) -> Answer:
        """Fetch."""
        return Answer(shown(self.user(user_id)))

    def delete(self, request: HttpRequest, user_id: str, **kwargs: Any) -> Answer:
        """Delete; the devices stay."""
        user = self.user(user_id)
        user_delete(user=user)
        return Answer(shown(user))


class UserDevices(Devices, UserView):
    """The devices that a user owns or has logged in at."""

    operations = {
        "get": Operation(
            "kazoo-list-user-devices",
            "List the devices of a user",
            list_of(USER_DEVICE_ROW),
            "`hotdesked` is true where the user has logged in at a device that is not its own.",
            parameters=(*PAGES, *FILTERS),
            tag=TAG,
        ),
        "put": Operation(
            "kazoo-create-device-at-user",
            "Create a device",
            DEVICE,
            "As at `/devices`: the user does not become its owner.",
            takes=component("devices"),
            status=201,
            refusals=(409, 415),
            has_revision=True,
            tag=TAG,
        ),
    }

    def get(self, request: HttpRequest, user_id: str = "", **kwargs: Any) -> Answer:
        """One page of rows."""
        self.user(user_id)
        rows = Device.objects.of(self.account).used_by(user_id)
        return self.page(rows, lambda device_id, document: user_device_row(device_id, document, user_id))

    def put(self, request: HttpRequest, account_id: str, user_id: str = "", **kwargs: Any) -> Answer:
        """Create, as Kazoo does here."""
        self.user(user_id)
        return super().put(request, account_id)


def shown(user: KazooUser) -> dict[str, str]:
    """A user as the API shows it."""
    parts = {"first_name": user.first_name, "last_name": user.last_name}
    return {"id": user.user_id, "name": user.name, **{key: value for key, value in parts.items() if value}}


def fresh(data: Any) -> KazooUser:
    """An unsaved user of a request's data. Raises ``Refused``."""
    if not isinstance(data, dict):
        raise errors.invalid({"data": {"type": {"message": "Value must be of type object", "target": "object"}}})
    texts = {key: data.get(key) for key in ("name", "first_name", "last_name")}
    wrong = {key: value for key, value in texts.items() if value is not None and not isinstance(value, str)}
    if wrong:
        told = {"message": "Value must be of type string", "target": "string"}
        raise errors.invalid({key: {"type": told} for key in wrong})
    first, last = texts["first_name"] or "", texts["last_name"] or ""
    user = KazooUser(name=texts["name"] or f"{first} {last}".strip(), first_name=first, last_name=last)
    if data.get("id") is not None:
        if faults := as_errors(id_faults(data["id"])):
            raise errors.invalid(faults)
        user.user_id = data["id"]
    if not user.name:
        told = {"message": "Field is required but missing", "value": "name"}
        raise errors.invalid({"name": {"required": told}})
    return user
