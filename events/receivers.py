"""What happens in the apps below, as facts to tell; and what the workers do for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.dispatch import receiver

from bulk.models import Job, JobKind
from bulk.signals import erasing, job_finished, worker_starting
from console.audit import recorded
from console.models import AuditEntry
from events import courier, services
from events.models import EventType
from events.outbox import Fact, tell
from sip.models import Block
from sip.signals import source_blocked

KINDS = ("endpoint", "credential", "device")
ENDINGS = {"create": "created", "delete": "deleted"}  # any other action changes


@receiver(recorded, dispatch_uid="events.recorded")
def tell_of_writes(entries: Iterable[AuditEntry], **_kwargs: Any) -> None:
    """Endpoints, credentials and devices that were made, changed, deleted: the audit trail knows."""
    tell(facts_of(entries))


def facts_of(entries: Iterable[AuditEntry]) -> Iterator[Fact]:
    """The audit rows that are told; of what changed, the names only."""
    for entry in entries:
        if entry.object_type in KINDS and entry.account_id is not None:
            ending = ENDINGS.get(entry.action, "changed")
            yield Fact(
                EventType(f"{entry.object_type}.{ending}"),
                entry.account_id,
                entry.main_account_id or entry.account_id,
                {
                    "id": entry.object_id,
                    "name": entry.object_label,
                    **({"changed": sorted(entry.changes)} if ending == "changed" else {}),
                },
                entry.created_at,
            )


@receiver(source_blocked, sender=Block, dispatch_uid="events.source_blocked")
def tell_of_block(block: Block, **_kwargs: Any) -> None:
    """A source that failed too often."""
    names = {"username": block.username_key, "realm": block.realm, "source": block.source}
    if block.account_id is None or block.main_account_id is None:
        return
    data = {**names, "failures": block.failures, "until": block.until}
    tell([Fact(EventType.BLOCKED, block.account_id, block.main_account_id, data)])


@receiver(job_finished, sender=Job, dispatch_uid="events.job_finished")
def tell_of_import(job: Job, **_kwargs: Any) -> None:
    """An import that is over, whatever came of it."""
    if job.kind != JobKind.IMPORT:
        return
    counts = {"new": job.created_count, "changed": job.changed_count, "unchanged": job.unchanged_count}
    data = {"id": job.job_id, "objects": job.subject, "state": job.state, "total": job.total, **counts}
    data["refused"] = job.refused_count
    tell([Fact(EventType.IMPORT_FINISHED, job.account_id, job.account.main_id, data)])


@receiver(worker_starting, dispatch_uid="events.worker_starting")
def send_beside_tasks(**_kwargs: Any) -> None:
    """Every worker delivers, whatever its tasks are busy with."""
    courier.Courier().start()


@receiver(erasing, dispatch_uid="events.erasing")
def forget(**_kwargs: Any) -> None:
    """Old events go."""
    services.erase_old()
