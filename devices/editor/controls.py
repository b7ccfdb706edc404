"""The controls of the editor: each stands for one member of the document, and knows how to show and to read it.

None of them judges what is typed: the document's own rules do, so that page and API say the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms import LinesField
from console.sections import Words
from devices.document import printed_mac
from devices.document.basics import MISSING
from devices.forms import DevicePasswordField

MONO = {"class": "mono", "spellcheck": "false", "autocapitalize": "none", "autocomplete": "off"}
UNSET: tuple[str, Words] = ("", _("Not set"))
Choices = Sequence[tuple[str, Words]]


@dataclass(frozen=True)
class Control:
    """A line of text."""

    path: tuple[str, ...]
    label: Words
    help: Words = ""
    mono: bool = False

    @property
    def name(self) -> str:
        """Its name in the form."""
        return "__".join(self.path)

    def field(self, value: Any) -> forms.Field:
        """The form field for a member with this value."""
        return forms.CharField(widget=forms.TextInput(attrs=MONO if self.mono else {}))

    def fits(self, value: Any) -> bool:
        """Whether it can show the value; what it cannot is edited as JSON."""
        return value is MISSING or isinstance(value, str)

    def shown(self, value: Any) -> Any:
        """What the field starts with."""
        return "" if value is MISSING else value

    def read(self, typed: Any, before: Any) -> Any:
        """The member that was meant; ``MISSING`` for none."""
        return MISSING if typed == "" else typed


class HardwareAddress(Control):
    """A MAC address."""

    def shown(self, value: Any) -> Any:
        """In pairs, as the API shows it."""
        return "" if value is MISSING else printed_mac(value)


class Number(Control):
    """A whole number. What is none is handed on, to be refused in the words of the schema."""

    def field(self, value: Any) -> forms.Field:
        """A text box for digits."""
        return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))

    def fits(self, value: Any) -> bool:
        """Whole numbers."""
        return value is MISSING or (isinstance(value, int) and not isinstance(value, bool))

    def shown(self, value: Any) -> Any:
        """Its digits."""
        return "" if value is MISSING else str(value)

    def read(self, typed: Any, before: Any) -> Any:
        """The number."""
        if re.fullmatch(r"-?[0-9]{1,15}", typed, re.ASCII):
            return int(typed)
        return super().read(typed, before)


class Switch(Control):
    """Yes or no."""

    def field(self, value: Any) -> forms.Field:
        """A check box."""
        return forms.BooleanField()

    def fits(self, value: Any) -> bool:
        """Booleans."""
        return value is MISSING or isinstance(value, bool)

    def shown(self, value: Any) -> Any:
        """Absent is no."""
        return value is True

    def read(self, typed: Any, before: Any) -> Any:
        """True or false."""
        return bool(typed)


@dataclass(frozen=True)
class Choice(Control):
    """One of several."""

    choices: Choices = ()
    unset: tuple[str, Words] | None = UNSET

    def field(self, value: Any) -> forms.Field:
        """A drop-down list, which has what is stored in any case."""
        offered = [*([self.unset] if self.unset else []), *self.choices]
        if isinstance(value, str) and value not in dict(offered):
            offered.append((value, value))
        return forms.ChoiceField(choices=offered)


@dataclass(frozen=True)
class Several(Control):
    """Any of several, in the order in which they were, new ones last."""

    choices: Sequence[str] = ()

    def field(self, value: Any) -> forms.Field:
        """Check boxes."""
        return forms.MultipleChoiceField(
            choices=[(one, one) for one in self.choices],
            widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
        )

    def fits(self, value: Any) -> bool:
        """Lists of the known ones."""
        return value is MISSING or (isinstance(value, list) and all(one in self.choices for one in value))

    def shown(self, value: Any) -> Any:
        """Those that are set."""
        return [] if value is MISSING else value

    def read(self, typed: Any, before: Any) -> Any:
        """The old ones that are still set, then the new ones."""
        kept = [one for one in before if one in typed] if isinstance(before, list) else []
        return [*kept, *(one for one in typed if one not in kept)]


class Lines(Control):
    """A list of texts, one a line."""

    def field(self, value: Any) -> forms.Field:
        """A box of lines."""
        return LinesField(widget=forms.Textarea(attrs={"rows": 3, **MONO}))

    def fits(self, value: Any) -> bool:
        """Lists of plain texts."""
        return value is MISSING or (
            isinstance(value, list) and all(isinstance(one, str) and not re.search(r"[,\n\r]", one) for one in value)
        )

    def shown(self, value: Any) -> Any:
        """The list."""
        return [] if value is MISSING else value

    def read(self, typed: Any, before: Any) -> Any:
        """The lines."""
        return MISSING if not typed and before is MISSING else typed


class Headers(Control):
    """SIP headers, one a line: ``Name: value``."""

    def field(self, value: Any) -> forms.Field:
        """A box of lines."""
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 3, "placeholder": "X-Name: value", **MONO}))

    def fits(self, value: Any) -> bool:
        """Objects of texts."""
        return value is MISSING or (isinstance(value, dict) and all(isinstance(one, str) for one in value.values()))

    def shown(self, value: Any) -> Any:
        """A line each."""
        return "" if value is MISSING else "\n".join(f"{name}: {text}" for name, text in value.items())

    def read(self, typed: Any, before: Any) -> Any:
        """The object."""
        pairs = [line.partition(":") for line in typed.splitlines() if line.strip()]
        headers = {name.strip(): text.strip() for name, _colon, text in pairs}
        return headers or MISSING


class Password(Control):
    """A secret that is written and never shown."""

    def field(self, value: Any) -> forms.Field:
        """A new password with its helpers."""
        return DevicePasswordField()

    def shown(self, value: Any) -> Any:
        """What was typed before, on the way from one form of the document to the other."""
        return "" if value is MISSING else value
