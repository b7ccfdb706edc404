"""Kamailio as the console's registrar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError
from django.db.models import Exists, Expression, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from accounts.models import Account
from sip.kamailio import blocks, failures, location, notifying, rpc
from sip.kamailio.models import Location
from sip.models import Realm, Subscriber
from sip.registrar import (
    CannotNotify,
    Contact,
    Delivery,
    DeliveryOutcome,
    Registrar,
    RegistrarBlock,
    RegistrarUnreachable,
)  # fmt: skip

HEALTH_SECONDS = 1.0


class KamailioRegistrar(Registrar):
    """Reads who is registered from Kamailio's table; speaks to phones through its JSON-RPC."""

    asks_us = False

    def with_state(
        self, queryset: QuerySet[Any], *, subscriber: str = "subscriber", at: Expression | None = None
    ) -> QuerySet[Any]:
        """See ``Registrar.with_state``."""
        latest = location.latest_for(subscriber, at)
        annotated: QuerySet[Any] = queryset.annotate(
            registered_contact=Subquery(latest.values("contact")[:1]),
            registered_user_agent=Subquery(latest.values("user_agent")[:1]),
            registered_received=Subquery(latest.values(at=location.HostPort("received"))[:1]),
            registered_since=Subquery(latest.values("registered_at")[:1]),
            registered_until=Subquery(latest.values(at=location.Moment("expires"))[:1]),
        )
        return annotated

    def is_registered(self, *, subscriber: str = "subscriber") -> Exists:
        """See ``Registrar.is_registered``."""
        return Exists(location.latest_for(subscriber))

    def registrations(self, account: Account) -> QuerySet[Any]:
        """See ``Registrar.registrations``."""
        return location.of_account(account)

    def contacts(self, subscriber_ids: Sequence[int]) -> Mapping[int, list[Contact]]:
        """See ``Registrar.contacts``."""
        return location.contacts(subscriber_ids)

    def registered_count(self, account: Account | None, *, most: int) -> int:
        """See ``Registrar.registered_count``: by realm, or by subscriber where a sub-account shares its realm."""
        if account is not None and account.is_sub_account:
            rows = Subscriber.objects.filter(Exists(location.latest_for("pk")), account_id=account.pk)
            return int(rows[:most].count())
        realms = Realm.objects.filter(Q(account_id=account.pk) | Q(account__parent_id=account.pk)) if account else None
        return location.registered_in(realms, most=most)

    def notify(self, subscriber: Subscriber, *, event: str, content_type: str = "", body: str = "") -> list[Delivery]:
        """See ``Registrar.notify``. Raises ``ValidationError`` for an event or content type that is not one."""
        notify = notifying.compose(subscriber, event=event, content_type=content_type, body=body)
        rows = list(location.of(subscriber).filter(location.living()).order_by("-last_modified", "-id"))
        answers = notifying.send_all(notify, rows)
        if answers and all(answer.outcome is DeliveryOutcome.NOT_SENT for answer in answers) and self._is_silent():
            raise CannotNotify(_("Kamailio cannot be reached: %(why)s") % {"why": answers[0].reason})
        return [answer.about(row.as_contact()) for row, answer in zip(rows, answers, strict=True)]

    def _is_silent(self) -> bool:
        return any(_fault(kamailio) for kamailio in rpc.every())

    def remove(self, subscriber: Subscriber, contact_uri: str | None = None) -> None:
        """See ``Registrar.remove``: the phone is unregistered at once."""
        location.remove(subscriber.username, subscriber.realm.name, contact_uri)

    def blocks(self) -> list[RegistrarBlock]:
        """See ``Registrar.blocks``."""
        with _faults_told():
            return blocks.list_blocks()

    def lift_block(self, key: str) -> bool:
        """See ``Registrar.lift_block``."""
        with _faults_told():
            return blocks.unblock(key)

    def collect(self) -> int:
        """Bring the failures that Kamailio noted into the authentication log. Returns how many."""
        return failures.drain()

    def health(self) -> str:
        """See ``Registrar.health``."""
        try:
            Location.objects.exists()
        except DatabaseError:
            return "Kamailio's tables are missing: run manage.py migrate on PostgreSQL"
        return "; ".join(filter(None, map(_fault, rpc.every())))


@contextmanager
def _faults_told() -> Iterator[None]:
    """Turn what went wrong with the JSON-RPC into the interface's own exception."""
    try:
        yield
    except (rpc.Unreachable, rpc.Refused) as error:
        raise RegistrarUnreachable(str(error)) from error


def _fault(kamailio: rpc.Rpc) -> str:
    try:
        kamailio.call("core.uptime", wait_seconds=HEALTH_SECONDS)
    except (rpc.Unreachable, rpc.Refused) as error:
        return f"Kamailio {kamailio.server_id}: {error}"
    return ""
