"""Cells that a spreadsheet would run as formulas: made safe on the way out, made whole on the way in.

OWASP, "CSV Injection": a cell that begins with one of these signs may be evaluated. An apostrophe before it makes it
text. A value that itself begins with an apostrophe which reading would take away gets one more, so every text survives.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

SIGNS = "=+-@\t\r\n＝＋－＠"  # noqa: RUF001  (the full-width ones are evaluated too)
APOSTROPHE = "'"
BEGINS_BADLY = re.compile(f"^[{re.escape(SIGNS.replace(chr(10), '') + APOSTROPHE)}]", re.MULTILINE)
QUOTED = ('"', ",", "\r", "\n")  # what a cell of CSV may hold in quotation marks only


def guard(text: str) -> str:
    """The text as a cell that no spreadsheet runs."""
    return APOSTROPHE + text if text and (text[0] in SIGNS or would_lose_its_first(text)) else text


def in_csv(texts: Sequence[str]) -> Sequence[str]:
    """Each text as a cell of CSV (RFC 4180), guarded; one look at all of them tells that none changes, as is usual."""
    joined = "\n".join(texts)
    is_plain = joined.count("\n") == len(texts) - 1 and not any(sign in joined for sign in QUOTED if sign != "\n")
    if is_plain and not BEGINS_BADLY.search(joined):
        return texts
    return [quote(guard(text)) for text in texts]


def quote(text: str) -> str:
    """A cell of CSV, in quotation marks where it must be."""
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in QUOTED) else text


def unguard(cell: str) -> str:
    """The text of a cell, guarded by us or by a person who typed an apostrophe before a sign."""
    return cell[1:] if would_lose_its_first(cell) else cell


def would_lose_its_first(text: str) -> bool:
    """Whether ``unguard`` takes an apostrophe away."""
    return text[:1] == APOSTROPHE and text[1:2] != "" and text[1] in SIGNS + APOSTROPHE
