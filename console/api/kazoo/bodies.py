"""How request bodies are read: a JSON object, the envelope, whose ``data`` is what a request is about."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from console.api.kazoo.errors import invalid
from console.api.renderers import loads

BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_ECHO_CHARACTERS = 200
# What clients call JSON. curl calls everything a form unless told otherwise, and the documented PATCH does not tell it.
READ_AS_JSON = frozenset(
    {
        "",
        "application/json",
        "application/x-json",
        "text/json",
        "text/plain",
        "application/x-www-form-urlencoded",
    }
)


@dataclass(frozen=True, slots=True)
class Body:
    """The envelope that was sent. ``is_readable`` is false for a body that is not declared as anything we read."""

    envelope: dict[str, Any] = field(default_factory=dict)
    is_readable: bool = True
    is_sent: bool = False

    def text(self, name: str) -> str:
        """A member of the envelope that is a text; empty where it is not there, or none."""
        found = self.envelope.get(name)
        return found if isinstance(found, str) else ""

    def data(self) -> Any:
        """What the request is about; no body at all is an empty object. Raises ``Refused``."""
        if not self.is_sent:
            return {}
        data = self.envelope.get("data")
        if data is None:
            told = {"message": "Field is required but missing", "value": _echo(self.envelope)}
            raise invalid({"data": {"required": told}})
        if not isinstance(data, dict | list):
            told = {"message": "Value must be of type array, object", "target": "array, object"}
            raise invalid({"data": {"type": told}})
        return data


def read(request: HttpRequest) -> Body:
    """Read the body, whatever the client says about its type as long as that may be JSON. Raises ``Refused``."""
    if request.method in BODILESS:
        return Body()
    declared = str(request.content_type or "").lower()
    if declared not in READ_AS_JSON and not declared.endswith("+json"):
        return Body(is_readable=False)
    sent = _bytes(request)
    return Body(_object(sent), is_sent=True) if sent.strip() else Body()


def _bytes(request: HttpRequest) -> bytes:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    sent: bytes = request.read(limit + 1)
    if len(sent) > limit:
        told = {"message": f"The body must not be larger than {limit} bytes", "target": limit}
        raise invalid({"file": {"maxSize": told}})
    return sent


def _object(sent: bytes) -> dict[str, Any]:
    try:
        envelope = loads(sent.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise _not_json(f"{error.msg} around {error.pos}") from error
    except UnicodeDecodeError as error:
        raise _not_json(f"not UTF-8 around {error.start}") from error
    except ValueError as error:
        raise _not_json(str(error)[:LONGEST_ECHO_CHARACTERS]) from error
    if not isinstance(envelope, dict):
        raise _not_json("expected an object around 0")
    return envelope


def _not_json(message: str) -> Exception:
    return invalid({"json": {"invalid": {"message": message, "target": "body"}}})


def _echo(envelope: dict[str, Any]) -> dict[str, Any]:
    """The short plain members of an envelope, but for its secret."""
    plain = {key: value for key, value in envelope.items() if isinstance(value, str | int | float | bool | None)}
    return {
        key: value
        for key, value in plain.items()
        if key != "auth_token" and len(key) + len(str(value)) <= LONGEST_ECHO_CHARACTERS
    }
