"""Sealed pieces of what belongs to a job: uploads and generated passwords touch the disk in no other form."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from typing import Any

from bulk.models import Job, Part, Role
from console import sealing

LINES_PER_PART = 1000


def pack(items: list[Any]) -> str:
    """Return ``items`` (plain JSON values) compressed and sealed."""
    text = json.dumps(items, ensure_ascii=False, separators=(",", ":"))
    return sealing.seal(b64encode(zlib.compress(text.encode("utf-8", "surrogatepass"), 1)).decode())


def unpack(sealed: str) -> list[Any]:
    """Return what ``pack`` was given. Raises ``sealing.Unsealable``."""
    text = zlib.decompress(b64decode(sealing.unseal(sealed))).decode("utf-8", "surrogatepass")
    items: list[Any] = json.loads(text)
    return items


def write(job: Job, role: Role, number: int, items: list[Any], *, refused: int = 0) -> None:
    """Keep ``items`` as part ``number``, in the place of an earlier one."""
    Part.objects.update_or_create(
        job=job, role=role, number=number, defaults={"sealed": pack(items), "size": len(items), "refused": refused}
    )


def write_all(job: Job, role: Role, items: Iterable[Any]) -> int:
    """Keep any number of items, holding one part at a time in memory. Returns how many there were."""
    count = number = 0
    batch: list[Any] = []
    for item in items:
        batch.append(item)
        if len(batch) == LINES_PER_PART:
            write(job, role, number, batch)
            count, number, batch = count + len(batch), number + 1, []
    if batch:
        write(job, role, number, batch)
    return count + len(batch)


def numbers(job: Job, role: Role, *, start: int = 0, only_refused: bool = False) -> list[int]:
    """The numbers of the parts from ``start`` on, in order."""
    found = Part.objects.filter(job=job, role=role, number__gte=start)
    if only_refused:
        found = found.filter(refused__gt=0)
    return list(found.order_by("number").values_list("number", flat=True))


def read(job: Job, role: Role, number: int) -> list[Any]:
    """The items of one part; none if it was erased meanwhile."""
    sealed = Part.objects.filter(job=job, role=role, number=number).values_list("sealed", flat=True).first()
    return unpack(sealed) if sealed is not None else []


def read_all(job: Job, role: Role, *, only_refused: bool = False) -> Iterator[Any]:
    """Every item, one part at a time."""
    for number in numbers(job, role, only_refused=only_refused):
        yield from read(job, role, number)


def erase(job: Job, role: Role) -> int:
    """Remove all parts of a role. Returns how many."""
    return int(Part.objects.filter(job=job, role=role).delete()[0])
