"""The rules of model fields in the words of JSON Schema."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from console.fields import PatternField


def of_text(field: models.Field[Any, Any]) -> dict[str, Any]:
    """Length, pattern, choices and format of a text field."""
    rule: dict[str, Any] = {"maxLength": field.max_length} if field.max_length else {}
    if not field.blank:
        rule["minLength"] = 1
    if isinstance(field, PatternField):
        rule["pattern"] = f"^{field.pattern}$"
    if field.choices:
        return {"enum": [value for value, _label in field.flatchoices]}
    if isinstance(field, models.EmailField):
        rule["format"] = "email"
    return rule


def of_number(field: models.Field[Any, Any]) -> dict[str, Any]:
    """The bounds that a number field states."""
    lowest = [v.limit_value for v in field.validators if isinstance(v, MinValueValidator)]
    highest = [v.limit_value for v in field.validators if isinstance(v, MaxValueValidator)]
    return {**({"minimum": max(lowest)} if lowest else {}), **({"maximum": min(highest)} if highest else {})}
