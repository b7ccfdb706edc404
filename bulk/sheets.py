"""What is handed out once: a CSV file, or cards with a QR code for print."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.safestring import SafeString

from bulk.cells import guard
from bulk.export import BYTE_ORDER_MARK
from sip.connecting import Connection, qr_code

MOST_CARDS = 1000


@dataclass(frozen=True, slots=True)
class Card:
    """One phone's card."""

    name: str
    phone: Connection
    qr: SafeString


def cards(secrets: Iterable[Mapping[str, str]]) -> list[Card]:
    """A card for each phone."""
    phones = [
        (made["name"], Connection(made["username"], made["realm"], made["server"], made["password"]))
        for made in secrets
    ]
    return [Card(name, phone, qr_code(phone.uri)) for name, phone in phones]


def as_file(name: str, secrets: list[dict[str, str]]) -> HttpResponse:
    """A CSV file that no cache keeps."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(list(secrets[0]) if secrets else [])
    writer.writerows([guard(cell) for cell in made.values()] for made in secrets)
    response = HttpResponse(BYTE_ORDER_MARK + buffer.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store, private"
    return response
