"""What always holds between subscribers, their hashes, their realms and what they were provisioned as."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Count, Exists, F, Model, OneToOneField, OuterRef, Q, QuerySet

from accounts.models import Account
from console import invariants
from sip.models import HoldsSubscriber, Secret, Subscriber
from sip.services import subscriber_delete

CHUNK_ROWS = 2000
REPAIRED_AT_ONCE = 500


def register() -> None:
    """Make them known to ``manage.py verify``."""
    invariants.register("subscribers without a current password", subscribers_without_a_secret)
    invariants.register("subscribers that nothing was provisioned as", named_orphans, repair_orphans)
    invariants.register("objects whose subscriber is of another name or account", mismatched_holders)
    invariants.register("objects whose subscriber is enabled or disabled otherwise", differing, repair_differing)
    invariants.register("subscribers in a realm of another account", subscribers_in_foreign_realms)
    invariants.register("accounts without their realms", accounts_without_realms)


def holding_models() -> list[type[Model]]:
    """Every model with a subscriber of its own."""
    fields = ((model, field) for model in apps.get_models() for field in model._meta.local_fields)
    return [model for model, field in fields if isinstance(field, OneToOneField) and field.related_model is Subscriber]


def subscribers_without_a_secret() -> Iterator[str]:
    """Nobody could register as them."""
    current = Secret.objects.filter(subscriber=OuterRef("pk"), valid_until=None)
    return _names(Subscriber.objects.filter(~Exists(current)))


def orphans() -> QuerySet[Subscriber]:
    """Subscribers that a phone could use and no page shows."""
    held = [Exists(model._default_manager.filter(subscriber=OuterRef("pk"))) for model in holding_models()]
    rows = Subscriber.objects.all()
    for each in held:
        rows = rows.filter(~each)
    return rows


def named_orphans() -> Iterator[str]:
    """The names of orphans."""
    return _names(orphans())


def repair_orphans() -> int:
    """Remove them, as deleting what they belonged to would have. Returns how many."""
    gone = 0
    while found := list(orphans().select_related("realm")[:REPAIRED_AT_ONCE]):
        for subscriber in found:
            subscriber_delete(subscriber=subscriber)
        gone += len(found)
    return gone


def mismatched_holders() -> Iterator[str]:
    """What a phone registers as is what the object says."""
    for model in _holders():
        differs = ~Q(subscriber__username=F("username")) | ~Q(subscriber__kind=model.subscriber_kind)
        owner = "sub_account" if "sub_account" in _fields(model) else "account"
        is_other = ~Q(subscriber__account=F(owner)) & ~Q(subscriber__account=F("account"))
        yield from _keys(model.objects.filter(differs | is_other))


def differing() -> Iterator[str]:
    """Disabled means that no phone gets in."""
    for model in _holders():
        yield from _keys(_differing(model))


def repair_differing() -> int:
    """Have the subscribers follow their objects, which are what operators see. Returns how many."""
    repaired = 0
    for model in _holders():
        for is_enabled in (True, False):
            wrong = _differing(model).filter(enabled=is_enabled).values("subscriber_id")
            repaired += Subscriber.objects.filter(pk__in=list(wrong.values_list("subscriber_id", flat=True))).update(
                enabled=is_enabled
            )
    return repaired


def subscribers_in_foreign_realms() -> Iterator[str]:
    """A realm is its account's, and its sub-accounts'."""
    own = Q(realm__account=F("account")) | Q(realm__account=F("account__parent"))
    return _names(Subscriber.objects.exclude(own))


def accounts_without_realms() -> Iterator[str]:
    """A main account's endpoints have one realm, and every account's credentials and devices have one."""
    counted = Account.objects.annotate(
        trunks=Count("realms", filter=Q(realms__serves_trunks=True), distinct=True),
        endpoints=Count("realms", filter=Q(realms__serves_endpoints=True), distinct=True),
    )
    lacking = counted.exclude(trunks=1).values_list("auth_id", flat=True)
    mains = counted.filter(parent=None).exclude(endpoints=1).values_list("auth_id", flat=True)
    yield from sorted({*lacking, *mains})


def _holders() -> list[type[HoldsSubscriber]]:
    return [model for model in holding_models() if issubclass(model, HoldsSubscriber)]


def _differing(model: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.exclude(subscriber__enabled=F("enabled"))
    return rows


def _fields(model: type[Model]) -> set[str]:
    return {field.name for field in model._meta.fields}


def _names(rows: QuerySet[Subscriber]) -> Iterator[str]:
    shown = rows.order_by("pk").values_list("username", "realm__shown_as")
    return (f"{username}@{realm}" for username, realm in shown.iterator(CHUNK_ROWS))


def _keys(rows: QuerySet[Any]) -> Iterator[str]:
    label = rows.model._meta.verbose_name
    keys = rows.order_by("pk").values_list(rows.model.public_id_field, flat=True)
    return (f"{label} {key}" for key in keys.iterator(CHUNK_ROWS))
