"""Registrations in Kamailio's table: whose they are, which of them live, and how they are ended."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import (
    BigIntegerField,
    CharField,
    DateTimeField,
    Exists,
    Expression,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)  # fmt: skip
from django.db.models.functions import Collate, Concat, Lower

from accounts.models import Account
from sip.kamailio.models import Location
from sip.models import Realm, Subscriber
from sip.registrar import Contact

_ASCII_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


class HostPort(Func):
    """``ip:port`` of a ``received`` URI such as ``sip:192.0.2.7:5060;transport=tcp``."""

    template = "substring(%(expressions)s from '^sips?:([^;]+)')"
    output_field = CharField()


class Moment(Func):
    """A timestamp from unix seconds."""

    function = "to_timestamp"
    output_field = DateTimeField()


def aor_user(username: str) -> str:
    """The user part of an AOR as Kamailio keeps it: its ASCII letters in lower case."""
    return username.translate(_ASCII_LOWER)


class UnixSeconds(Func):
    """A timestamp in unix seconds: the inverse of ``Moment``."""

    template = "extract(epoch from %(expressions)s)"
    output_field = BigIntegerField()


def living(at: Expression | None = None) -> Q:
    """The condition for a contact that counts now, or at ``at``: rows outlive their expiry until the next sweep."""
    return Q(expires__gt=int(time.time()) if at is None else UnixSeconds(at))


def of(subscriber: Subscriber) -> QuerySet[Location]:
    """Every row of one subscriber."""
    return Location.objects.filter(username=aor_user(subscriber.username), domain=subscriber.realm.name)


def latest_for(path: str, at: Expression | None = None) -> QuerySet[Location]:
    """The newest living contact, for use in a subquery; ``path`` leads from the outer row to its subscriber."""
    prefix = "" if path == "pk" else f"{path}__"
    return Location.objects.filter(
        living(at),
        username=Lower(Collate(OuterRef(f"{prefix}username"), "C")),  # "C": ASCII letters only, as Kamailio does
        domain=OuterRef(f"{prefix}realm__name"),
    ).order_by("-last_modified", "-id")


def of_account(account: Account) -> QuerySet[Any]:
    """Every row of an account (and its sub-accounts), with the attributes of ``sip.models.Registration``."""
    realms = Realm.objects.filter(Q(account=account.main_id) | Q(account__parent=account.main_id))
    rows = Location.objects.filter(domain__in=realms.values("name"))
    if account.is_sub_account:
        own = Subscriber.objects.filter(account=account, realm__name=OuterRef("domain"))
        rows = rows.filter(Exists(own.filter(username_key=OuterRef("username"))))
    named = Subscriber.objects.filter(realm__name=OuterRef("domain"), username_key=OuterRef("username"))
    annotated: QuerySet[Any] = rows.annotate(
        subscriber_id=Subquery(named.values("pk")[:1]),
        aor=Concat(Value("sip:"), "username", Value("@"), "domain"),
        source=HostPort("received"),
        since=F("registered_at"),
        expires_at=Moment("expires"),
        cut_off_at=Value(None, DateTimeField()),
    )
    return annotated.order_by("-id")


def contacts(subscriber_ids: Sequence[int]) -> dict[int, list[Contact]]:
    """The living contacts of these subscribers, newest first, in one statement."""
    found: dict[int, list[Contact]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_CONTACTS, [list(subscriber_ids), int(time.time())])
        for subscriber_id, *columns in cursor.fetchall():
            found[subscriber_id].append(Contact(*columns))
    return dict(found)


_CONTACTS = """
SELECT s.id, l.contact, to_timestamp(l.expires), l.registered_at, l.user_agent,
       coalesce(substring(l.received from '^sips?:([^;]+)'), '')
  FROM sip_subscriber s
  JOIN sip_realm r ON r.id = s.realm_id
  JOIN sip.location l ON l.username = lower(s.username COLLATE "C") AND l.domain = r.name
 WHERE s.id = ANY(%s) AND l.expires > %s
 ORDER BY l.last_modified DESC, l.id DESC
"""


def registered_in(realms: QuerySet[Any] | None, *, most: int) -> int:
    """How many AORs of these realms (None: of all) have a living contact, among ``most`` living contacts."""
    rows = Location.objects.filter(living())
    looked_at = (rows if realms is None else rows.filter(domain__in=realms.values("name"))).values("pk")[:most]
    return Location.objects.filter(pk__in=looked_at).values("username", "domain").distinct().count()


def remove(username: str, domain: str, contact: str | None = None) -> int:
    """End the registrations of an AOR, or one contact of it: the row is the registration. Returns how many ended."""
    rows = Location.objects.filter(username=aor_user(username), domain=domain)
    if contact is not None:
        rows = rows.filter(contact=contact)
    return rows.delete()[0]


def remove_strays(account_id: int | None = None) -> int:
    """End registrations that no live subscriber stands behind, of an account and its sub-accounts or of all.

    Kamailio may save one in the very moment in which its subscriber is cut off.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STRAYS, {"account": account_id})
        return int(cursor.rowcount)


_STRAYS = """
DELETE FROM sip.location l
 USING sip_realm r JOIN accounts_account holder ON holder.id = r.account_id
 WHERE r.name = l.domain AND (%(account)s::bigint IS NULL OR %(account)s IN (holder.id, holder.parent_id))
   AND NOT EXISTS (
       SELECT 1 FROM sip_subscriber s
         JOIN accounts_account a ON a.id = s.account_id
         LEFT JOIN accounts_account p ON p.id = a.parent_id
        WHERE s.realm_id = r.id AND lower(s.username COLLATE "C") = l.username
          AND s.enabled AND a.enabled AND coalesce(p.enabled, true))
"""
