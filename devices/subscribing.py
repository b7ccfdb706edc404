"""Keeps a device's subscriber in step with its document.

A device with a username and a password registers and calls by digest, so it has a subscriber. One that is known by its
address too (``sip.method`` "ip") may use them from that address only. HA1 belongs to one username and realm: another
one needs the password again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from console.audit import Changes
from devices.conflicts import USERNAME, in_use
from devices.document import Candidate, Columns, Fault, as_errors, columns
from devices.models import Device
from devices.refusals import DocumentRefused
from sip.hashing import Algorithm, ha1
from sip.models import Realm, Secret, Subscriber, SubscriberKind
from sip.realms import asked_for
from sip.services import password_set, subscriber_create, subscriber_delete, subscriber_update

HIDDEN = "<hidden>"


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


def settle(device: Device, candidate: Candidate) -> Settlement:
    """Say what the subscriber has to become; reads only."""
    found, before = columns(candidate.document), device.subscriber
    realm = _realm(device, found, candidate) if found.sip_username or found.sip_realm else None
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
        is_new_password=bool(stays and before and password is not None and not _is_current(before, password)),
        faults=tuple(_faults(device, found, candidate, realm, is_wanted=is_wanted, stays=stays)),
    )


def carry_out(device: Device, settlement: Settlement, *, overlap_minutes: int = 0) -> None:
    """Do what was settled; ``device.subscriber`` is left for the caller to save. Raises ``DocumentRefused``."""
    policy = {"enabled": settlement.found.enabled, "allowed_networks": networks(settlement.found)}
    if settlement.goes:
        release(device)
    if settlement.is_made and settlement.realm and settlement.password is not None:
        device.subscriber = _made(device, settlement, settlement.realm, settlement.password, policy)
    elif settlement.stays and settlement.before:
        subscriber_update(subscriber=settlement.before, **policy)
        if settlement.is_new_password and settlement.password is not None:
            password_set(subscriber=settlement.before, password=settlement.password, overlap_minutes=overlap_minutes)


def release(device: Device) -> None:
    """Take a device's subscriber away; its phones are cut off."""
    subscriber = device.subscriber
    if subscriber is not None:
        device.subscriber = None
        Device.with_deleted.filter(pk=device.pk).update(subscriber=None)
        subscriber_delete(subscriber=subscriber)


def networks(found: Columns) -> list[str]:
    """Where a device's username and password may be used from: anywhere, unless it is known by its address."""
    return [f"{found.sip_ip}/32"] if found.sip_method == "ip" else []


def _is_of(subscriber: Subscriber | None, realm: Realm | None, found: Columns) -> bool:
    if subscriber is None or realm is None:
        return False
    return subscriber.realm_id == realm.pk and subscriber.username == found.sip_username


def _has_username(found: Columns, candidate: Candidate) -> bool:
    return bool(found.sip_username) and "sip.username" not in candidate.errors


def _realm(device: Device, found: Columns, candidate: Candidate) -> Realm | None:
    if "sip.realm" in candidate.errors:
        return None
    if device.subscriber is not None and device.indexed.sip_realm == found.sip_realm:
        return device.subscriber.realm
    wanted = {"name": found.sip_realm.lower()} if found.sip_realm else {"serves_trunks": True}
    return asked_for(found.sip_username).filter(account_id=device.account_id, **wanted).first()


def _faults(
    device: Device, found: Columns, candidate: Candidate, realm: Realm | None, *, is_wanted: bool, stays: bool
) -> Iterator[Fault]:
    if found.sip_realm and realm is None and "sip.realm" not in candidate.errors:
        yield Fault(("sip", "realm"), "invalid", {"message": "Not a realm of this account", "cause": found.sip_realm})
    if not is_wanted or stays:
        return
    if device.subscriber is not None and candidate.password is None:
        message = "A changed SIP username or realm needs the password again: only its hash for the old ones is kept"
        yield Fault(("sip", "password"), "required", {"message": message, "value": "password"})
    if candidate.password is not None and realm is not None and _is_held(device, realm, found.sip_username):
        yield in_use(USERNAME, found.sip_username)


def _is_held(device: Device, realm: Realm, username: str) -> bool:
    """Whether another subscriber has the username; ``_realm`` has asked already, but for a realm that stays."""
    if device.subscriber is None:
        return realm.holder_id is not None
    others = Subscriber.objects.filter(realm=realm, username_key=username.casefold())
    return others.exclude(pk=device.subscriber.pk).exists()


def _is_current(subscriber: Subscriber, password: str) -> bool:
    given = ha1(Algorithm.SHA256, subscriber.username, subscriber.realm.shown_as, password)
    return Secret.objects.filter(subscriber=subscriber, valid_until__isnull=True, sha256=given).exists()


def _made(device: Device, settlement: Settlement, realm: Realm, password: str, policy: dict[str, object]) -> Subscriber:
    try:
        return subscriber_create(
            realm=realm,
            username=settlement.found.sip_username,
            account=device.account,
            kind=SubscriberKind.DEVICE,
            password=password,
            **policy,
        )
    except ValidationError as error:
        raise DocumentRefused(as_errors([in_use(USERNAME, settlement.found.sip_username)])) from error
