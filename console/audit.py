"""The audit trail: who changed what, when and through which door. Services write it; nothing edits it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.dispatch import Signal

if TYPE_CHECKING:
    from console.models import Audited, AuditEntry

Person = tuple[str, str, str]  # kind ("user", "token", "command", "task", "anonymous"), id, label
Changes = dict[str, list[Any]]
HIDDEN = "<hidden>"  # what the trail has in the place of a secret
recorded = Signal()  # entries: the rows just written, in the transaction of the service that wrote them


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. ``door`` is page, admin, api, csv, command or task; the person is asked for only to write a row."""

    door: str = "command"
    request_id: str = ""
    source: str = ""
    person: Callable[[], Person] = lambda: ("command", "", "")


NOBODY = Actor()
_actor: ContextVar[Actor] = ContextVar("actor", default=NOBODY)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Make ``actor`` the one in whose name services write, for the length of the block."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


@contextmanager
def through(door: str) -> Iterator[None]:
    """Name another door for the length of the block: an import started from a page writes as ``csv``."""
    with acting(replace(_actor.get(), door=door)):
        yield


def identify(person: Callable[[], Person], *, door: str) -> None:
    """Say who the current actor is, once that is known (a token was checked, a session was opened)."""
    _actor.set(replace(_actor.get(), person=person, door=door))


def current() -> Actor:
    """Return the actor in whose name services write now."""
    return _actor.get()


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    """Return ``{field: [old, new]}`` for every field whose value differs."""
    return {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}


def created(instance: Audited, **extra: list[Any]) -> AuditEntry:
    """Record that ``instance`` was created; its audited fields are the change."""
    return record("create", instance, {**creation(instance), **extra})


def creation(instance: Audited) -> Changes:
    """What a creation changes: every audited field that has a value."""
    return {name: [None, value] for name, value in instance.audited_values().items() if value not in (None, "", [], {})}


def changed(
    instance: Audited, before: Mapping[str, Any], *, action: str = "update", **extra: list[Any]
) -> AuditEntry | None:
    """Record how ``instance`` differs from ``before``; nothing is written when nothing changed."""
    differences = {**difference(before, instance.audited_values()), **extra}
    return record(action, instance, differences) if differences else None


def rotated(instance: Audited, what: str = "password", **extra: list[Any]) -> AuditEntry:
    """Record that a secret of ``instance``, named by ``what``, was replaced by another."""
    return record("rotate", instance, {what: [HIDDEN, HIDDEN], **extra})


def deleted(instance: Audited) -> AuditEntry:
    """Record that ``instance`` was deleted, with its last values."""
    values = {
        name: [value, None] for name, value in instance.audited_values().items() if value not in (None, "", [], {})
    }
    return record("delete", instance, values)


def record(action: str, instance: Audited, changes: Changes) -> AuditEntry:
    """Write one audit row for ``instance`` in the transaction of the caller."""
    entry = entry_for(action, instance, changes)
    entry.save(force_insert=True)
    recorded.send(type(entry), entries=[entry])
    return entry


def record_many(entries: Iterable[tuple[str, Audited, Changes]]) -> None:
    """Write the rows of a bulk write, a thousand a statement."""
    from console.models import AuditEntry

    rows = AuditEntry.objects.bulk_create([entry_for(*entry) for entry in entries], batch_size=1000)
    recorded.send(AuditEntry, entries=rows)


def entry_for(action: str, instance: Audited, changes: Changes) -> AuditEntry:
    """Build, unsaved, the audit row for ``instance`` in the name of the current actor."""
    from console.models import AuditEntry

    actor = _actor.get()
    kind, identifier, label = actor.person()
    owner = instance.audit_account()
    return AuditEntry(
        account_id=owner.pk if owner else None,
        main_account_id=owner.main_id if owner else None,
        actor_kind=kind,
        actor_id=identifier,
        actor_label=label,
        door=actor.door,
        request_id=actor.request_id,
        source=actor.source,
        action=action,
        object_type=instance._meta.model_name or "",
        object_id=instance.public_id,
        object_label=str(instance)[:200],
        changes=changes,
    )
