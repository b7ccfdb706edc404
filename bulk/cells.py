"""Cells that a spreadsheet would run as formulas: made safe on the way out, made whole on the way in.

OWASP, "CSV Injection": a cell that begins with one of these signs may be evaluated. An apostrophe before it makes it
text. A value that itself begins with an apostrophe which reading would take away gets one more, so every text survives.
"""

from __future__ import annotations

SIGNS = "=+-@\t\r\n＝＋－＠"  # noqa: RUF001  (the full-width ones are evaluated too)
APOSTROPHE = "'"


def guard(text: str) -> str:
    """The text as a cell that no spreadsheet runs."""
    return APOSTROPHE + text if text and (text[0] in SIGNS or would_lose_its_first(text)) else text


def unguard(cell: str) -> str:
    """The text of a cell, guarded by us or by a person who typed an apostrophe before a sign."""
    return cell[1:] if would_lose_its_first(cell) else cell


def would_lose_its_first(text: str) -> bool:
    """Whether ``unguard`` takes an apostrophe away."""
    return text[:1] == APOSTROPHE and text[1:2] != "" and text[1] in SIGNS + APOSTROPHE
