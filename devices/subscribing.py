"""Keeps a device's subscriber in step with its document.

A device with a username and a password registers and calls by digest, so it has a subscriber. One that is known by its
address too (``sip.method`` "ip") may use them from that address only. HA1 belongs to one username and realm: another
one needs the password again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from console.audit import HIDDEN, Changes
from devices.conflicts import USERNAME, in_use
from devices.document import Candidate, Columns, Fault, as_errors, columns
from devices.models import Device
from devices.neighbours import ASKED, Neighbours
from devices.refusals import DocumentRefused
from sip.models import Realm, Subscriber, SubscriberKind
from sip.services import password_set, subscriber_create, subscriber_delete, subscriber_update


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What becomes of the subscriber: it stays, goes, is made; and which faults forbid it all."""

    realm: Realm | None
    found: Columns
    password: str | None = field(repr=False)
    before: Subscriber | None
    stays: bool
    is_wanted: bool
    is_new_password: bool
    faults: tuple[Fault, ...]

    @property
    def goes(self) -> bool:
        """Whether the subscriber that is there is removed."""
        return self.before is not None and not self.stays

    @property
    def is_made(self) -> bool:
        """Whether one is made."""
        return self.is_wanted and not self.stays and self.password is not None

    @property
    def cuts_off(self) -> bool:
        """Whether phones that are registered now will not be afterwards."""
        return self.goes or self.is_new_password

    @property
    def password_change(self) -> Changes:
        """What the audit trail is told about the password."""
        had, has = self.before is not None, self.is_made or self.stays
        if not self.is_new_password and not self.is_made and had == has:
            return {}
        return {"password": [HIDDEN if had else None, HIDDEN if has else None]}


def settle(device: Device, candidate: Candidate, *, around: Neighbours = ASKED) -> Settlement:
    """Say what the subscriber has to become; reads only."""
    found, before = columns(candidate.document), device.subscriber
    realm = _realm(device, found, candidate, around) if found.sip_username or found.sip_realm else None
    is_wanted = bool(realm and _has_username(found, candidate) and not candidate.removes_password)
    stays = is_wanted and _is_of(before, realm, found)
    password = candidate.password if "sip.password" not in candidate.errors else None
    return Settlement(
        realm=realm,
        found=found,
        password=password,
        before=before,
        stays=stays,
        is_wanted=is_wanted,
        is_new_password=bool(stays and before and password is not None and not around.is_current(before, password)),
        faults=tuple(_faults(device, found, candidate, realm, needs_one=is_wanted and not stays, around=around)),
    )


def carry_out(device: Device, settlement: Settlement, *, overlap_minutes: int = 0) -> None:
    """Do what was settled; ``device.subscriber`` is left for the caller to save. Raises ``DocumentRefused``."""
    if settlement.goes:
        release(device)
    if settlement.is_made:
        device.subscriber = _made(device, settlement)
    elif settlement.stays and settlement.before:
        subscriber_update(subscriber=settlement.before, **policy(settlement.found))
        if settlement.is_new_password and settlement.password is not None:
            password_set(subscriber=settlement.before, password=settlement.password, overlap_minutes=overlap_minutes)


def release(device: Device) -> None:
    """Take a device's subscriber away; its phones are cut off."""
    subscriber = device.subscriber
    if subscriber is not None:
        device.subscriber = None
        Device.with_deleted.filter(pk=device.pk).update(subscriber=None)
        subscriber_delete(subscriber=subscriber)


def new_one(device: Device, settlement: Settlement) -> dict[str, Any]:
    """What ``subscriber_create`` needs to make the subscriber that was settled on."""
    return {
        "realm": settlement.realm,
        "username": settlement.found.sip_username,
        "account": device.account,
        "kind": SubscriberKind.DEVICE,
        **policy(settlement.found),
    }


def policy(found: Columns) -> dict[str, Any]:
    """The fields of its subscriber that a device's document tells."""
    return {"enabled": found.enabled, "allowed_networks": networks(found)}


def networks(found: Columns) -> list[str]:
    """Where a device's username and password may be used from: anywhere, unless it is known by its address."""
    return [f"{found.sip_ip}/32"] if found.sip_method == "ip" else []


def _is_of(subscriber: Subscriber | None, realm: Realm | None, found: Columns) -> bool:
    if subscriber is None or realm is None:
        return False
    return subscriber.realm_id == realm.pk and subscriber.username == found.sip_username


def _has_username(found: Columns, candidate: Candidate) -> bool:
    return bool(found.sip_username) and "sip.username" not in candidate.errors


def _realm(device: Device, found: Columns, candidate: Candidate, around: Neighbours) -> Realm | None:
    if "sip.realm" in candidate.errors:
        return None
    if device.subscriber is not None and device.indexed.sip_realm == found.sip_realm:
        return device.subscriber.realm
    return around.realm(device.account_id, found.sip_realm, found.sip_username)


def _faults(
    device: Device, found: Columns, candidate: Candidate, realm: Realm | None, *, needs_one: bool, around: Neighbours
) -> Iterator[Fault]:
    if found.sip_realm and realm is None and "sip.realm" not in candidate.errors:
        yield Fault(("sip", "realm"), "invalid", {"message": "Not a realm of this account", "cause": found.sip_realm})
    if not needs_one:
        return
    if device.subscriber is not None and candidate.password is None:
        message = "A changed SIP username or realm needs the password again: only its hash for the old ones is kept"
        yield Fault(("sip", "password"), "required", {"message": message, "value": "password"})
    if candidate.password is None or realm is None:
        return
    if around.is_held(realm, found.sip_username, but=device.subscriber):
        yield in_use(USERNAME, found.sip_username)


def _made(device: Device, settlement: Settlement) -> Subscriber:
    try:
        return subscriber_create(**new_one(device, settlement), password=settlement.password or "")
    except ValidationError as error:
        raise DocumentRefused(as_errors([in_use(USERNAME, settlement.found.sip_username)])) from error
