"""The audit trail in plain words, for object pages and the overview."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.audit import HIDDEN
from console.models import Audited, AuditEntry

if TYPE_CHECKING:
    from accounts.models import Account

VERBS = {
    "create": gettext_lazy("created"),
    "update": gettext_lazy("changed"),
    "delete": gettext_lazy("deleted"),
    "rotate": gettext_lazy("rotated"),
    "revoke": gettext_lazy("revoked"),
    "invite": gettext_lazy("invited"),
}
DOORS = {
    "page": "",
    "admin": gettext_lazy("in the admin"),
    "api": gettext_lazy("by API"),
    "csv": gettext_lazy("by import"),
    "command": gettext_lazy("by command"),
    "task": gettext_lazy("by a task"),
}
LONGEST_VALUE = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One write: when, who, through which door, what."""

    at: datetime.datetime
    who: str
    door: str
    verb: str
    kind: str
    label: str
    changes: list[tuple[str, str, str]]  # field, old, new


def of_object(instance: Audited, limit: int = 8) -> list[Line]:
    """The latest writes on one object."""
    name = instance._meta.model_name or ""
    return lines(AuditEntry.objects.filter(object_type=name, object_id=instance.public_id)[:limit])


def of_account(account: Account, limit: int = 8) -> list[Line]:
    """The latest writes in an account; a main account's include its sub-accounts'."""
    mine = Q(account_id=account.pk) if account.is_sub_account else Q(main_account_id=account.pk)
    return lines(AuditEntry.objects.filter(mine)[:limit])


def of_platform(limit: int = 8) -> list[Line]:
    """The latest writes of all."""
    return lines(AuditEntry.objects.all()[:limit])


def lines(entries: Iterable[AuditEntry]) -> list[Line]:
    """Put audit rows into words."""
    return [
        Line(
            at=entry.created_at,
            who=entry.actor_label,
            door=str(DOORS.get(entry.door, entry.door)),
            verb=str(VERBS.get(entry.action, entry.action)),
            kind=kind_of(entry.object_type),
            label=entry.object_label,
            changes=spoken_changes(entry) if entry.action == "update" else [],
        )
        for entry in entries
    ]


def kind_of(object_type: str) -> str:
    """The name of a model, in the person's language."""
    model = model_named(object_type)
    return str(model._meta.verbose_name) if model else object_type


def model_named(object_type: str) -> Any:
    """The model class of that name; None for one that is gone."""
    return next((model for model in apps.get_models() if model._meta.model_name == object_type), None)


def spoken_changes(entry: AuditEntry, *, is_cut: bool = True) -> list[tuple[str, str, str]]:
    """Field, old value, new value of every change; long values are cut, unless they shall not be."""
    model, cut = model_named(entry.object_type), LONGEST_VALUE if is_cut else None
    return [(field_name(model, name), spoken(old, cut), spoken(new, cut)) for name, (old, new) in entry.changes.items()]


def field_name(model: Any, name: str) -> str:
    """The field's words, or its name."""
    try:
        return capfirst(str(model._meta.get_field(name).verbose_name))
    except (AttributeError, FieldDoesNotExist):
        return capfirst(name.replace("_", " "))


def spoken(value: Any, longest: int | None = LONGEST_VALUE) -> str:
    """A value as text, cut after ``longest`` characters."""
    if value in (None, "", [], {}):
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value == HIDDEN:
        return _("hidden")
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if longest is None or len(text) <= longest else f"{text[:longest]}…"
