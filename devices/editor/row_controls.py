"""The controls that are tables: programmable keys, and what may be dialled."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from devices.document.basics import MISSING
from devices.editor.controls import Choices, Control
from devices.editor.rows import Column, RowsField

ACTIONS: Choices = (("", _("Not set")), ("inherit", _("As the account has it")), ("deny", _("Denied")))
KEY_TYPES: Choices = (
    ("", "—"),
    ("line", _("Line")),
    ("presence", _("Presence")),
    ("parking", _("Parking")),
    ("personal_parking", _("Personal parking")),
    ("speed_dial", _("Speed dial")),
)


class Keys(Control):
    """The programmable keys of a phone: number, type, value, label."""

    COLUMNS = (
        Column("number", _("Key"), is_narrow=True),
        Column("type", _("Type"), KEY_TYPES),
        Column("value", _("Value")),
        Column("label", _("Label")),
    )

    def field(self, value: Any) -> forms.Field:
        """A table."""
        return RowsField(self.COLUMNS, key="type", blank=3)

    def fits(self, value: Any) -> bool:
        """Objects of keys with a known type."""
        if value is MISSING:
            return True
        return isinstance(value, dict) and all(
            isinstance(key, dict) and key.get("type") in dict(KEY_TYPES) for key in value.values()
        )

    def shown(self, value: Any) -> Any:
        """A row each, by number."""
        if value is MISSING:
            return []
        numbered = sorted(value.items(), key=lambda item: (len(item[0]), item[0]))
        return [{"number": number, "type": key["type"], **_parts(key.get("value"))} for number, key in numbered]

    def read(self, typed: Any, before: Any) -> Any:
        """The object; what a key has besides stays."""
        known = before if isinstance(before, dict) else {}
        keys = {}
        for row in typed:
            rest = {name: value for name, value in known.get(row["number"], {}).items() if name != "value"}
            keys[row["number"]] = {**rest, "type": row["type"], **_key_value(row)}
        return keys or MISSING


CLASSIFIERS = ("tollfree_us", "toll_us", "did_us", "emergency", "caribbean", "international", "unknown")


class Restrictions(Control):
    """What may be dialled, by the kind of number."""

    COLUMNS = (
        Column("classifier", _("Kind of number")),
        Column(
            "action", _("Calls"), (("", _("Not set")), ("inherit", _("As the account has it")), ("deny", _("Denied")))
        ),
    )

    def field(self, value: Any) -> forms.Field:
        """A table."""
        return RowsField(self.COLUMNS, key="action", blank=1)

    def fits(self, value: Any) -> bool:
        """Objects that hold an action each, and nothing else."""
        return value is MISSING or (
            isinstance(value, dict) and all(isinstance(one, dict) and set(one) <= {"action"} for one in value.values())
        )

    def shown(self, value: Any) -> Any:
        """Those that are set, then the usual others."""
        known = {} if value is MISSING else value
        rows = [{"classifier": name, "action": one.get("action", "")} for name, one in known.items()]
        return [*rows, *({"classifier": name, "action": ""} for name in CLASSIFIERS if name not in known)]

    def read(self, typed: Any, before: Any) -> Any:
        """The object."""
        return {row["classifier"]: {"action": row["action"]} for row in typed if row["classifier"]}


def _parts(value: Any) -> dict[str, str]:
    if isinstance(value, dict):
        return {"value": str(value.get("value", "")), "label": str(value.get("label", ""))}
    return {"value": "" if value is None else str(value), "label": ""}


def _key_value(row: dict[str, str]) -> dict[str, Any]:
    value: Any = int(row["value"]) if row["type"] == "parking" and row["value"].isdecimal() else row["value"]
    if row["label"]:
        return {"value": {"label": row["label"], "value": value}}
    return {"value": value} if row["value"] else {}
