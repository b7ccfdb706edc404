"""What the bodies of the bulk API may hold."""

from __future__ import annotations

from typing import Any

from bulk.models import Mode
from console.api.vobiz.shapes import Document, Number, Shape, Text


class Confirm(Shape):
    """How a checked import is applied."""

    mode = Text(help_text="all: every line or none. good: the lines that are not refused.")

    def mode_of(self, body: Any) -> str:
        """The mode; all lines or none by default."""
        return str(self.read(body).get("mode", Mode.ALL.value))


class Rotation(Shape):
    """Whose passwords are replaced: some by username, or all that match the filters of the query string."""

    usernames = Document(schema={"type": "array", "items": {"type": "string"}, "maxItems": 100_000})
    overlap_hours = Number(help_text="How long the old passwords stay valid, 0 to 168.")
