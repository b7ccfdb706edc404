"""Devices in files: the keys that people know as columns, all others of the document as JSON in one more."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
from bulk.kinds.device_cells import Stored
from bulk.kinds.passwords import CREATED, SIP_URI, PasswordKind, card, password_column
from bulk.making import New, make_many
from console import counters
from devices.conflicts import conflicts, id_faults, limit_faults
from devices.document import Candidate, canonical_mac, created, replaced
from devices.document.basics import text_at
from devices.filters import DeviceFilters
from devices.models import Device, Hotdesk, KazooUser, is_id
from devices.neighbours import FetchedNeighbours
from devices.refusals import DocumentRefused, IdTaken, refuse
from devices.schema_words import rules_of
from devices.sections import DEVICES
from devices.services import changes_subscriber, device_delete, device_update, hotdesks, is_same, refuse_taken_id
from devices.subscribing import Settlement, new_one, settle
from sip import passwords
from sip.services import new_subscriber


@dataclass(slots=True)
class Plan:
    """What a line makes of a device, if nothing is wrong with it."""

    candidate: Candidate
    password: str | None = field(repr=False)
    settlement: Any = None


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
    keeps_former = True

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns in the order of an export."""
        return (
            cells.DEVICE_ID,
            cells.NAME,
            *cells.MEMBERS,
            password_column("sip.password", lambda: rules_of("sip", "password")),
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
        """Judge each line. What the lines meet in the database is fetched at once, for all of them."""
        owners = self.owners(lines, context)
        for line in lines:
            read_cells(self, line, lambda _column, cell: owner_of(cell.strip(), owners))
            line.label = str(line.values.get("name") or line.values.get("device_id") or "")
        stored, room = self.stored(lines, context), self.room(context)
        for line in lines:
            if not line.is_refused:
                self.find(line, stored, context)
        found = [line for line in lines if isinstance(line.plan, Plan)]
        around = self.neighbours(found, context)
        for line in found:
            self.judge(line, line.plan, around, context)
            if line.outcome is Outcome.NEW:
                self.take_room(line, context, room)

    def owners(self, lines: Sequence[Line], context: Context) -> dict[str, list[str]]:
        """The ids of the device users that the lines name, by name."""
        named = {line.cells.get("owner_id", "").strip() for line in lines}
        found: dict[str, list[str]] = {}
        for name, user_id in KazooUser.objects.of(context.owner).filter(name__in=named).values_list("name", "user_id"):
            found.setdefault(name, []).append(user_id)
        return found

    def stored(self, lines: Sequence[Line], context: Context) -> Stored:
        """Every device that one of the lines may be about."""
        said = [line.values for line in lines]
        macs = [canonical_mac(values["mac_address"]) for values in said if values.get("mac_address")]
        keys = [values["sip.username"].casefold() for values in said if values.get("sip.username")]
        ids = [values["device_id"] for values in said if values.get("device_id")]
        names = [values["name"] for values in said if values.get("name")]
        any_of = Q(device_id__in=ids) | Q(mac_address__in=macs) | Q(username_key__in=keys) | Q(name__in=names)
        return Stored(self.rows(context.account).filter(any_of))

    def room(self, context: Context) -> int | None:
        """How many devices the account may still get; None for no limit."""
        limit = context.owner.device_limit
        return None if limit is None else int(limit) - counters.total(Device, context.owner.pk)

    def find(self, line: Line, stored: Stored, context: Context) -> None:
        """Find the device that a line is about, and say what document the line makes of it."""
        try:
            found = stored.meant(line.values)
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
        line.changes, line.instance = data, found or Device(account=context.owner)
        candidate = created(data) if found is None else replaced(found.document, data)
        is_as_before = found is not None and password is None and not candidate.errors
        if not (is_as_before and found and is_same(found.document, candidate.document)):
            line.plan = Plan(candidate, password)

    def neighbours(self, lines: Sequence[Line], context: Context) -> FetchedNeighbours:
        """What the devices of the lines meet in the account."""
        rotated = [line.instance.subscriber for line in lines if line.plan.password and line.instance.subscriber]
        return FetchedNeighbours(context.owner.pk, [line.plan.candidate for line in lines], rotated)

    def judge(self, line: Line, plan: Plan, around: FetchedNeighbours, context: Context) -> None:
        """Say what writing the line would do, or everything that is wrong with it."""
        device, candidate = line.instance, plan.candidate
        plan.settlement = settlement = settle(device, candidate, around=around)
        is_new = device._state.adding
        taken = conflicts(device, settlement.found, candidate.errors, around=around)
        named = id_faults(candidate.client_id) if is_new and candidate.client_id is not None else ()
        try:
            refuse(candidate.errors, [*named, *taken, *settlement.faults])
            if is_new and candidate.client_id is not None:
                device.device_id = candidate.client_id
                note_twice(line, f"id {device.device_id}", context, "document")
                refuse_taken_id(device)
        except DocumentRefused as error:
            cells.refuse_line(line, error)
        except IdTaken as error:
            line.refuse(error, "document")
        if settlement.is_made and not line.is_refused:  # devices known by their addresses may share none in a realm
            key = f"subscriber {settlement.found.sip_realm.lower()} {settlement.found.sip_username.casefold()}"
            note_twice(line, key, context, "sip.username")
        if line.is_refused:
            return
        if is_new or changes_subscriber(settlement) or not is_same(device.document, candidate.document):
            line.outcome = Outcome.NEW if is_new else Outcome.CHANGED
            line.password = plan.password if settlement.is_made or settlement.is_new_password else None

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
        """Create in bulk, update through the service; passwords that were made or set come back."""
        new = [line for line in lines if line.outcome is Outcome.NEW]
        if new:
            self.create_many(new)
            context.planned -= len(new)
        for line in lines:
            if line.outcome is Outcome.CHANGED:
                self.write_one(line, context)
        written = (Outcome.NEW, Outcome.CHANGED)
        return [card(line) for line in lines if line.password is not None and line.outcome in written]

    def create_many(self, lines: Sequence[Line]) -> None:
        """What the service does for one, for many."""
        for line in lines:
            line.instance.write(line.plan.candidate.document)
        make_many([new_device(line.instance, line.plan.settlement) for line in lines])
        Hotdesk.objects.bulk_create([guest for line in lines for guest in hotdesks(line.instance)])

    def write_one(self, line: Line, context: Context) -> None:
        """Change one device; what the service refuses now is a refused line."""
        former = line.instance.document
        try:
            with transaction.atomic():
                line.instance = device_update(
                    account=context.owner, device_id=line.instance.device_id, data=line.changes, merges=False
                ).device
            line.former = former
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
        """Give a device its former document: the audit trail cuts long values short, the import kept it whole."""
        device_update(account=instance.account, device_id=instance.device_id, data=dict(former), merges=False)


def new_device(device: Device, settlement: Settlement) -> New:
    """A device with the subscriber that was settled on."""
    subscriber = new_subscriber(**new_one(device, settlement)) if settlement.is_made else None
    return New(device, subscriber, settlement.password or "", settlement.password_change)


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
