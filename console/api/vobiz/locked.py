"""Keys of an update that cannot change: the same value again is accepted, another one is a 400."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def refuse_changes(body: Mapping[str, Any], stored: Mapping[str, Any]) -> None:
    """Raise ``ValidationError`` for every key of ``stored`` that the body gives another value."""
    changed = [name for name, value in stored.items() if name in body and not is_same(body[name], value)]
    if changed:
        fault = ValidationError(_("This cannot be changed after creation."), code="immutable")
        raise ValidationError(dict.fromkeys(changed, fault))


def is_same(given: Any, stored: Any) -> bool:
    """Whether two values say the same; numeric ids are the same as a number and as a string."""
    is_number = isinstance(given, int) and not isinstance(given, bool)
    return bool(given == stored or (is_number and str(given) == stored))
