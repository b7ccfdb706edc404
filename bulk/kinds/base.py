"""What a kind of object declares so that it can be imported, exported and undone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from accounts.permissions import Resource
from bulk.columns import ABSENT, Column
from bulk.models import Job
from console.filters import ConsoleFilterSet
from console.models import AuditEntry, ConsoleModel
from console.sections import Section, Words


class Outcome(StrEnum):
    """What becomes of a line."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


OUTCOME_WORDS: dict[Outcome, Words] = {
    Outcome.NEW: _("New"),
    Outcome.CHANGED: _("Changed"),
    Outcome.UNCHANGED: _("Unchanged"),
    Outcome.REFUSED: _("Refused"),
}


@dataclass(slots=True)
class Line:
    """One line of a file on its way into the database."""

    number: int
    cells: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    errors: list[tuple[str, str]] = field(default_factory=list)  # column (or empty) and the rule's words
    outcome: Outcome = Outcome.UNCHANGED
    instance: Any = None  # to create, or the stored one
    changes: dict[str, Any] = field(default_factory=dict)
    password: str | None = None
    plan: Any = None  # what else its kind has settled about writing it
    label: str = ""
    former: Any = None  # what was there before, where undoing needs more than the audit trail keeps

    @property
    def is_refused(self) -> bool:
        """Whether something is wrong with it."""
        return self.outcome is Outcome.REFUSED

    def refuse(self, error: ValidationError, column: str = "") -> None:
        """Note what is wrong, in the words of the rule."""
        self.outcome = Outcome.REFUSED
        if hasattr(error, "error_dict"):
            for name, texts in error.message_dict.items():
                self.errors += [("" if name == NON_FIELD_ERRORS else name, text) for text in texts]
        else:
            self.errors += [(column, text) for text in error.messages]

    def report(self) -> list[Any]:
        """What is kept of it: never a password."""
        return [self.number, self.outcome.value, self.label, self.errors]


@dataclass(slots=True)
class Context:
    """What all lines of a job share: the account, and what was seen so far."""

    account: Account  # whose pages or API it came through
    owner: Account  # whose row is locked and whose limits hold
    seen: dict[str, int] = field(default_factory=dict)  # key and the line that has it
    planned: int = 0  # new rows planned but not written yet
    memo: dict[str, Any] = field(default_factory=dict)


class Kind(ABC):
    """One kind of object. ``plan`` judges many lines with few queries; ``write`` carries out what was planned."""

    name: ClassVar[str]
    resource: ClassVar[Resource]
    section: ClassVar[Section]
    model: ClassVar[type[ConsoleModel]]
    only_main: ClassVar[bool] = False
    filters: ClassVar[type[ConsoleFilterSet]]
    action: ClassVar[str] = "edit"  # what a member must be allowed to do
    keeps_former: ClassVar[bool] = False  # whether it is undone from ``Line.former``, not from the audit trail

    @cached_property
    @abstractmethod
    def columns(self) -> tuple[Column, ...]:
        """The columns in the order of an export."""

    @abstractmethod
    def rows(self, account: Account) -> QuerySet[Any]:
        """The rows of ``account`` with everything that an export shows."""

    def narrowed(self, account: Account, query: QueryDict) -> QuerySet[Any]:
        """The rows that match a list's filters, as its address names them."""
        return self.filters(query, self.rows(account), account=account).rows

    @abstractmethod
    def plan(self, lines: Sequence[Line], context: Context) -> None:
        """Judge each line: outcome, errors, and what would be written. Reads only."""

    @abstractmethod
    def write(self, lines: Sequence[Line], context: Context) -> list[dict[str, str]]:
        """Write the planned lines; returns the secrets that were made. The caller holds the account's lock."""

    @abstractmethod
    def remove(self, instance: Any) -> None:
        """Delete what an import created. Raises ``ValidationError``."""

    @abstractmethod
    def restore(self, instance: Any, former: Mapping[str, Any]) -> None:
        """Give audited fields their former values, or what ``Line.former`` kept. Raises ``ValidationError``."""

    @abstractmethod
    def change(self, instance: Any, **changes: Any) -> None:
        """Change a row through its service. Raises ``ValidationError``."""

    def changed_since(self, rows: Mapping[str, Any], imported: Job) -> dict[str, str]:
        """Which rows (by public id) somebody else wrote since the import, and in what words that is said."""
        later = AuditEntry.objects.filter(
            object_type=self.model._meta.model_name, object_id__in=list(rows), id__gte=imported.first_audit_id
        )
        others = later.exclude(request_id=imported.request_id).values_list("object_id", "actor_label")
        words = _("It was changed since, by %(who)s.")
        return {public_id: str(words) % {"who": who or "?"} for public_id, who in others}

    def owner(self, account: Account) -> Account:
        """Whose row the services of this kind lock."""
        return account.main

    def context(self, account: Account) -> Context:
        """A fresh context for a run over a file."""
        return Context(account, self.owner(account))

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """The columns by name."""
        return {column.name: column for column in self.columns}

    @property
    def exported(self) -> tuple[Column, ...]:
        """The columns of an export."""
        return tuple(column for column in self.columns if not column.is_secret)

    @property
    def imported(self) -> tuple[Column, ...]:
        """The columns that an import reads."""
        return tuple(column for column in self.columns if not column.is_read_only)


def read_cells(kind: Kind, line: Line, look_up: Callable[[Column, str], Any]) -> None:
    """Turn the line's cells into values; an empty cell of a field without an empty value gives none."""
    for name, cell in line.cells.items():
        column = kind.by_name[name]
        if column.is_read_only:
            continue
        try:
            value = look_up(column, cell) if column.reference else column.parse(cell)
        except ValidationError as error:
            line.refuse(error, name)
            continue
        if value is not ABSENT:
            line.values[name] = value


def clean_values(kind: Kind, line: Line, instance: Any, names: Sequence[str]) -> None:
    """Run the field's own validators over the values of ``instance`` that a file may name."""
    for name in names:
        field = kind.by_name[name].field
        if field is None:
            continue
        try:
            setattr(instance, field.attname, field.clean(getattr(instance, field.attname), instance))
        except ValidationError as error:
            line.refuse(error, name)


def same(old: Any, new: Any) -> bool:
    """Whether a value is as it was; an empty text and no text are the same cell."""
    return bool(old == new) or (old in (None, "") and new in (None, ""))


def note_twice(line: Line, key: str, context: Context, column: str) -> None:
    """Refuse a line whose key an earlier one has."""
    first = context.seen.setdefault(key, line.number)
    if first != line.number:
        words = _("Line %(line)s has the same %(column)s.")
        line.refuse(ValidationError(words, code="twice", params={"line": first, "column": column}), column)
