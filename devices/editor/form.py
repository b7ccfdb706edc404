"""The document as a form: what was not touched stays; what was, is judged by the document's own rules."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from devices import schemas
from devices.document import Errors
from devices.document.basics import MISSING, Document, look_up, without
from devices.document.flat import dotted
from devices.editor.controls import UNSET, Choices, Control
from devices.editor.tabs import NAME, OWNER, PASSWORD, REALM, TABS, TYPE, Group, Tab
from devices.models import KazooUser
from devices.schema_walk import resolved
from sip.models import Realm

MOST_OWNERS = 500  # offered in a drop-down list; with more users, the id is typed
CONTROLS = {control.name: control for tab in TABS for control in tab.controls}


@dataclass(frozen=True, slots=True)
class DrawnTab:
    """A tab with its bound fields."""

    tab: Tab
    groups: list[tuple[Group, list[forms.BoundField]]]

    @property
    def error_count(self) -> int:
        """How many things in it need a look."""
        return sum(len(field.errors) for _group, fields in self.groups for field in fields)


class DeviceForm(forms.Form):
    """The members of ``base`` that have a control. ``is_new`` opens what is fixed by the creation.

    No field is required here: the document says what is missing, together with everything else that is wrong.
    """

    def __init__(self, data: Any, *, account: Account, base: Document, is_new: bool) -> None:
        super().__init__(data, use_required_attribute=False)
        self.account, self.base, self.is_new = account, base, is_new
        for name, control in CONTROLS.items():
            self.fields[name] = self.field_of(control)

    def field_of(self, control: Control) -> forms.Field:
        """The field of a control, showing what the document has or would get."""
        stored = look_up(self.base, *control.path)
        value = default_of(control.path) if stored is MISSING else stored
        field = control.field(value)
        field.label, field.help_text = str(control.label), str(control.help)
        field.required = False
        if control is NAME:
            field.widget.attrs["aria-required"] = "true"
        if control is PASSWORD and self.is_new:
            field.help_text = _("5 to 32 characters; 12 are better. Without one, no phone can register.")
        if not control.fits(value):
            field.disabled, field.help_text = True, _("This has a form that only JSON can show: edit it there.")
            return field
        field.disabled = control is TYPE and not self.is_new
        field.initial = control.shown(value)
        if control is OWNER or control is REALM:
            names = [*(self.owners() if control is OWNER else self.realms())]
            extra = [(value, value)] if isinstance(value, str) and value not in dict(names) else []
            cast(forms.ChoiceField, field).choices = [control.unset or UNSET, *names, *extra]
        return field

    def owners(self) -> Choices:
        """The account's users."""
        rows = KazooUser.objects.of(self.account).order_by("name", "pk")[:MOST_OWNERS]
        return [(user.user_id, user.name) for user in rows]

    def realms(self) -> Choices:
        """The realms that the account holds."""
        held = Realm.objects.filter(account=self.account).order_by("-serves_trunks", "name")
        return [(realm.shown_as, realm.shown_as) for realm in held]

    def drawn(self) -> list[DrawnTab]:
        """The tabs, for the template."""
        return [
            DrawnTab(tab, [(group, [self[control.name] for control in group.controls]) for group in tab.groups])
            for tab in TABS
        ]

    def document(self) -> Document:
        """The base with what was changed."""
        document = copy.deepcopy(self.base)
        for name in self.changed_data:
            control, typed = CONTROLS[name], self.cleaned_data.get(name)
            if typed is not None and not self.fields[name].disabled:
                document = put(document, control.path, control.read(typed, look_up(self.base, *control.path)))
        return document

    def refuse(self, error: ValidationError) -> None:
        """Show what a service said about the whole."""
        self.add_error(None, error.messages)

    def refuse_document(self, faults: Errors) -> None:
        """Show each fault beside its field; what has none, above them all by its key."""
        for key, rules in faults.items():
            name = name_for(key)
            for told in rules.values():
                self.add_error(name, told["message"] if name else f"{key}: {told['message']}")


def put(document: Document, path: tuple[str, ...], value: Any) -> Document:
    """Copy the document with a member set, the objects around it made where they are not there; or removed."""
    if value is MISSING:
        return without(document, path)
    first, *rest = path
    if not rest:
        return {**document, first: value}
    inner = document.get(first)
    return {**document, first: put(inner if isinstance(inner, dict) else {}, tuple(rest), value)}


@cache
def default_of(path: tuple[str, ...]) -> Any:
    """The default that the schema has for a member; ``MISSING`` for none."""
    schema = schemas.named("devices")
    for key in path:
        schema = resolved(schema).get("properties", {}).get(key, {})
    return schema.get("default", MISSING)


def name_for(key: str) -> str | None:
    """The control that a dotted key is about: its own, or the one of the whole it is in."""
    return next((name for name, prefix in _prefixes() if key == prefix or key.startswith(f"{prefix}.")), None)


@cache
def _prefixes() -> list[tuple[str, str]]:
    return sorted(_named(), key=lambda pair: -len(pair[1]))


def _named() -> Iterator[tuple[str, str]]:
    return ((name, dotted(control.path)) for name, control in CONTROLS.items())
