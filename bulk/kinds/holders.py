"""What endpoints and credentials have in common: a username in a realm, a password, and the fast way to make many."""

from __future__ import annotations

import copy
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import BooleanField

from accounts.models import Account
from bulk.columns import Column
from bulk.kinds.base import Context, Line, Outcome, clean_values, note_twice, read_cells, same
from bulk.kinds.passwords import PasswordKind, card
from bulk.making import New, make_many
from console import counters
from sip import passwords
from sip.digest import Algorithm, ha1
from sip.models import HoldsSubscriber, Realm, Secret, Subscriber, taken
from sip.services import new_subscriber


@dataclass(slots=True)
class Neighbours:
    """What the usernames of some lines meet in the database."""

    holders: dict[str, Subscriber]  # by username, whoever they belong to
    stored: dict[int, Any] = field(default_factory=dict)  # rows of this kind and account, by subscriber
    hashes: dict[int, str] = field(default_factory=dict)  # current SHA-256 HA1, by subscriber


class HolderKind(PasswordKind):
    """A kind whose rows hold a subscriber, found by username."""

    model: ClassVar[type[HoldsSubscriber]]
    limit_field: ClassVar[str]
    refuse_above_limit: ClassVar[Callable[..., None]]
    update: ClassVar[Callable[..., Any]]
    delete: ClassVar[Callable[..., None]]

    @abstractmethod
    def realm(self, owner: Account) -> Realm:
        """The realm that new rows live in."""

    @abstractmethod
    def fresh(self, context: Context, line: Line) -> Any:
        """A new, empty row of the context's account."""

    @abstractmethod
    def policy(self, instance: Any) -> dict[str, Any]:
        """The fields of its subscriber."""

    def references(self, column: Column, cells: set[str], context: Context) -> dict[str, Any]:
        """What the cells of a reference stand for: an object, or the ``ValidationError`` to refuse the line with."""
        return {}

    # --- judging ------------------------------------------------------------------------------------------------------

    def plan(self, lines: Sequence[Line], context: Context) -> None:
        """Judge each line with a handful of queries for all."""
        known = {column.name: self.look_up(column, lines, context) for column in self.columns if column.reference}
        for line in lines:
            read_cells(self, line, lambda column, cell: or_raise(known[column.name][cell.strip()]))
            line.label = str(line.values.get("username", ""))
        found, room = self.neighbours(lines, context), self.room(context)
        for line in lines:
            key = line.label.casefold()
            if key:
                note_twice(line, key, context, "username")
            holder = found.holders.get(key)
            if holder is None:
                self.plan_new(line, context, room)
            elif holder.pk in found.stored:
                self.plan_update(line, found.stored[holder.pk], found.hashes.get(holder.pk, ""))
            else:
                line.refuse(taken(holder.kind, self.model.subscriber_kind), "username")

    def look_up(self, column: Column, lines: Sequence[Line], context: Context) -> dict[str, Any]:
        """What the cells of a reference stand for, asked for once."""
        cells = {line.cells.get(column.name, "").strip() for line in lines} - {""}
        return {"": None, **(self.references(column, cells, context) if cells else {})}

    def neighbours(self, lines: Sequence[Line], context: Context) -> Neighbours:
        """Who holds the usernames, and what the lines are to be compared with."""
        keys = {line.label.casefold() for line in lines}
        held = Subscriber.objects.filter(realm=self.cached_realm(context), username_key__in=keys)
        found = Neighbours({holder.username_key: holder for holder in held})
        ids = [holder.pk for holder in found.holders.values() if holder.kind == self.model.subscriber_kind]
        if ids:
            rows = self.rows(context.account).filter(subscriber_id__in=ids)
            found.stored = {row.subscriber_id: row for row in rows}
        if ids and any(line.values.get("password") for line in lines):
            current = Secret.objects.filter(subscriber_id__in=ids, valid_until=None)
            found.hashes = dict(current.values_list("subscriber_id", "sha256"))
        return found

    def cached_realm(self, context: Context) -> Realm:
        """The realm, asked for once a job."""
        found: Realm = context.memo.get("realm") or context.memo.setdefault("realm", self.realm(context.owner))
        return found

    def room(self, context: Context) -> int | None:
        """How many rows the account may still get; None for no limit."""
        limit = getattr(context.owner, self.limit_field)
        return None if limit is None else int(limit) - counters.total(self.model, context.owner.pk)

    def plan_new(self, line: Line, context: Context, room: int | None) -> None:
        """Judge a line that makes a row."""
        instance = self.fresh(context, line)
        line.password = line.values.pop("password", "") or passwords.generate()
        for name, value in line.values.items():
            setattr(instance, name, value)
        instance.home_realm, instance.is_username_checked = self.cached_realm(context), True
        instance.password = line.password
        clean_values(self, line, instance, [name for name in self.by_name if self.must_clean(name, line)])
        clean_whole(line, instance)
        instance.password = None
        if line.is_refused:
            return
        if room is not None and context.planned >= room:
            line.refuse(self.limit_words(context))
            return
        context.planned += 1
        line.outcome, line.instance = Outcome.NEW, instance

    def must_clean(self, name: str, line: Line) -> bool:
        """Whether a field of a new row has to be looked at: it was given and is not just a flag, or it is required."""
        column = self.by_name[name]
        if name in line.values:
            return not isinstance(column.field, BooleanField)
        return column.is_required

    def limit_words(self, context: Context) -> ValidationError:
        """What the service says about the limit."""
        if "limit" not in context.memo:
            try:
                type(self).refuse_above_limit(context.owner, adding=context.planned + 1)
            except ValidationError as error:
                context.memo["limit"] = error
        words: ValidationError = context.memo["limit"]
        return words

    def plan_update(self, line: Line, stored: Any, stored_hash: str) -> None:
        """Judge a line whose row is there."""
        password = line.values.pop("password", "") or None
        if password is not None and stored_hash == hashed(stored.subscriber, password):
            password = None
        changed = {name: value for name, value in line.values.items() if not same(getattr(stored, name), value)}
        line.instance = stored
        if line.is_refused or (not changed and password is None):
            return
        candidate = copy.copy(stored)
        candidate.password = line.password = password
        for name, value in changed.items():
            setattr(candidate, name, value)
        clean_values(self, line, candidate, list(changed))
        clean_whole(line, candidate)
        if not line.is_refused:
            line.outcome = Outcome.CHANGED
            line.changes = {name: getattr(candidate, name) for name in changed}

    # --- writing ------------------------------------------------------------------------------------------------------

    def write(self, lines: Sequence[Line], context: Context) -> list[dict[str, str]]:
        """Create in bulk, update through the service."""
        new = [line for line in lines if line.outcome is Outcome.NEW]
        if new:
            self.create_many(new, context)
            context.planned -= len(new)
        for line in lines:
            if line.outcome is Outcome.CHANGED:
                self.update_one(line)
        written = (Outcome.NEW, Outcome.CHANGED)
        return [card(line) for line in lines if line.password is not None and line.outcome in written]

    def create_many(self, lines: Sequence[Line], context: Context) -> None:
        """What the service does for one, for many."""
        make_many([New(line.instance, self.subscriber(line.instance, context), line.password or "") for line in lines])

    def subscriber(self, instance: Any, context: Context) -> Subscriber:
        """The subscriber of a new row, unsaved."""
        return new_subscriber(
            realm=self.cached_realm(context),
            username=instance.username,
            account=instance.audit_account(),
            kind=self.model.subscriber_kind,
            **self.policy(instance),
        )

    def update_one(self, line: Line) -> None:
        """Change a row; what the service refuses now is a refused line."""
        try:
            self.change(line.instance, password=line.password, **line.changes)
        except ValidationError as error:
            line.refuse(error)

    def change(self, instance: Any, **changes: Any) -> None:
        """Call the service."""
        type(self).update(**{self.model._meta.model_name or "": instance}, **changes)

    def remove(self, instance: Any) -> None:
        """Delete a row through its service."""
        type(self).delete(**{self.model._meta.model_name or "": instance})

    def restore(self, instance: Any, former: Mapping[str, Any]) -> None:
        """Give audited fields their former values."""
        self.change(instance, **former)


def or_raise(found: Any) -> Any:
    """The object; an error that was looked up in its place is raised."""
    if isinstance(found, ValidationError):
        raise found
    return found


def clean_whole(line: Line, instance: Any) -> None:
    """Run the model's rules that span fields."""
    try:
        instance.clean()
    except ValidationError as error:
        line.refuse(error)


def hashed(subscriber: Subscriber, password: str) -> str:
    """The hash that tells whether a password is the stored one."""
    return ha1(Algorithm.SHA256, subscriber.username, subscriber.realm.shown_as, password)
