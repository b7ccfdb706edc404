"""The documented filters of the endpoint list, as conditions whose values are given when the list is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField, CharField, Q
from django.utils.translation import gettext_lazy as _

from console.api.vobiz.shapes import NUMERIC
from console.fields import validate_plain_text
from console.prepared import Bound

BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
TEXT_LOOKUPS = {
    "username__contains": "username__icontains",
    "username__exact": "username",
    "username__startswith": "username__begins",
    "alias__contains": "alias__icontains",
    "alias__exact": "alias",
    "sub_account": "sub_account__auth_id",
}
APPLICATION, HAS_NONE = "application_id__exact", "application_id__isnull"
CONTAINS = ("username__contains", "alias__contains")
LONGEST_TEXT = 128  # characters of the longest alias
# What each filter asks; of one that has no value but true and false, either is asked in its own words.
CONDITIONS = {
    **{name: Q(**{lookup: Bound(name, CharField())}) for name, lookup in TEXT_LOOKUPS.items()},
    APPLICATION: Q(application__app_id=Bound(APPLICATION, BigIntegerField())),
    f"{HAS_NONE}=True": Q(application__isnull=True),
    f"{HAS_NONE}=False": Q(application__isnull=False),
}


@dataclass(slots=True)
class Narrowing:
    """What a query narrows the list to: keys of ``CONDITIONS``, the values bound in them, or nothing at all."""

    names: tuple[str, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)
    matches_nothing: bool = False

    def __bool__(self) -> bool:
        return bool(self.names)

    def add(self, name: str, **values: Any) -> None:
        """One more condition."""
        self.names += (name,)
        self.values |= values

    @property
    def parts(self) -> list[str]:
        """The texts that have to be somewhere in a name."""
        return [self.values[name] for name in CONTAINS if name in self.values]


def narrowing(query: Mapping[str, str]) -> Narrowing:
    """What the query narrows the list to; empty values narrow nothing. Raises ``ValidationError`` by filter."""
    found = Narrowing()
    faults: dict[str, ValidationError] = {}
    for name, read in READERS.items():
        if text := query.get(name, ""):
            try:
                read(found, name, text)
            except ValidationError as fault:
                faults[name] = fault
    if faults:
        raise ValidationError(faults)
    return found


def by_text(found: Narrowing, name: str, text: str) -> None:
    """A text filter; a text longer than any name matches nothing, without asking."""
    validate_plain_text(text)
    found.add(name, **{name: text})
    found.matches_nothing |= len(text) > LONGEST_TEXT


def by_application(found: Narrowing, name: str, text: str) -> None:
    """``application_id__exact``."""
    if not NUMERIC.match(text):
        raise ValidationError(_("A valid integer is required."), code="type")
    found.add(name, **{name: int(text)})


def by_having_application(found: Narrowing, name: str, text: str) -> None:
    """``application_id__isnull``: true for endpoints without an application."""
    if text.lower() not in BOOLEANS:
        raise ValidationError(_("Must be a valid boolean."), code="type")
    found.add(f"{name}={BOOLEANS[text.lower()]}")


READERS: Mapping[str, Callable[[Narrowing, str, str], None]] = {
    **dict.fromkeys(TEXT_LOOKUPS, by_text),
    APPLICATION: by_application,
    HAS_NONE: by_having_application,
}
