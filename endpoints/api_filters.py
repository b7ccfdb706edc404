"""The documented filters of the endpoint list."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from console.api.vobiz.shapes import NUMERIC
from console.fields import validate_plain_text

BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
TEXT_LOOKUPS = {
    "username__contains": "username__icontains",
    "username__exact": "username",
    "username__startswith": "username__begins",
    "alias__contains": "alias__icontains",
    "alias__exact": "alias",
    "sub_account": "sub_account__auth_id",
}
LONGEST_TEXT = 128  # characters of the longest alias
NOTHING = Q(pk__in=())


def conditions(query: Mapping[str, str]) -> list[Q]:
    """What the query narrows the list to; empty values narrow nothing. Raises ``ValidationError`` by filter."""
    found: list[Q] = []
    faults: dict[str, ValidationError] = {}
    for name, read in READERS.items():
        if text := query.get(name, ""):
            try:
                found.append(read(name, text))
            except ValidationError as fault:
                faults[name] = fault
    if faults:
        raise ValidationError(faults)
    return found


def by_text(name: str, text: str) -> Q:
    """A text filter; a text longer than any name matches nothing, without asking."""
    validate_plain_text(text)
    return Q(**{TEXT_LOOKUPS[name]: text}) if len(text) <= LONGEST_TEXT else NOTHING


def by_application(name: str, text: str) -> Q:
    """``application_id__exact``."""
    if not NUMERIC.match(text):
        raise ValidationError(_("A valid integer is required."), code="type")
    return Q(application__app_id=int(text))


def by_having_application(name: str, text: str) -> Q:
    """``application_id__isnull``: true for endpoints without an application."""
    if text.lower() not in BOOLEANS:
        raise ValidationError(_("Must be a valid boolean."), code="type")
    return Q(application__isnull=BOOLEANS[text.lower()])


READERS: Mapping[str, Callable[[str, str], Q]] = {
    **dict.fromkeys(TEXT_LOOKUPS, by_text),
    "application_id__exact": by_application,
    "application_id__isnull": by_having_application,
}
