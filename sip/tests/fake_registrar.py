"""A registrar that remembers what it was asked to send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import DateTimeField, Q, QuerySet, TextField, Value

from accounts.models import Account
from sip.models import Registration, Subscriber
from sip.registrar import CannotNotify, Contact, Delivery, DeliveryOutcome, Registrar

THEN = datetime(2026, 3, 1, tzinfo=UTC)
PHONE = Contact("sip:desk01@192.0.2.5:5060", THEN, THEN, "Polycom", "192.0.2.5:5060")


class FakeRegistrar(Registrar):
    """Has one phone registered as everybody, unless told otherwise."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str, str]] = []  # username, event, content type, body
        self.deliveries = [Delivery(PHONE, DeliveryOutcome.ANSWERED, 200, "OK")]
        self.obstacle = ""
        self.faults: dict[str, str] = {}  # what is wrong with every NOTIFY, by part

    def with_state(self, queryset: QuerySet[Any], **_options: Any) -> QuerySet[Any]:
        """Everybody is registered at the one phone."""
        text: Any = TextField()
        moment: Any = DateTimeField()
        annotated: QuerySet[Any] = queryset.annotate(
            registered_contact=Value(PHONE.uri, text),
            registered_user_agent=Value(PHONE.user_agent, text),
            registered_received=Value(PHONE.received, text),
            registered_since=Value(PHONE.since, moment),
            registered_until=Value(PHONE.expires_at, moment),
        )
        return annotated

    def is_registered(self, **_options: Any) -> Q:
        """Everybody."""
        return ~Q(pk__in=[])

    def registrations(self, account: Account) -> QuerySet[Any]:
        """None."""
        return Registration.objects.none()

    def contacts(self, subscriber_ids: Sequence[int]) -> Mapping[int, list[Contact]]:
        """The one phone."""
        return {subscriber_id: [PHONE] for subscriber_id in subscriber_ids}

    def registered_count(self, account: Any, *, most: int) -> int:
        """One."""
        return 1

    def notify(self, subscriber: Subscriber, *, event: str, content_type: str = "", body: str = "") -> list[Delivery]:
        """Remember it."""
        if self.faults:
            raise ValidationError(dict(self.faults))
        if self.obstacle:
            raise CannotNotify(self.obstacle)
        self.sent.append((subscriber.username, event, content_type, body))
        return self.deliveries

    def remove(self, subscriber: Subscriber, contact_uri: str | None = None) -> None:
        """Nothing."""

    def health(self) -> str:
        """All is well."""
        return ""
