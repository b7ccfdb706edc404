"""From a subscriber back to what was provisioned as it. Apps above register their sections; their names are settled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from accounts.models import Account
from console import sections
from console.sections import Section
from sip.models import Subscriber, SubscriberKind

SECTIONS = {
    SubscriberKind.ENDPOINT: "endpoints",
    SubscriberKind.CREDENTIAL: "credentials",
    SubscriberKind.DEVICE: "devices",
}


def section_of(kind: str) -> Section:
    """Where subscribers of a kind have their pages."""
    return sections.get(SECTIONS[SubscriberKind(kind)])


def holder_urls(subscriber_ids: Iterable[int | None], account: Account) -> dict[int | None, str]:
    """The page of each subscriber's holder, by its key: one query for all and one for each kind there is.

    Endpoints are shown in ``account``, whose they are too; credentials and devices in the account that owns them.
    """
    wanted = {key for key in subscriber_ids if key is not None}
    kinds: defaultdict[str, dict[int, Account]] = defaultdict(dict)
    found = Subscriber.objects.filter(pk__in=wanted).select_related("account") if wanted else ()
    for subscriber in found:
        kinds[subscriber.kind][subscriber.pk] = subscriber.account
    urls: dict[int | None, str] = {}
    for kind, owners in kinds.items():
        section = section_of(kind)
        holders = section.model._default_manager.filter(subscriber_id__in=owners).only("subscriber_id", section.key)
        for holder in holders:
            key: int = holder.subscriber_id  # type: ignore[attr-defined]  # every model of these sections has it
            home = account if kind == SubscriberKind.ENDPOINT else owners[key]
            urls[key] = section.url("detail", home, holder)
    return urls
