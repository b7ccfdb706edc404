"""What else there is in a device's account: its realms, and who holds the names and addresses that must be unique.

The rules (``settle``, ``conflicts``) ask here. A request asks the database as it goes; a file of many devices has
everything fetched at once, and the rules are the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import BigIntegerField, Q, QuerySet

from console.prepared import Bound, PreparedInstances
from devices.document import Candidate, Columns, Errors, columns
from devices.models import Device
from sip.hashing import Algorithm, ha1
from sip.models import Realm, Secret, Subscriber
from sip.realms import for_device

UNIQUE = ("mac_address", "username_key", "ip_address")


def unique_values(found: Columns, errors: Errors) -> dict[str, str | None]:
    """What a device would have in the columns that no two of an account share. What is faulty is not asked for."""
    by_password = found.sip_method == "password"
    username = found.sip_username if by_password and not errors.keys() & {"sip.username", "sip.method"} else ""
    return {
        "mac_address": found.mac_address,
        "username_key": username.casefold() or None,
        "ip_address": found.sip_ip if found.sip_method == "ip" and "sip.ip" not in errors else None,
    }


class Neighbours:
    """Asks the database, question by question."""

    def realm(self, account_id: int, name: str, username: str) -> Realm | None:
        """The account's realm of that name; of no name, the one that its devices live in. ``is_held`` may be next."""
        return for_device(account_id, name, username)

    def is_held(self, realm: Realm, username: str, *, but: Subscriber | None) -> bool:
        """Whether another subscriber than ``but`` has this username in the realm; without ``but``, ``realm`` knows."""
        if but is None:
            return realm.holder_id is not None
        others = Subscriber.objects.filter(realm=realm, username_key=username.casefold())
        return others.exclude(pk=but.pk).exists()

    def devices(self, wanted: Mapping[str, str], *, but: Device) -> list[Device]:
        """Other devices of the account with one of these values of unique columns."""
        names = tuple(wanted)
        own: dict[str, Any] = {"own": but.pk} if but.pk else {}  # a new one has none
        return _devices.all(names, bool(own), account_id=but.account_id, **wanted, **own)

    def current_hash(self, subscriber: Subscriber) -> str | None:
        """The SHA-256 HA1 of the current password."""
        current = Secret.objects.filter(subscriber=subscriber, valid_until__isnull=True)
        return current.values_list("sha256", flat=True).first()

    def is_current(self, subscriber: Subscriber, password: str) -> bool:
        """Whether ``password`` is the one that the subscriber has."""
        given = ha1(Algorithm.SHA256, subscriber.username, subscriber.realm.shown_as, password)
        return self.current_hash(subscriber) == given


class FetchedNeighbours(Neighbours):
    """Knows what many devices of one account meet, with four queries for all of them."""

    def __init__(self, account_id: int, candidates: Sequence[Candidate], subscribers: Iterable[Subscriber]) -> None:
        """``candidates`` are looked at together; ``subscribers`` are those that may get other passwords."""
        found = [(columns(candidate.document), candidate.errors) for candidate in candidates]
        self._realms = list(Realm.objects.filter(account_id=account_id))
        self._holders = self._fetched_holders({each.sip_username.casefold() for each, _errors in found} - {""})
        self._devices = self._fetched_devices(account_id, [unique_values(each, errors) for each, errors in found])
        current = Secret.objects.filter(subscriber__in=list(subscribers), valid_until__isnull=True)
        self._hashes = dict(current.values_list("subscriber_id", "sha256"))

    def _fetched_holders(self, keys: set[str]) -> dict[tuple[int, str], int]:
        held = Subscriber.objects.filter(realm__in=self._realms, username_key__in=keys)
        return {(realm_id, key): pk for realm_id, key, pk in held.values_list("realm", "username_key", "pk")}

    def _fetched_devices(
        self, account_id: int, wanted: Sequence[Mapping[str, str | None]]
    ) -> dict[tuple[str, str], list[Device]]:
        any_of = Q()
        for name in UNIQUE:
            any_of |= Q(**{f"{name}__in": {values[name] for values in wanted} - {None}})
        found: dict[tuple[str, str], list[Device]] = defaultdict(list)
        for device in Device.objects.filter(any_of, account_id=account_id).only(*UNIQUE):
            for name in UNIQUE:
                found[name, getattr(device, name)].append(device)
        return found

    def realm(self, account_id: int, name: str, username: str) -> Realm | None:
        """See ``Neighbours.realm``."""
        fits = (each for each in self._realms if (each.name == name.lower() if name else each.serves_trunks))
        return next(fits, None)

    def is_held(self, realm: Realm, username: str, *, but: Subscriber | None) -> bool:
        """See ``Neighbours.is_held``."""
        holder = self._holders.get((realm.pk, username.casefold()))
        return holder is not None and (but is None or holder != but.pk)

    def devices(self, wanted: Mapping[str, str], *, but: Device) -> list[Device]:
        """See ``Neighbours.devices``."""
        found = {device.pk: device for item in wanted.items() for device in self._devices.get(item, ())}
        return [device for pk, device in found.items() if pk != but.pk]

    def current_hash(self, subscriber: Subscriber) -> str | None:
        """See ``Neighbours.current_hash``."""
        return self._hashes.get(subscriber.pk)


def _build(names: tuple[str, ...], is_kept: bool) -> QuerySet[Any]:
    """Devices of an account that have one of these values; a device that is there already is no conflict of its own."""
    any_of, fields = Q(), {field.name: field for field in Device._meta.concrete_fields}
    for name in names:
        any_of |= Q(**{name: Bound(name, fields[name])})
    others: QuerySet[Any] = Device.objects.filter(any_of, account_id=Bound("account_id", BigIntegerField()))
    if is_kept:
        others = others.exclude(pk=Bound("own", BigIntegerField()))
    return others.only(*names).order_by()[: len(names)]


_devices = PreparedInstances(_build)
ASKED = Neighbours()
