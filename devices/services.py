"""Writes on devices: every fault named at once, document, subscriber and audit row in one transaction.

Each takes the account's lock first, so that names, addresses and limits are checked without a race.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Account
from accounts.services import account_lock
from console import audit
from console.audit import Changes
from devices.conflicts import conflicts, id_faults, limit_faults
from devices.document import Candidate, created, patched, replaced
from devices.document.basics import Document
from devices.models import Device, Hotdesk
from devices.refusals import IdTaken, refuse
from devices.subscribing import Settlement, carry_out, release, settle

Check = Callable[[Device], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a request makes of a device, if nothing is wrong with it."""

    candidate: Candidate
    settlement: Settlement

    @property
    def needs_sync_first(self) -> bool:
        """Whether the phone has to be told to reload while it is still registered."""
        return self.candidate.sync and self.settlement.cuts_off


@dataclass(frozen=True, slots=True)
class Written:
    """A device after a write, and whether its phone is to be told to reload its settings."""

    device: Device
    wants_sync: bool


@transaction.atomic
def device_create(*, account: Account, data: Any) -> Written:
    """Create a device of a request's ``data``. Raises ``DocumentRefused``, or ``IdTaken`` for the id it asks for."""
    account = account_lock(account.pk)
    device, candidate = Device(account=account), created(data)
    settlement = settle(device, candidate)
    named = () if candidate.client_id is None else id_faults(candidate.client_id)
    taken = conflicts(device, settlement.found, candidate.errors)
    refuse(candidate.errors, [*limit_faults(account), *named, *taken, *settlement.faults])
    if candidate.client_id is not None:
        device.device_id = candidate.client_id
        refuse_taken_id(device)
    carry_out(device, settlement)
    device.write(candidate.document)
    device.save(force_insert=True)
    note_hotdesks(device, before=())
    audit.created(device, **settlement.password_change)
    return Written(device, candidate.sync)


@transaction.atomic
def device_update(
    *,
    account: Account,
    device_id: str,
    data: Any,
    merges: bool,
    overlap_minutes: int = 0,
    check: Check | None = None,
) -> Written:
    """Replace a device's document by ``data``, or merge ``data`` into it.

    ``check`` may refuse the device as it is, after validation. The former password stays valid for the overlap.
    Raises ``DocumentRefused`` and ``Device.DoesNotExist``.
    """
    device = device_lock(account, device_id)
    plan = device_plan(device=device, data=data, merges=merges)
    if check is not None:
        check(device)
    if is_same(device.document, plan.candidate.document) and not changes_subscriber(plan.settlement):
        return Written(device, plan.candidate.sync)
    before, guests = device.audited_values(), device.indexed.hotdesk_user_ids
    carry_out(device, plan.settlement, overlap_minutes=overlap_minutes)
    device.write(plan.candidate.document)
    device.save()
    note_hotdesks(device, before=guests)
    note_change(device, before, plan.settlement.password_change)
    return Written(device, plan.candidate.sync)


def device_plan(*, device: Device, data: Any, merges: bool) -> Plan:
    """Say what ``device_update`` would do now. Raises ``DocumentRefused``."""
    candidate = (patched if merges else replaced)(device.document, data)
    settlement = settle(device, candidate)
    refuse(candidate.errors, [*conflicts(device, settlement.found, candidate.errors), *settlement.faults])
    return Plan(candidate, settlement)


@transaction.atomic
def device_delete(*, account: Account, device_id: str, for_good: bool = False, check: Check | None = None) -> Device:
    """Delete a device with its subscriber; its row stays, out of sight, unless ``for_good``.

    Raises ``Device.DoesNotExist``.
    """
    device = device_lock(account, device_id)
    if check is not None:
        check(device)
    audit.deleted(device)
    release(device)
    device.deleted_at = timezone.now()
    device.write(device.document)
    if for_good:
        Device.with_deleted.filter(pk=device.pk).delete()
    else:
        device.save()
        device.hotdesks.all().delete()
    return device


def device_lock(account: Account, device_id: str) -> Device:
    """Lock the account and the device until the transaction ends. Raises ``Device.DoesNotExist``."""
    account = account_lock(account.pk)
    rows = Device.objects.of(account).select_for_update(of=("self",)).select_related("subscriber__realm")
    device: Device = rows.get(device_id=device_id)
    device.account = account
    return device


def refuse_taken_id(device: Device) -> None:
    """Raise ``IdTaken`` where the account has, or had, a device with this id; the caller holds the account's lock."""
    if Device.with_deleted.of(device.account).filter(device_id=device.device_id).exists():
        raise IdTaken


def note_hotdesks(device: Device, *, before: tuple[str, ...]) -> None:
    """Write down who has logged in at a device, for look-ups, where that has changed."""
    guests = device.indexed.hotdesk_user_ids
    if guests != before:
        device.hotdesks.exclude(user_id__in=guests).delete()
        Hotdesk.objects.bulk_create([guest for guest in hotdesks(device) if guest.user_id not in before])


def hotdesks(device: Device) -> list[Hotdesk]:
    """Make, unsaved, a row for each user who has logged in at a device."""
    return [Hotdesk(device=device, user_id=user_id) for user_id in device.indexed.hotdesk_user_ids]


def note_change(device: Device, before: dict[str, Any], password_change: Changes) -> None:
    """Write the audit rows of an update; a key that went is a change to nothing."""
    after = device.audited_values()
    changes = audit.difference(before, {**dict.fromkeys(before), **after})
    if changes:
        audit.record("update", device, changes)
    if password_change:
        audit.record("rotate", device, password_change)


def changes_subscriber(settlement: Settlement) -> bool:
    """Whether a settlement does anything that the document does not tell."""
    return settlement.goes or settlement.is_made or settlement.is_new_password


def is_same(one: Document, other: Document) -> bool:
    """Whether two documents are the same JSON; to Python, ``true`` is 1."""
    return one == other and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
