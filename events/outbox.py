"""Writing down what happened, for whoever wants to know, in the transaction in which it happened."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import BigIntegerField, Q, QuerySet
from django.utils import timezone

from accounts.models import Account
from console.prepared import Bound, PreparedInstances
from events.models import GIVE_UP_AFTER, Delivery, Event, EventType, Webhook

ROWS_A_STATEMENT = 500


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened in an account. ``data`` holds names and ids, never a secret."""

    type: EventType
    account_id: int
    main_account_id: int
    data: Mapping[str, Any]
    at: datetime = field(default_factory=timezone.now)

    def concerns(self, webhook: Webhook) -> bool:
        """Whether the webhook asked for it: the account's own, or its main account's."""
        return webhook.account_id in (self.account_id, self.main_account_id) and self.type in webhook.events


def tell(facts: Iterable[Fact]) -> int:
    """Write an event and its deliveries for each fact that somebody wants to know. Returns how many deliveries.

    One query where nobody does.
    """
    facts = list(facts)
    concerned = {account_id for fact in facts for account_id in (fact.account_id, fact.main_account_id)}
    webhooks = _webhooks_of(concerned) if facts else []
    wanted = [(fact, hooks) for fact in facts if (hooks := [hook for hook in webhooks if fact.concerns(hook)])]
    return write(wanted) if wanted else 0


def _webhooks_of(accounts: Collection[int]) -> list[Webhook]:
    if len(accounts) > 2:  # of a job's rows
        return list(Webhook.objects.filter(account_id__in=accounts, enabled=True))
    own, main = min(accounts), max(accounts)
    return _webhooks.all(own=own, main=main)


def _build() -> QuerySet[Any]:
    own, main = Bound("own", BigIntegerField()), Bound("main", BigIntegerField())
    rows: QuerySet[Any] = Webhook.objects.filter(Q(account_id=own) | Q(account_id=main), enabled=True)
    return rows


_webhooks = PreparedInstances(_build)  # every write asks


def write(wanted: Sequence[tuple[Fact, Sequence[Webhook]]]) -> int:
    """Write the events, and a delivery of each to each of its webhooks."""
    accounts = Account.objects.in_bulk({fact.account_id for fact, _hooks in wanted})
    made = [(event_of(fact, accounts[fact.account_id]), hooks) for fact, hooks in wanted]
    Event.objects.bulk_create([event for event, _hooks in made], batch_size=ROWS_A_STATEMENT)
    now = timezone.now()
    deliveries = [
        Delivery(webhook=hook, event=event, due_at=now, give_up_at=now + GIVE_UP_AFTER)
        for event, hooks in made
        for hook in hooks
    ]
    return len(Delivery.objects.bulk_create(deliveries, batch_size=ROWS_A_STATEMENT))


def event_of(fact: Fact, account: Account) -> Event:
    """The event, unsaved, with the body that every receiver gets."""
    event_id = uuid.uuid4()
    body = {
        "id": event_id,
        "type": fact.type.value,
        "occurred_at": fact.at,
        "account": account.auth_id,
        "data": fact.data,
    }
    text = json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    return Event(event_id=event_id, account=account, type=fact.type, occurred_at=fact.at, body=text)
