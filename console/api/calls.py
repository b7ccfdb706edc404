"""Where a section's objects are reached over their API, and in which dialect: what "As curl" writes down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import BaseForm

from console.curl import PASSWORD, TOKEN, Command

if TYPE_CHECKING:
    from accounts.models import Account
    from console.api.vobiz.shapes import Shape

UNTYPED: tuple[Any, ...] = (None, "", [])


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls of one kind of object. In paths, ``{account}`` is the account, ``{key}`` the object."""

    collection: str = ""
    one: str = ""
    creates: frozenset[str] = field(default_factory=frozenset)  # what a creation takes
    changes: frozenset[str] = field(default_factory=frozenset)  # what a change takes
    changes_by: str = "POST"
    creates_by: ClassVar[str] = "POST"

    def fetch(self, base: str, account: Account, key: str) -> Command:
        """Read one object."""
        return self.command("GET", base, account, key)

    def create(self, base: str, account: Account, body: Mapping[str, Any]) -> Command:
        """Make one."""
        return self.command(self.creates_by, base, account, "", body)

    def change(self, base: str, account: Account, key: str, body: Mapping[str, Any]) -> Command:
        """Change one."""
        return self.command(self.changes_by, base, account, key, body)

    def delete(self, base: str, account: Account, key: str) -> Command:
        """Remove one."""
        return self.command("DELETE", base, account, key)

    def command(self, method: str, base: str, account: Account, key: str, body: Any = None) -> Command:
        """One call; ``base`` is scheme and host."""
        raise NotImplementedError

    def path(self, account_id: str, key: str) -> str:
        """The address below the host."""
        return (self.one if key else self.collection).format(account=quote(account_id), key=quote(key, safe=""))


@dataclass(frozen=True, slots=True)
class VobizCalls(Calls):
    """Calls in the Vobiz dialect."""

    def command(self, method: str, base: str, account: Account, key: str, body: Any = None) -> Command:
        """With both headers of the dialect."""
        headers = (("X-Auth-ID", account.auth_id), ("X-Auth-Token", TOKEN))
        return Command(method, base + self.path(account.auth_id, key), headers, body)


@dataclass(frozen=True, slots=True)
class KazooCalls(Calls):
    """Calls in the Kazoo dialect: what is sent stands in an envelope."""

    changes_by: str = "PATCH"
    creates_by: ClassVar[str] = "PUT"

    def command(self, method: str, base: str, account: Account, key: str, body: Any = None) -> Command:
        """With the dialect's one header, and the envelope."""
        wrapped = None if body is None else {"data": body}
        return Command(method, base + self.path(account.kazoo_id, key), (("X-Auth-Token", TOKEN),), wrapped)


def names_of(shape: type[Shape]) -> frozenset[str]:
    """What a body of this shape may hold."""
    return frozenset(shape._declared_fields)


def stored(instance: Any, names: frozenset[str]) -> dict[str, Any]:
    """What an object has under the names that a change takes, in the order of its columns; never a secret."""
    columns = [column.name for column in instance._meta.fields if column.name in names]
    return {name: plain(getattr(instance, name)) for name in columns}


def typed(form: BaseForm, names: frozenset[str], *, only_changed: bool) -> dict[str, Any]:
    """What a form says under the names that the API takes; what is wrong stands as it was typed, to be refused there.

    A secret is never written down: a variable stands for it. Empty fields are left out, unless they were emptied.
    """
    changed = set(form.changed_data) if only_changed else set(form.fields)
    values = {}
    for name in form.fields:
        if name == "password" and name in names:
            values[name] = PASSWORD
        elif name in names and name in changed:
            value = plain(value_in(form, name))
            if only_changed or value not in UNTYPED:
                values[name] = value
    return values


def value_in(form: BaseForm, name: str) -> Any:
    """The value of a field as its own rules read it; as it was typed where they refuse it."""
    bound = form[name]
    try:
        return bound.field.clean(bound.data)
    except ValidationError:
        return bound.data


def plain(value: Any) -> Any:
    """A value as JSON has it: an object is its public id."""
    if isinstance(value, Model):
        return value.public_id  # type: ignore[attr-defined]  # every model of the console has one
    return value
