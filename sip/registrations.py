"""Registrations that the webhook admitted, and the registrar that knows them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, Expression, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Account
from sip.models import CutOff, Registration, Subscriber
from sip.registrar import CannotNotify, Delivery, Registrar
from sip.registrar import Contact as LivingContact
from sip.uri import EVERY_CONTACT, Contact
from sip.webhook.judgement import Judgement
from sip.webhook.knowledge import KnownSubscriber
from sip.webhook.question import Question

UNNAMED = "(not given)"
MAX_CONTACT_CHARACTERS = 512
MAX_AOR_CHARACTERS = 330
COLUMNS = (
    "subscriber_id", "account_id", "main_account_id", "aor", "contact_key", "contact", "user_agent", "source", "since",
    "expires_at", "cut_off_reason",
)  # fmt: skip
# A binding that was over, or cut off from here, begins anew.
UPSERT = """INSERT INTO sip_registration (subscriber_id, account_id, main_account_id, aor, contact_key, contact,
user_agent, source, since, expires_at, cut_off_reason) VALUES %s ON CONFLICT (subscriber_id, contact_key) DO UPDATE SET
account_id = excluded.account_id, main_account_id = excluded.main_account_id, aor = excluded.aor,
contact = excluded.contact, user_agent = excluded.user_agent, source = excluded.source,
expires_at = excluded.expires_at, cut_off_at = NULL, cut_off_reason = '',
since = CASE WHEN sip_registration.cut_off_at IS NOT NULL OR sip_registration.expires_at <= excluded.since
THEN excluded.since ELSE sip_registration.since END"""
TAKE_BACK = """UPDATE sip_registration SET expires_at = %s
WHERE subscriber_id = %s AND expires_at > %s AND cut_off_at IS NULL"""


def record(question: Question, judgement: Judgement) -> None:
    """Keep what an admitted REGISTER says about its contacts: one statement for the usual one."""
    subscriber, granted = judgement.subscriber, judgement.granted_expires_seconds
    if subscriber is None or granted is None:
        return
    contacts = (Contact(UNNAMED, instance=question.source),) if question.contacts is None else question.contacts
    now = timezone.now()
    lives = [(contact, now, now + timedelta(seconds=_lifetime(contact, granted))) for contact in contacts]
    if gone := [contact for contact, since, until in lives if until == since]:
        unregister(subscriber.id, gone, at=now)
    living_ones = [life for life in lives if life[2] > now and life[0].uri != EVERY_CONTACT]
    if living_ones:
        _upsert([_row(question, subscriber, *life) for life in living_ones])


def _lifetime(contact: Contact, granted: int) -> int:
    """For how many seconds the contact is bound: its own wish, but no longer than was granted."""
    return granted if contact.expires_seconds is None else min(contact.expires_seconds, granted)


def _row(
    question: Question, subscriber: KnownSubscriber, contact: Contact, since: datetime, expires_at: datetime
) -> dict[str, Any]:
    """The values of a registration, by column."""
    adapted = connection.ops.adapt_datetimefield_value
    return {
        "subscriber_id": subscriber.id,
        "account_id": subscriber.account_id,
        "main_account_id": subscriber.main_account_id,
        "aor": f"sip:{subscriber.username}@{question.realm}"[:MAX_AOR_CHARACTERS],
        "contact_key": contact_key(contact),
        "contact": contact.uri[:MAX_CONTACT_CHARACTERS],
        "user_agent": question.user_agent,
        "source": question.source,
        "since": adapted(since),
        "expires_at": adapted(expires_at),
        "cut_off_reason": "",
    }


def contact_key(contact: Contact) -> str:
    """What identifies a contact of a subscriber: its ``+sip.instance`` where it has one (RFC 5626), else its URI."""
    return hashlib.sha256((contact.instance or contact.uri).encode()).hexdigest()


def _upsert(rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert or refresh each contact once, in one statement, which the ORM's own ``bulk_create`` is not."""
    distinct = {row["contact_key"]: row for row in rows}.values()
    places = ", ".join(["(" + ", ".join(["%s"] * len(COLUMNS)) + ")"] * len(distinct))
    with connection.cursor() as cursor:
        cursor.execute(UPSERT % places, [row[name] for row in distinct for name in COLUMNS])


def unregister(subscriber_id: int, contacts: Sequence[Contact], *, at: datetime) -> None:
    """A phone took contacts back; ``*``, and a contact that is not told, mean all of them."""
    moment = connection.ops.adapt_datetimefield_value(at)
    statement, values = TAKE_BACK, [moment, subscriber_id, moment]
    if not {EVERY_CONTACT, UNNAMED} & {contact.uri for contact in contacts}:
        places = ", ".join(["%s"] * len(contacts))
        statement += f" AND (contact_key IN ({places}) OR contact IN ({places}))"
        values += [*map(contact_key, contacts), *(contact.uri for contact in contacts)]
    with connection.cursor() as cursor:  # the ORM's own costs a third of the whole request more
        cursor.execute(statement, values)


def living(at: datetime | Expression | None = None) -> Q:
    """The condition for a registration that counts now."""
    return Q(expires_at__gt=at or timezone.now(), cut_off_at__isnull=True)


def cut_off(subscriber: Subscriber, reason: str) -> None:
    """Mark what a disabling, rotation or deletion ends; the SBC may serve it until ``expires_at``."""
    end(Registration.objects.filter(subscriber=subscriber), reason)


def cut_off_account(account: Account) -> None:
    """Mark what disabling an account ends."""
    end(Registration.objects.of(account), CutOff.DISABLED)


def end(rows: QuerySet[Any], reason: str) -> None:
    """Mark the living ones among ``rows`` as cut off now."""
    rows.filter(living()).update(cut_off_at=timezone.now(), cut_off_reason=reason)


def move(subscriber: Subscriber) -> None:
    """Let the registrations follow their subscriber to another account."""
    ids = {"account_id": subscriber.account_id, "main_account_id": subscriber.account.main_id}
    Registration.objects.filter(subscriber=subscriber).update(**ids)


def readings() -> Iterator[tuple[str, str, float]]:
    """For ``/metrics``."""
    count = Registration.objects.filter(living()).count()
    yield "registrations", "Contacts that the webhook admitted and that live.", count


def _latest_for(subscriber: str, at: Expression | None = None) -> QuerySet[Any]:
    """The contact that lives longest, for use in a subquery; ``subscriber`` as for ``Registrar.with_state``."""
    path = "pk" if subscriber == "pk" else f"{subscriber}_id"
    rows: QuerySet[Any] = Registration.objects.filter(living(at), subscriber_id=OuterRef(path)).order_by("-expires_at")
    return rows


class WebhookRegistrar(Registrar):
    """Knows what the webhook admitted. It has no connection to phones: those hang on the SBC."""

    def with_state(
        self, queryset: QuerySet[Any], *, subscriber: str = "subscriber", at: Expression | None = None
    ) -> QuerySet[Any]:
        """See ``Registrar.with_state``."""
        latest = _latest_for(subscriber, at)
        annotated: QuerySet[Any] = queryset.annotate(
            registered_contact=Subquery(latest.values("contact")[:1]),
            registered_user_agent=Subquery(latest.values("user_agent")[:1]),
            registered_received=Subquery(latest.values("source")[:1]),
            registered_since=Subquery(latest.values("since")[:1]),
            registered_until=Subquery(latest.values("expires_at")[:1]),
        )
        return annotated

    def is_registered(self, *, subscriber: str = "subscriber") -> Exists:
        """See ``Registrar.is_registered``."""
        return Exists(_latest_for(subscriber))

    def registrations(self, account: Account) -> QuerySet[Any]:
        """See ``Registrar.registrations``."""
        rows: QuerySet[Any] = Registration.objects.of(account)
        return rows

    def contacts(self, subscriber_ids: Sequence[int]) -> Mapping[int, list[LivingContact]]:
        """See ``Registrar.contacts``."""
        found: dict[int, list[LivingContact]] = defaultdict(list)
        rows = Registration.objects.filter(living(), subscriber_id__in=subscriber_ids).order_by(F("since").desc())
        for row in rows:
            contact = LivingContact(row.contact, row.expires_at, row.since, row.user_agent, row.source)
            found[row.subscriber_id].append(contact)
        return dict(found)

    def registered_count(self, account: Account | None, *, most: int) -> int:
        """See ``Registrar.registered_count``."""
        rows = Registration.objects.filter(living(), subscriber__isnull=False)
        looked_at = (rows if account is None else rows.of(account)).values("subscriber_id")[:most]
        return int(Subscriber.objects.filter(pk__in=looked_at).count())

    def notify(self, subscriber: Subscriber, *, event: str, content_type: str = "", body: str = "") -> list[Delivery]:
        """Always ``CannotNotify``, unless nothing is registered."""
        if not self.contacts([subscriber.pk]):
            return []
        raise CannotNotify(
            _("The SBC holds the connection to this phone. For NOTIFYs from here, run Kamailio (REGISTRAR=kamailio).")
        )

    def remove(self, subscriber: Subscriber, contact_uri: str | None = None) -> None:
        """Mark as removed; the SBC forgets it when the binding expires."""
        rows = Registration.objects.filter(subscriber=subscriber)
        end(rows if contact_uri is None else rows.filter(contact=contact_uri), CutOff.REMOVED)

    def health(self) -> str:
        """The table is part of the database, which answers for itself."""
        return ""
