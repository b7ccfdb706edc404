"""What the schema says about one key of a document, in sentences: a page or a file explains it with the rule itself."""

from __future__ import annotations

import json

from django.utils.translation import gettext as _

from devices import schemas
from devices.schema_walk import resolved
from devices.schemas import Schema


def rules_of(*path: str, schema_name: str = "devices") -> list[str]:
    """The description, the bounds, the choices and the default of the key at ``path``. Unknown keys raise KeyError."""
    schema = schemas.named(schema_name)
    for key in path:
        schema = resolved(schema["properties"][key])
    return [*described(schema), *bounded(schema), *chosen(schema)]


def described(schema: Schema) -> list[str]:
    """What it is."""
    return [f"{schema['description']}."] if "description" in schema else []


def bounded(schema: Schema) -> list[str]:
    """How long a text may be."""
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    if most is None:
        return []
    if least == most:
        return [_("%(count)s characters.") % {"count": most}]
    return [_("%(least)s to %(most)s characters.") % {"least": least, "most": most}]


def chosen(schema: Schema) -> list[str]:
    """What may be chosen, and what it is unless given."""
    found = []
    if schema.get("type") == "boolean":
        found.append(_("true or false."))
    if "enum" in schema:
        found.append(_("One of: %(choices)s.") % {"choices": ", ".join(map(str, schema["enum"]))})
    if "default" in schema:
        value = schema["default"]
        text = value if isinstance(value, str) else json.dumps(value)
        found.append(_("%(value)s unless given.") % {"value": text})
    return found
