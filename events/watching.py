"""Who registered and who is gone, by comparing registrations with what was told last.

Neither the webhook that phones register through nor Kamailio is asked to do anything for it, and a registration that
merely lapsed is noticed too. What is told and what is remembered are one transaction.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import Account
from events.models import EventType, Registered, Watched, Webhook
from events.outbox import Fact, tell
from sip import registrar
from sip.models import Subscriber

MOST_AT_ONCE = 1000  # the rest is told the next time
WORDS = frozenset({EventType.REGISTERED.value, EventType.UNREGISTERED.value})


def watch() -> None:
    """Look once at every account that wants to know; forget the others."""
    wanted = {hook.account_id for hook in Webhook.objects.filter(enabled=True) if WORDS & set(hook.events)}
    accounts = list(Account.objects.filter(Q(pk__in=wanted) | Q(parent_id__in=wanted)))
    for gone in (Watched, Registered):
        stale = gone._default_manager.exclude(account__in=accounts)
        if stale.exists():
            stale.delete()
    for account in accounts:
        look_at(account)


def look_at(account: Account) -> None:
    """Compare; write only where something has changed."""
    is_watched = Watched.objects.filter(account=account).exists()
    if is_watched and not arrived(account).exists() and not departed(account).exists():
        return
    with transaction.atomic():
        _watched, is_new = Watched.objects.select_for_update().get_or_create(account=account)
        note(account, is_told=not is_new)


def note(account: Account, *, is_told: bool) -> None:
    """Remember the present state and tell the difference; what was there before anybody asked is not told."""
    most = None if not is_told else MOST_AT_ONCE
    came, went = list(islice(arrived(account), most)), list(islice(departed(account), most))
    if is_told:
        facts = (fact(account, EventType.UNREGISTERED, one) for one in went)
        tell(chain(facts, (fact(account, EventType.REGISTERED, one) for one in came)))
    Registered.objects.filter(pk__in=[one.pk for one in went]).delete()
    Registered.objects.bulk_create(came, batch_size=500)


def living(account: Account) -> Any:
    """The account's subscribers that are registered now."""
    return Subscriber.objects.filter(registrar.current().is_registered(subscriber="pk"), account=account)


def arrived(account: Account) -> Any:
    """Those that were not when it was last looked, as rows to remember."""
    known = Registered.objects.filter(account=account).values("subscriber_id")
    return New(living(account).exclude(pk__in=known).select_related("realm"), account)


def departed(account: Account) -> Any:
    """Rows of those that are no longer registered, or no longer there."""
    return Registered.objects.filter(account=account).exclude(subscriber_id__in=living(account).values("pk"))


class New:
    """Subscribers as rows to remember, made one by one."""

    def __init__(self, rows: Any, account: Account) -> None:
        self.rows, self.account = rows, account

    def exists(self) -> bool:
        """Whether there is any."""
        return bool(self.rows.exists())

    def __iter__(self) -> Any:
        for row in self.rows.iterator(chunk_size=MOST_AT_ONCE):
            yield Registered(
                account=self.account,
                subscriber_id=row.pk,
                username=row.username,
                realm=row.realm.shown_as,
                kind=row.kind,
            )


def fact(account: Account, type_: EventType, row: Registered) -> Fact:
    """What is told of one."""
    data = {"username": row.username, "realm": row.realm, "kind": row.kind, "aor": str(row)}
    return Fact(type_, account.pk, account.main_id, data)
