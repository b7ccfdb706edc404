"""What the bodies of the link API may hold."""

from __future__ import annotations

from console.api.vobiz.shapes import Number, Secret, Shape, Text
from handover.services import DEFAULT_MINUTES, MAXIMUM_MINUTES
from sip import passwords


class LinkShape(Shape):
    """Whose settings a link hands over. The password proves that one may: the console keeps none."""

    username = Text(required=True, help_text="Of the endpoint or credential.")
    password = Secret(required=True, lengths=(passwords.MINIMUM_LENGTH, passwords.MAXIMUM_LENGTH))
    minutes = Number(help_text=f"How long it can be opened, 1 to {MAXIMUM_MINUTES}; {DEFAULT_MINUTES} unless given.")
