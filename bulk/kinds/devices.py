"""Devices in files: the keys that people know as columns, all others of the document as JSON in one more."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from accounts.permissions import Resource
from bulk.columns import Column
from bulk.kinds import device_cells as cells
from bulk.kinds.base import Context, Line, Outcome, note_twice, read_cells
from bulk.kinds.passwords import CREATED, SIP_URI, PasswordKind, card, password_column
from console import counters
from devices.conflicts import conflicts, limit_faults
from devices.document import Candidate, canonical_mac, columns, created, replaced
from devices.document.basics import Document, text_at
from devices.filters import DeviceFilters
from devices.models import Device, KazooUser, is_id
from devices.refusals import DocumentRefused, refuse
from devices.sections import DEVICES
from devices.services import changes_subscriber, device_create, device_delete, device_update, is_same
from devices.subscribing import settle
from sip import passwords

PASSWORD_RULE = _("5 to 32 characters.")
OWNER = Column(
    "owner_id",
    _("Owner"),
    rules=lambda: [str(_("The id or the name of a device user. Empty: nobody's."))],
    show=lambda device: text_at(device.document, "owner_id"),
    aliases=("owner", "user"),
    reference="owner",
)


class DeviceKind(PasswordKind):
    """Kazoo devices, found by id, else by MAC address, else by username, else by name."""

    name = "devices"
    resource = Resource.DEVICES
    filters = DeviceFilters
    section = DEVICES
    model = Device

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns in the order of an export."""
        return (
            cells.DEVICE_ID,
            cells.NAME,
            *cells.MEMBERS,
            password_column("sip.password", PASSWORD_RULE),
            OWNER,
            cells.DOCUMENT,
            SIP_URI,
            CREATED,
        )

    def owner(self, account: Account) -> Account:
        """A sub-account's devices are its own."""
        return account

    def rows(self, account: Account) -> QuerySet[Any]:
        """The account's devices."""
        rows: QuerySet[Any] = Device.objects.of(account)
        return rows.select_related("account", "subscriber__realm")

    # --- judging ------------------------------------------------------------------------------------------------------

    def plan(self, lines: Sequence[Line], context: Context) -> None:
        """Judge each line. Those that are there already are fetched at once; what is the same asks for nothing more."""
        owners = self.owners(lines, context)
        for line in lines:
            read_cells(self, line, lambda _column, cell: owner_of(cell.strip(), owners))
            line.label = str(line.values.get("name") or line.values.get("device_id") or "")
        stored, room = self.stored(lines, context), self.room(context)
        for line in lines:
            if not line.is_refused:
                self.judge(line, stored, context, room)

    def owners(self, lines: Sequence[Line], context: Context) -> dict[str, list[str]]:
        """The ids of the device users that the lines name, by name."""
        named = {line.cells.get("owner_id", "").strip() for line in lines}
        found: dict[str, list[str]] = {}
        for name, user_id in KazooUser.objects.of(context.owner).filter(name__in=named).values_list("name", "user_id"):
            found.setdefault(name, []).append(user_id)
        return found

    def stored(self, lines: Sequence[Line], context: Context) -> list[Device]:
        """Every device that one of the lines may be about."""
        said = [line.values for line in lines]
        macs = [canonical_mac(values["mac_address"]) for values in said if values.get("mac_address")]
        keys = [values["sip.username"].casefold() for values in said if values.get("sip.username")]
        ids = [values["device_id"] for values in said if values.get("device_id")]
        names = [values["name"] for values in said if values.get("name")]
        any_of = Q(device_id__in=ids) | Q(mac_address__in=macs) | Q(username_key__in=keys) | Q(name__in=names)
        return list(self.rows(context.account).filter(any_of))

    def room(self, context: Context) -> int | None:
        """How many devices the account may still get; None for no limit."""
        limit = context.owner.device_limit
        return None if limit is None else int(limit) - counters.total(Device, context.owner.pk)

    def judge(self, line: Line, stored: Sequence[Device], context: Context, room: int | None) -> None:
        """Find the device that a line is about, and compare."""
        try:
            found = cells.meant(line.values, stored)
        except ValidationError as error:
            line.refuse(error)
            return
        for column, key in cells.keys_of(line.values, found):
            note_twice(line, key, context, column)
        password = line.values.get("sip.password") or None
        data = cells.document_of(line.values, found.document if found else {})
        if found is None and password is None and text_at(data, "sip", "username"):
            password = passwords.generate()
        if password is not None:
            data = cells.put(data, ("sip", "password"), password)
        line.changes, line.instance = data, found
        try:
            self.compare(line, found or Device(account=context.owner), password)
        except DocumentRefused as error:
            cells.refuse_line(line, error)
        if line.outcome is Outcome.NEW:
            self.take_room(line, context, room)

    def compare(self, line: Line, device: Device, password: str | None) -> None:
        """Say what writing the line would do. Raises ``DocumentRefused`` with everything that is wrong."""
        is_new = device._state.adding
        candidate = created(line.changes) if is_new else replaced(device.document, line.changes)
        if not is_new and password is None and not candidate.errors and is_same(device.document, candidate.document):
            return
        settlement = settle(device, candidate)
        taken = conflicts(device, columns(candidate.document), candidate.errors)
        refuse(candidate.errors, [*taken, *settlement.faults])
        if line.is_refused:
            return
        if not is_new and is_same(device.document, candidate.document) and not changes_subscriber(settlement):
            return
        line.outcome = Outcome.NEW if is_new else Outcome.CHANGED
        line.password = password if settlement.is_made or settlement.is_new_password else None

    def take_room(self, line: Line, context: Context, room: int | None) -> None:
        """Count a new device against the account's limit."""
        if room is None or context.planned < room:
            context.planned += 1
            return
        try:
            refuse(Candidate(document={}, errors={}).errors, limit_faults(context.owner, adding=context.planned + 1))
        except DocumentRefused as error:
            cells.refuse_line(line, error)

    # --- writing ------------------------------------------------------------------------------------------------------

    def write(self, lines: Sequence[Line], context: Context) -> list[dict[str, str]]:
        """Create and update through the services; passwords that were made or set come back."""
        for line in lines:
            if line.outcome in (Outcome.NEW, Outcome.CHANGED):
                context.planned -= line.outcome is Outcome.NEW
                self.write_one(line, context)
        written = (Outcome.NEW, Outcome.CHANGED)
        return [card(line) for line in lines if line.password is not None and line.outcome in written]

    def write_one(self, line: Line, context: Context) -> None:
        """Write one line; what the service refuses now is a refused line."""
        try:
            with transaction.atomic():
                if line.outcome is Outcome.NEW:
                    line.instance = device_create(account=context.owner, data=line.changes).device
                    return
                line.instance = device_update(
                    account=context.owner, device_id=line.instance.device_id, data=line.changes, merges=False
                ).device
        except DocumentRefused as error:
            cells.refuse_line(line, error)

    def change(self, instance: Any, **changes: Any) -> None:
        """Give a device a new password. Raises ``ValidationError``."""
        if instance.subscriber is None:
            raise ValidationError(_("It has no SIP username and password to change."))
        device_update(
            account=instance.account,
            device_id=instance.device_id,
            data={"sip": {"password": changes["password"]}},
            merges=True,
            overlap_minutes=changes["overlap_minutes"],
        )

    def remove(self, instance: Any) -> None:
        """Delete a device through its service."""
        device_delete(account=instance.account, device_id=instance.device_id)

    def restore(self, instance: Any, former: Mapping[str, Any]) -> None:
        """Give the keys of the document their former values; those that the audit trail cut short are refused."""
        document: Document = cells.restored(instance.document, former)
        device_update(account=instance.account, device_id=instance.device_id, data=document, merges=False)


def owner_of(cell: str, owners: Mapping[str, list[str]]) -> str:
    """The id of the owner that a cell names. Raises ``ValidationError``."""
    if not cell or is_id(cell) or re.fullmatch("[a-zA-Z0-9]{32}", cell):
        return cell
    found = owners.get(cell, [])
    if not found:
        raise ValidationError(_("Device user not found"), code="not_found")
    if len(found) > 1:
        raise ValidationError(_("Several device users have this name: give the id"), code="several")
    return found[0]
