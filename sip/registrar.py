"""Who is registered, and how to reach them: one small interface, and the setting that chooses what stands behind it.

``REGISTRAR=webhook`` (default) knows what the jambonz webhook admitted; ``REGISTRAR=kamailio`` reads Kamailio's
location table and speaks to its JSON-RPC. The rest of the code does not know which.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from django.db.models import Exists, Expression, Q, QuerySet

    from accounts.models import Account
    from sip.models import Subscriber

IMPLEMENTATIONS = {
    "webhook": "sip.registrations.WebhookRegistrar",
    "kamailio": "sip.kamailio.registrar.KamailioRegistrar",
}


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a subscriber can be reached now. ``received`` is the ``ip:port`` its REGISTER came from, if known."""

    uri: str
    expires_at: datetime
    since: datetime
    user_agent: str = ""
    received: str = ""


class DeliveryOutcome(StrEnum):
    """What became of a NOTIFY to one contact."""

    ANSWERED = "answered"  # the phone answered; its SIP status says what it thinks of it
    TIMED_OUT = "timed_out"
    NOT_SENT = "not_sent"  # the registrar refused or could not be reached


@dataclass(frozen=True, slots=True)
class Delivery:
    """The outcome of a NOTIFY to one contact, with the phone's final SIP status where it answered.

    ``is_authenticated``: the phone asked who is calling, and was answered with the subscriber's own digest.
    """

    contact: Contact
    outcome: DeliveryOutcome
    status: int | None = None
    reason: str = ""
    is_authenticated: bool = False


@dataclass(frozen=True, slots=True)
class RegistrarBlock:
    """A source address that the registrar shuts out, for one user of a realm or (both empty) altogether.

    ``key`` is what ``lift_block`` takes; empty for a flood, which ends by itself seconds after the source goes quiet.
    """

    server_id: int
    source: str
    username: str = ""
    realm: str = ""
    until: datetime | None = None
    key: str = ""


class RegistrarUnreachable(Exception):
    """The registrar does not answer, or refuses (the message says which and why)."""


class CannotNotify(Exception):
    """This registrar has no way to send a NOTIFY (the message says what to set up)."""


class Registrar(ABC):
    """Registrations of subscribers and requests to their phones.

    ``asks_us``: the SIP server asks the console about each REGISTER; otherwise it looks in the database itself.
    """

    asks_us = True

    @abstractmethod
    def with_state(
        self, queryset: QuerySet[Any], *, subscriber: str = "subscriber", at: Expression | None = None
    ) -> QuerySet[Any]:
        """Annotate each row with the state of its latest living contact, in one statement, never a call per row.

        Adds ``registered_contact``, ``registered_user_agent``, ``registered_received`` (text or None),
        ``registered_since`` and ``registered_until`` (datetime; None for whoever is not registered). ``subscriber`` is
        the path from the row to its ``Subscriber`` (``"pk"`` for subscribers themselves). ``at`` stands for the moment
        that counts, for a query that is prepared now and run later; by default it is now. That is for rows that are
        shown; ``is_registered`` is what to filter by.
        """

    @abstractmethod
    def is_registered(self, *, subscriber: str = "subscriber") -> Exists | Q:
        """The condition that a row's subscriber is registered now; ``subscriber`` as for ``with_state``.

        A database may meet it by going through all who are registered, whom it expects to be few among many rows.
        """

    @abstractmethod
    def registrations(self, account: Account) -> QuerySet[Any]:
        """The contacts, living and past, of an account (and its sub-accounts), for a list.

        Rows have the attributes of ``sip.models.Registration``.
        """

    @abstractmethod
    def contacts(self, subscriber_ids: Sequence[int]) -> Mapping[int, list[Contact]]:
        """Return the living contacts of each subscriber, newest first; subscribers without one are left out."""

    @abstractmethod
    def registered_count(self, account: Account | None, *, most: int) -> int:
        """How many subscribers of the account (a main account's sub-accounts' too; None: of all) are registered now.

        Looks at ``most`` living contacts at most, so it never answers more.
        """

    @abstractmethod
    def notify(self, subscriber: Subscriber, *, event: str, content_type: str = "", body: str = "") -> list[Delivery]:
        """Send a NOTIFY to every living contact and wait for the answers (a few seconds at most).

        An empty list means: not registered. Raises ``CannotNotify``.
        """

    def sync(self, subscriber: Subscriber, *, reboot: bool | None = None) -> list[Delivery]:
        """Ask the phone to fetch its configuration again (``check-sync``), with or without a reboot when said."""
        suffix = "" if reboot is None else f";reboot={str(reboot).lower()}"
        return self.notify(subscriber, event=f"check-sync{suffix}")

    @abstractmethod
    def remove(self, subscriber: Subscriber, contact_uri: str | None = None) -> None:
        """End the registrations of a subscriber, or of one contact of it, where the registrar can."""

    def blocks(self) -> list[RegistrarBlock]:
        """Whom the registrar itself shuts out now, whoever they concern. Raises ``RegistrarUnreachable``."""
        return []

    def lift_block(self, key: str) -> bool:
        """Let a source in again. Returns whether it was shut out. Raises ``RegistrarUnreachable``."""
        return False

    def collect(self) -> int:
        """Bring what the registrar itself noted of failures into the authentication log. Returns how many."""
        return 0

    @abstractmethod
    def health(self) -> str:
        """Return an empty string when all is well, else what is wrong in one line."""


@lru_cache(maxsize=1)
def _implementation(name: str) -> Registrar:
    made: Registrar = import_string(IMPLEMENTATIONS[name])()
    return made


def current() -> Registrar:
    """The registrar that the settings choose."""
    return _implementation(settings.REGISTRAR)
