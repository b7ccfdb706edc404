"""What a request body may hold: names, other names for them, and JSON types. The rules are the models' and services'.

A ``Shape`` is made once and shared by all requests: it keeps nothing of a body.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from console.api.vobiz import rules
from console.models import ConsoleModel

NUMERIC = re.compile(r"[0-9]{1,18}\Z")


class Typed(serializers.Field[Any, Any, Any, Any]):
    """A value of one JSON type; ``rule`` is the model field whose pattern and length the schema shows."""

    wrong_type: ClassVar[Any] = _("Not a valid value.")

    def __init__(self, *, rule: models.Field[Any, Any] | None = None, **options: Any) -> None:
        self.rule = rule
        super().__init__(**{"required": False, **options})

    def described(self) -> dict[str, Any]:
        """Its JSON schema."""
        raise NotImplementedError

    def is_typed(self, value: Any) -> bool:
        """Whether the value has the type."""
        raise NotImplementedError

    def take(self, value: Any) -> Any:
        """Return the value to use. Raises ``ValidationError``."""
        if value is None and self.allow_null:
            return None
        if value is None or not self.is_typed(value):
            raise ValidationError(self.wrong_type, code="null" if value is None else "type")
        return value


class Text(Typed):
    """A string."""

    wrong_type = _("Not a valid string.")

    def is_typed(self, value: Any) -> bool:
        """Whether it is a string."""
        return isinstance(value, str)

    def described(self) -> dict[str, Any]:
        """A string, with the rule of its model field."""
        return {"type": "string", **(rules.of_text(self.rule) if self.rule is not None else {})}

    def take(self, value: Any) -> Any:
        """The string; where null is allowed, an empty one is null. Raises ``ValidationError``."""
        taken = super().take(value)
        return taken or None if self.allow_null else taken


class Secret(Text):
    """A string of some length that no response shows."""

    def __init__(self, *, lengths: tuple[int, int] | None = None, **options: Any) -> None:
        self.lengths = lengths
        super().__init__(write_only=True, **options)

    def described(self) -> dict[str, Any]:
        """A string that tools hide."""
        lengths = zip(("minLength", "maxLength"), self.lengths or (), strict=False)
        return {"type": "string", "format": "password", **dict(lengths)}


class Flag(Typed):
    """True or false."""

    wrong_type = _("Must be a valid boolean.")

    def described(self) -> dict[str, Any]:
        """A boolean."""
        return {"type": "boolean"}

    def is_typed(self, value: Any) -> bool:
        """Whether it is a boolean; strings and numbers are not."""
        return isinstance(value, bool)


class Number(Typed):
    """A whole number."""

    wrong_type = _("A valid integer is required.")

    def described(self) -> dict[str, Any]:
        """An integer, with the bounds of its model field."""
        return {"type": "integer", **(rules.of_number(self.rule) if self.rule is not None else {})}

    def is_typed(self, value: Any) -> bool:
        """Whether it is an integer."""
        return isinstance(value, int) and not isinstance(value, bool)


class Identifier(Number):
    """A numeric id, as a number or as a string of digits: JavaScript carries 15 digits only."""

    def described(self) -> dict[str, Any]:
        """Either of the two."""
        return {"oneOf": [{"type": "integer"}, {"type": "string", "pattern": "^[0-9]{1,18}$"}]}

    def is_typed(self, value: Any) -> bool:
        """Whether it is an integer or numeric."""
        return super().is_typed(value) or (isinstance(value, str) and bool(NUMERIC.match(value)))

    def take(self, value: Any) -> Any:
        """The number, or None. Raises ``ValidationError``."""
        taken = super().take(value)
        return None if taken is None else int(taken)


class Document(Typed):
    """An object, or a list, that the model's own validator judges; ``schema`` says which, and what it takes."""

    types: ClassVar[Mapping[str, type]] = {"object": dict, "array": list}

    def __init__(self, *, schema: Mapping[str, Any], **options: Any) -> None:
        self.schema = schema
        super().__init__(**options)

    def described(self) -> dict[str, Any]:
        """The given schema."""
        return dict(self.schema)

    def is_typed(self, value: Any) -> bool:
        """Whether it is a container of the kind."""
        return isinstance(value, self.types[self.schema["type"]])


def plain_shapes(model: type[ConsoleModel]) -> dict[str, Typed]:
    """The plain fields of a model as keys of a body."""
    columns: list[Any] = [model._meta.get_field(name) for name in model.plain_fields]
    return {column.name: shape_of(column) for column in columns}


def shape_of(column: models.Field[Any, Any]) -> Typed:
    """The key of a body that a column is set by."""
    options: dict[str, Any] = {"rule": column, "allow_null": column.null, "help_text": column.help_text}
    if isinstance(column, models.BooleanField):
        return Flag(**options)
    return Number(**options) if isinstance(column, models.IntegerField) else Text(**options)


class Shape(serializers.Serializer[Any]):
    """The keys of a body; those that it does not name are ignored."""

    aliases: ClassVar[Mapping[str, str]] = {}  # what old clients say: the documented name
    plain_of: ClassVar[type[ConsoleModel] | None] = None  # whose plain fields belong to it too

    def get_fields(self) -> dict[str, Any]:
        """The declared fields, and the plain ones of the model that are not declared."""
        plain = plain_shapes(self.plain_of) if self.plain_of is not None else {}
        return {**plain, **super().get_fields()}

    def read(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the body says, by documented name. Raises ``ValidationError`` naming every wrongly typed key."""
        values: dict[str, Any] = {}
        faults: dict[str, ValidationError] = {}
        for name, value in self.named(body).items():
            try:
                values[name] = self.typed[name].take(value)
            except ValidationError as fault:
                faults[name] = fault
        if faults:
            raise ValidationError(faults)
        return values

    def named(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The known keys of the body under their documented names, which win over the others."""
        renamed = {name: body[other] for other, name in self.aliases.items() if other in body}
        return {name: value for name, value in {**renamed, **body}.items() if name in self.typed}

    @property
    def typed(self) -> Mapping[str, Any]:
        """The fields by name."""
        return self.fields
