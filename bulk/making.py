"""What a service does to make one object that holds a subscriber, done for many: a statement a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bulk.inserting import insert_many
from console import audit
from console.audit import Changes
from console.models import AuditEntry
from sip.models import Subscriber
from sip.services import new_secret


@dataclass(slots=True)
class New:
    """An unsaved row, its unsaved subscriber (if it gets one), and what its audit row tells beside its fields."""

    row: Any
    subscriber: Subscriber | None
    password: str = field(default="", repr=False)
    told: Changes = field(default_factory=dict)


def make_many(made: Sequence[New]) -> None:
    """Write subscribers, hashes, rows and audit rows. Inside the caller's transaction; constraints still hold."""
    held = [new for new in made if new.subscriber is not None]
    insert_many([new.subscriber for new in held if new.subscriber])
    insert_many([new_secret(new.subscriber, new.password) for new in held if new.subscriber])
    for new in held:
        new.row.subscriber = new.subscriber
    insert_many([new.row for new in made])
    entries = [audit.entry_for("create", new.row, {**audit.creation(new.row), **new.told}) for new in made]
    insert_many(entries)
    audit.recorded.send(AuditEntry, entries=entries)
