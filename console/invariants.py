"""What must always hold between rows, beyond what a constraint can say. Apps register what they promise."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from django.db import transaction

MOST_NAMED = 20  # broken rows of one invariant that are named; all are counted

Find = Callable[[], Iterable[str]]
Repair = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Invariant:
    """A promise: ``find`` names each row that breaks it, ``repair`` mends them where that can lose nothing."""

    name: str
    find: Find
    repair: Repair | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An invariant that does not hold: how often, the first rows, and how many rows were mended."""

    name: str
    count: int
    examples: tuple[str, ...]
    repaired: int | None = None

    @property
    def is_left(self) -> bool:
        """Whether somebody has to look at it."""
        return self.repaired is None


_invariants: dict[str, Invariant] = {}


def register(name: str, find: Find, repair: Repair | None = None) -> None:
    """Have ``manage.py verify`` check it; called when an app is ready."""
    _invariants[name] = Invariant(name, find, repair)


def registered() -> list[Invariant]:
    """All that is promised, in the order of registration."""
    return list(_invariants.values())


def verify(*, should_repair: bool = False) -> list[Finding]:
    """Check every invariant, reading only: nobody waits. Returns those that do not hold."""
    found = (_checked(invariant, should_repair=should_repair) for invariant in registered())
    return [finding for finding in found if finding is not None]


def _checked(invariant: Invariant, *, should_repair: bool) -> Finding | None:
    broken = iter(invariant.find())
    examples = tuple(islice(broken, MOST_NAMED))
    if not examples:
        return None
    count = len(examples) + sum(1 for _ in broken)
    return Finding(
        name=invariant.name, count=count, examples=examples, repaired=_repaired(invariant) if should_repair else None
    )


def _repaired(invariant: Invariant) -> int | None:
    if invariant.repair is None:
        return None
    with transaction.atomic():
        return invariant.repair()
