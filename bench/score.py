"""What a request executed, such that it can be executed again: with a new name, new ids, and nothing else computed.

Two recordings of the same request under two names tell what is constant and what is not.
"""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import Any

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

TRANSACTION_WORDS = ("BEGIN", "COMMIT")  # the replay opens its own
SAVEPOINT_WORDS = ("SAVEPOINT", "RELEASE")
SAVEPOINT = re.compile(r"s\d+_x\d+")


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as it went out."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Step:
    """One statement, on which database, inside a transaction or not, and the rows that were fetched."""

    alias: str
    sql: str
    parameters: Any
    is_many: bool
    is_atomic: bool
    rows: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Named:
    """A text that holds the name."""

    template: str
    name: str

    def fresh(self, name: str, _returned: Sequence[Any]) -> str:
        """The text with another name."""
        return self.template.replace(self.name, name)


@dataclass(frozen=True, slots=True)
class Linked:
    """A value that an earlier step returned."""

    step: int

    def fresh(self, _name: str, returned: Sequence[Any]) -> Any:
        """What it returned this time."""
        return returned[self.step]


@dataclass(frozen=True, slots=True)
class Made:
    """An id that is made up: a number of so many digits, or a UUID in one of its spellings."""

    sample: Any

    def fresh(self, _name: str, _returned: Sequence[Any]) -> Any:
        """Another one."""
        if isinstance(self.sample, int):
            return random.randrange(10**14, 10**15)
        number = uuid.uuid4()
        if isinstance(self.sample, uuid.UUID):
            return number
        return number.hex if len(self.sample) == 32 else str(number)


Value = Named | Linked | Made


@dataclass(slots=True)
class Score:
    """The steps with what is fresh in them, and the answer."""

    steps: list[Step]
    answer: Answer

    def play(self, name: str) -> None:
        """Execute every step in the transactions that it was seen in, and fetch what it yields."""
        returned: list[Any] = []
        for (alias, is_atomic), steps in groupby(self.steps, lambda step: (step.alias, step.is_atomic)):
            with transaction.atomic(using=alias) if is_atomic else ExitStack(), connections[alias].cursor() as cursor:
                for step in steps:
                    returned.append(perform(cursor, step, name, returned))

    @property
    def statements(self) -> int:
        """How many there are, without what opens and closes transactions."""
        return sum(not step.sql.startswith(SAVEPOINT_WORDS) for step in self.steps)


def perform(cursor: Any, step: Step, name: str, returned: Sequence[Any]) -> Any:
    """Execute one step. Returns the first value that it yields."""
    if step.is_many:
        cursor.executemany(step.sql, [bound(row, name, returned) for row in step.parameters])
        return None
    cursor.execute(step.sql, bound(step.parameters, name, returned))
    rows = cursor.fetchall() if cursor.description else []
    return rows[0][0] if rows else None


def bound(parameters: Any, name: str, returned: Sequence[Any]) -> Any:
    """The parameters, with fresh values where they are fresh."""
    if parameters is None:
        return None
    return [value.fresh(name, returned) if isinstance(value, Value) else value for value in parameters]


def compose(names: tuple[str, str], takes: tuple[list[Step], list[Step]], answer: Answer) -> Score:
    """Tell what is fresh from two recordings under two names. Raises ``ValueError`` where they do not match."""
    first, second = takes
    if [step.sql for step in first] != [step.sql for step in second]:
        differing = {step.sql for step in first} ^ {step.sql for step in second}
        raise ValueError(f"two requests alike executed different statements: {differing}")
    steps: list[Step] = []
    for one, other in zip(first, second, strict=True):
        if one.is_many or not one.parameters:
            parameters = one.parameters
        else:
            pairs = zip(one.parameters, other.parameters, strict=True)
            parameters = [varying(pair, names, first[: len(steps)]) for pair in pairs]
        steps.append(Step(one.alias, one.sql, parameters, one.is_many, one.is_atomic))
    return Score(steps, answer)


def varying(pair: tuple[Any, Any], names: tuple[str, str], before: Sequence[Step]) -> Any:
    """A parameter: as it is, or how to make a fresh one."""
    value, other = pair
    if value == other:
        return value
    if isinstance(value, str) and names[0] in value:
        return Named(value, names[0])
    links = [number for number, step in enumerate(before) if step.rows and step.rows[0][0] == value]
    if links and "RETURNING" in before[links[-1]].sql:
        return Linked(links[-1])
    is_made = isinstance(value, uuid.UUID | int) or (isinstance(value, str) and is_uuid(value))
    return Made(value) if is_made and not isinstance(value, bool) else value


def is_uuid(text: str) -> bool:
    """Whether a text spells one, with hyphens or without."""
    return len(text.replace("-", "")) == 32 and len(text) in (32, 36)


class RecordingCursor(CursorWrapper):
    """Writes down what is executed and what is fetched."""

    def __init__(self, cursor: Any, *, database: Any, log: list[Step]) -> None:
        super().__init__(cursor, database)
        self.log = log

    def execute(self, sql: Any, params: Any = None) -> Any:
        """Execute, and write it down."""
        if not sql.startswith(TRANSACTION_WORDS):
            kept = SAVEPOINT.sub("s", sql) if sql.startswith(SAVEPOINT_WORDS) else sql
            self.log.append(Step(self.db.alias, kept, params, False, self.db.in_atomic_block))
        return super().execute(sql, params)

    def executemany(self, sql: Any, param_list: Any) -> Any:
        """The same for many."""
        rows = list(param_list)
        self.log.append(Step(self.db.alias, sql, rows, True, self.db.in_atomic_block))
        return super().executemany(sql, rows)

    def fetchone(self) -> Any:
        """Fetch one row, and write it down."""
        row = self.cursor.fetchone()
        self.log[-1].rows += [row] if row is not None else []
        return row

    def fetchmany(self, *arguments: Any) -> Any:
        """Fetch some."""
        rows = self.cursor.fetchmany(*arguments)
        self.log[-1].rows += rows
        return rows

    def fetchall(self) -> Any:
        """Fetch the rest."""
        rows = self.cursor.fetchall()
        self.log[-1].rows += rows
        return rows

    def __iter__(self) -> Iterator[Any]:
        yield from self.fetchall()


@contextmanager
def recording() -> Iterator[list[Step]]:
    """Write down what this thread executes on every database."""
    log: list[Step] = []
    every: Any = connections.all()
    for connection in every:
        connection.make_cursor = partial(RecordingCursor, database=connection, log=log)
    try:
        yield log
    finally:
        for connection in every:
            del connection.make_cursor
