"""What else there is in a device's account: its realms, and who holds the names and addresses that must be unique.

The rules (``settle``, ``conflicts``) ask here. A request asks the database as it goes; a file of many devices has
everything fetched at once, and the rules are the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q

from devices.document import Columns
from devices.models import Device
from sip.hashing import Algorithm, ha1
from sip.models import Realm, Secret, Subscriber
from sip.realms import asked_for

UNIQUE = ("mac_address", "username_key", "ip_address")  # columns that no two devices of an account share


class Neighbours:
    """Asks the database, question by question."""

    def realm(self, account_id: int, name: str, username: str) -> Realm | None:
        """The account's realm of that name; of no name, the one that its devices live in. ``is_held`` may be next."""
        wanted = {"name": name.lower()} if name else {"serves_trunks": True}
        return asked_for(username).filter(account_id=account_id, **wanted).first()

    def is_held(self, realm: Realm, username: str, *, but: Subscriber | None) -> bool:
        """Whether another subscriber than ``but`` has this username in the realm; without ``but``, ``realm`` knows."""
        if but is None:
            return realm.holder_id is not None
        others = Subscriber.objects.filter(realm=realm, username_key=username.casefold())
        return others.exclude(pk=but.pk).exists()

    def devices(self, wanted: Mapping[str, str], *, but: Device) -> list[Device]:
        """Other devices of the account with one of these values of unique columns."""
        any_of = Q()
        for name, value in wanted.items():
            any_of |= Q(**{name: value})
        others = Device.objects.filter(any_of, account_id=but.account_id).exclude(pk=but.pk)
        return list(others.only(*wanted)[: len(wanted)])

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

    def __init__(self, account_id: int, wanted: Sequence[Columns], subscribers: Iterable[Subscriber]) -> None:
        """``wanted`` is what the devices are to be looked up by; ``subscribers`` may get other passwords."""
        self._realms = list(Realm.objects.filter(account_id=account_id))
        keys = {found.sip_username.casefold() for found in wanted} - {""}
        held = Subscriber.objects.filter(realm__in=self._realms, username_key__in=keys)
        self._holders = {(realm_id, key): pk for realm_id, key, pk in held.values_list("realm", "username_key", "pk")}
        self._devices: dict[tuple[str, str], list[Device]] = defaultdict(list)
        macs, addresses = {found.mac_address for found in wanted} - {None}, {found.sip_ip for found in wanted}
        any_of = Q(username_key__in=keys) | Q(mac_address__in=macs) | Q(ip_address__in=addresses - {""})
        for device in Device.objects.filter(any_of, account_id=account_id).only(*UNIQUE):
            for name in UNIQUE:
                self._devices[name, getattr(device, name)].append(device)
        current = Secret.objects.filter(subscriber__in=list(subscribers), valid_until__isnull=True)
        self._hashes = dict(current.values_list("subscriber_id", "sha256"))

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


ASKED = Neighbours()
